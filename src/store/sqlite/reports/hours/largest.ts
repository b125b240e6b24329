/** How groups are told apart that are equally large. */
type Naming = {
  /** These are named now, so many at once. */
  prepare: (groups: readonly number[]) => void;
  nameOf: (group: number) => string;
};

/** The so many largest groups, and by name where they are equal; only those that are as large as the last of them are named. */
export function largestGroups(sizes: Float64Array, limit: number, { prepare, nameOf }: Naming): ReadonlySet<number> {
  if (sizes.length <= limit) return new Set(sizes.keys());
  const least = sizes.toSorted()[sizes.length - limit] ?? 0;
  const [shown, equal] = [new Set<number>(), [] as number[]];
  for (const [group, size] of sizes.entries()) {
    if (size > least) shown.add(group);
    else if (size === least) equal.push(group);
  }
  const room = limit - shown.size;
  if (equal.length <= room) return new Set([...shown, ...equal]);
  prepare(equal);
  for (const group of firstByName(equal, room, nameOf)) shown.add(group);
  return shown;
}

type Named = { group: number; name: string };

/** Keeps the first ones only: most of a million names are not before the last of them. */
function firstByName(groups: readonly number[], room: number, nameOf: (group: number) => string): number[] {
  const cut = (named: readonly Named[]): Named[] =>
    named.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).slice(0, room);
  let first: Named[] = [];
  let last: Named | undefined;
  for (const group of groups) {
    const name = nameOf(group);
    if (last !== undefined && name >= last.name) continue;
    first.push({ group, name });
    if (first.length < room * 2 + 100) continue;
    first = cut(first);
    last = first.at(-1);
  }
  return cut(first).map(({ group }) => group);
}
