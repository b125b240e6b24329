import type { Member } from '../words/directory/member.ts';
import type { Noun } from './nouns.ts';

/** Without the zeros before it, which spreadsheets leave out. */
const withoutZeros = (key: string): string => key.replace(/^0+(?=.)/, '');

/**
 * Warns of a key that differs only by zeros before it from another one of the same name: 123 beside 00123 is mostly the same
 * account, whose zeros a spreadsheet has left out. The keys are in no warning: they may be secrets.
 */
export function lookAlikes<Entity extends Member & { name: string }, Input>(
  { one, keyOf, fields, key }: Noun<Entity, Input>,
  known: readonly Entity[],
): (input: { key: string; name: string }, line: number) => string | null {
  const header = fields[key]?.header ?? key;
  const nameOf = (name: string, text: string) => `${withoutZeros(text)} ${name.trim().toLowerCase()}`;
  const seen = new Map<string, { key: string; line: number | null }[]>();
  const add = (name: string, text: string, line: number | null) => {
    const alike = nameOf(name, text);
    const others = seen.get(alike);
    if (others === undefined) seen.set(alike, [{ key: text, line }]);
    else others.push({ key: text, line });
  };
  for (const entity of known) add(entity.name, keyOf(entity), null);
  return ({ key: text, name }, line) => {
    const other = name === '' ? undefined : seen.get(nameOf(name, text))?.find((entry) => entry.key !== text);
    add(name, text, line);
    if (other === undefined) return null;
    const where = other.line === null ? `an ${one} that is there already` : `line ${other.line}`;
    return (
      `the ${header} differs from that of ${where} with the same name only by zeros before it: ` +
      'if a spreadsheet has left them out, format the column as text'
    );
  };
}
