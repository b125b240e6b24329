import type { IFlattenedRuleSet } from 'dependency-cruiser';
import type { Room } from './rooms.ts';

type Rule = NonNullable<IFlattenedRuleSet['forbidden']>[number];

const escaped = (text: string) => text.replaceAll(/[.+*?^$()[\]{}|\\]/g, String.raw`\$&`);
const within = (room: string) => `^src/${escaped(room)}(?:/|[.]ts$)`;

/** The files of a room are those of its folder without those of the rooms in it. */
export const pathsOf = (room: string, rooms: readonly string[]) => ({
  path: within(room),
  pathNot: rooms.filter((other) => other.startsWith(`${room}/`)).map(within),
});

/** One pattern for the files of several rooms. */
function anyOf(names: readonly string[], rooms: readonly string[]) {
  return names
    .map((name) => pathsOf(name, rooms))
    .map(({ path, pathNot }) => (pathNot.length === 0 ? path : `^(?!${pathNot.join('|')})${path.slice(1)}`));
}

function roomRules(name: string, room: Room, rooms: readonly string[]): Rule[] {
  const from = pathsOf(name, rooms);
  return [
    ...(room.imports === 'all'
      ? []
      : [
          {
            name: `${name} may import ${room.imports.join(', ') || 'no other room'}`,
            severity: 'error' as const,
            from,
            to: { path: '^src/', pathNot: anyOf([name, ...room.imports], rooms) },
          },
        ]),
    ...(room.pure === true
      ? [
          {
            name: `${name} is pure, no part of Node may be imported`,
            severity: 'error' as const,
            from,
            to: { dependencyTypes: ['core' as const] },
          },
        ]
      : []),
  ];
}

/** What the tables forbid, in the words of dependency-cruiser, and every cycle, of types alone too. */
export function rulesOf(
  rooms: Readonly<Record<string, Room>>,
  libraries: Readonly<Record<string, readonly string[]>>,
): Rule[] {
  const names = Object.keys(rooms);
  return [
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).flatMap(([name, room]) => roomRules(name, room, names)),
    ...Object.entries(libraries).map(([library, allowed]) => ({
      name: `only ${allowed.join(' and ')} may import ${library}`,
      severity: 'error' as const,
      from: { path: '^src/', pathNot: anyOf(allowed, names) },
      to: { path: `node_modules/(@types/)?${escaped(library)}/` },
    })),
  ];
}
