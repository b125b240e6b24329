import type { FieldTable } from '../../words/directory/field.ts';
import { limitsOf, problemsOf, type Shown } from '../../directory/showing.ts';
import type { Member } from '../../words/directory/member.ts';
import { tableLines } from '../table.ts';

/** Lines of `label: value`. */
export const labelled = (lines: readonly (readonly [label: string, value: string])[]): string[] =>
  lines.map(([label, value]) => `${`${label}:`.padEnd(20)}${value === '' ? '-' : value}`);

/** What it may call, or why nothing. */
export const limitsText = (member: Pick<Member, 'restriction' | 'unreadable'>): string =>
  member.unreadable === undefined ? limitsOf(member.restriction) : `off: ${problemsOf(member).join('; ')}`;

/** An aligned table of the fields that lists have, and of `more` behind them; the header first. */
export function listLines(
  fields: FieldTable,
  rows: readonly { shown: readonly Shown[]; more: readonly string[] }[],
  ...more: readonly string[]
): string[] {
  const headings = Object.values(fields).flatMap(({ heading }) => heading ?? []);
  const cells = rows.map((row) => [
    ...row.shown.filter(({ field }) => field.heading !== undefined).map(({ text }) => text),
    ...row.more,
  ]);
  return tableLines([[...headings, ...more], ...cells]);
}
