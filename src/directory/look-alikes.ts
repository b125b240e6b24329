import type { CsvProblem } from '../csv/csv.ts';
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

/** Fewer than these show nothing. */
const fewest = 5;

/**
 * Warns of keys that are shorter than nearly all others of a file, none of which begins with a zero: codes of one length lose their zeros
 * where a spreadsheet takes them for numbers.
 */
export function lostZeros<Entity extends Member, Input>(
  { fields, key }: Pick<Noun<Entity, Input>, 'fields' | 'key'>,
  rows: readonly { line: number; typed: Partial<Record<string, string>> }[],
  added: ReadonlySet<number>,
): CsvProblem[] {
  const keys = rows.map(({ line, typed }) => ({ line, text: (typed[key] ?? '').trim() }));
  if (keys.length < fewest || !keys.every(({ text }) => /^[1-9]\d*$/.test(text))) return [];
  const longest = keys.reduce((most, { text }) => Math.max(most, text.length), 0);
  const shorter = keys.filter(({ text }) => text.length < longest);
  const first = shorter.find(({ line }) => added.has(line));
  if (first === undefined || longest < 4 || shorter.length * 4 > keys.length) return [];
  const header = fields[key]?.header ?? key;
  const more = shorter.length === 1 ? '' : `, and in ${shorter.length - 1} more,`;
  return [
    {
      line: first.line,
      error:
        `the ${header} here${more} is shorter than the ${longest} digits of the others, of which none begins with 0: ` +
        'if a spreadsheet has left zeros out, format the column as text',
    },
  ];
}
