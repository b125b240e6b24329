import type { Database } from 'better-sqlite3';
import type { Period } from '../../../../reports/period.ts';
import { unpack } from '../../packed.ts';
import { conditionsOf, keeping, type HourFilters } from './conditions.ts';
import { hourMs, type HourField, type HourOfCalls } from './hours.ts';
import { keepsNumbers } from './numbers.ts';
import { readNames } from './names.ts';
import { readWords, type Words } from './words.ts';

/** What calls are to fulfil; `number`: what their number begins with, without `+`. */
export type Wanted = { period: Period; filters: HourFilters; number: string | null; fields: readonly HourField[] };

/** One hour: which of its calls are wanted or, where that is not laid by, that its records have to be looked through. */
export type WalkedHour =
  { kind: 'laid-by'; hour: HourOfCalls; rows: readonly number[] } | { kind: 'not-laid-by'; period: Period };

/** More hours than these that are not laid by: the records are looked through as a whole. */
const mostStale = 100;

type LaidBy = [hour: number, calls: number, numbers: Uint8Array | null, ...fields: Uint8Array[]];

/** Makes a function that goes through the hours of a period one after the other; null: they would not help. Read in one transaction. */
export function prepareWalk(db: Database): (wanted: Wanted, isLatestFirst: boolean) => Generator<WalkedHour> | null {
  const wordsNow = readWords(db);
  const stale = db
    .prepare<[number, number], number>('SELECT hour FROM report_stale_hours WHERE hour BETWEEN ? AND ? ORDER BY hour')
    .pluck();
  return (wanted, isLatestFirst) => {
    const { fromMs, untilMs } = wanted.period;
    const range = [Math.floor(fromMs / hourMs), Math.floor((untilMs - 1) / hourMs)] as const;
    const open = stale.all(...range);
    if (open.length > mostStale) return null;
    return walk(db, wanted, { range, isLatestFirst, words: wordsNow(), open: isLatestFirst ? open.reverse() : open });
  };
}

type Way = { range: readonly [number, number]; isLatestFirst: boolean; words: Words; open: readonly number[] };

function* walk(db: Database, wanted: Wanted, { range, isLatestFirst, words, open }: Way): Generator<WalkedHour> {
  const { period, filters, number } = wanted;
  const conditions = conditionsOf(filters, words, readNames(db));
  const fields = [
    ...new Set([...(['started'] as const), ...wanted.fields, ...conditions.flatMap((one) => one.fields)]),
  ];
  const keepNumber = number === null ? null : keepsNumbers(number);
  const notLaidBy = (hour: number): WalkedHour => ({
    kind: 'not-laid-by',
    period: { fromMs: Math.max(period.fromMs, hour * hourMs), untilMs: Math.min(period.untilMs, (hour + 1) * hourMs) },
  });
  let next = 0;
  for (const [at, calls, numbers, ...bytes] of laidBy(db, fields, { isLatestFirst, number }).iterate(...range)) {
    for (; next < open.length && isBefore(open[next] ?? 0, at, isLatestFirst); next += 1)
      yield notLaidBy(open[next] ?? 0);
    // Numbers that are not laid by, or those of other calls, which nothing should bring about.
    const its = numbers === null ? null : unpack(numbers);
    if (keepNumber !== null && its?.length !== calls) {
      yield notLaidBy(at);
      continue;
    }
    const hour: HourOfCalls = {
      hour: at,
      calls,
      ...Object.fromEntries(fields.map((f, i) => [f, unpack(bytes[i] ?? new Uint8Array())])),
    };
    const keep = keeping(conditions, hour, period);
    const keepRow = its === null || keepNumber === null ? null : keepNumber(its);
    const rows: number[] = [];
    for (let row = 0; row < calls; row += 1) {
      if ((keepRow === null || keepRow(row)) && (keep === null || keep(row))) rows.push(row);
    }
    if (rows.length > 0) yield { kind: 'laid-by', hour, rows };
  }
  for (; next < open.length; next += 1) yield notLaidBy(open[next] ?? 0);
}

const isBefore = (hour: number, other: number, isLatestFirst: boolean): boolean =>
  isLatestFirst ? hour > other : hour < other;

const laidBy = (
  db: Database,
  fields: readonly HourField[],
  { isLatestFirst, number }: { isLatestFirst: boolean; number: string | null },
) =>
  db
    .prepare<[number, number], LaidBy>(
      `SELECT h.hour, h.calls, ${number === null ? 'NULL' : 'n.numbers'}${fields.map((field) => `, h.${field}`).join('')}
FROM report_hours h ${number === null ? '' : 'LEFT JOIN report_numbers n ON n.hour = h.hour'}
WHERE h.hour BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM report_stale_hours s WHERE s.hour = h.hour)
ORDER BY h.hour${isLatestFirst ? ' DESC' : ''}`,
    )
    .raw();

/** When a call of this hour started. */
export const startedIn = ({ hour, started }: HourOfCalls, row: number): number => hour * hourMs + (started?.[row] ?? 0);
