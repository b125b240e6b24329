import type { Database } from 'better-sqlite3';
import type { Period } from '../../../../reports/period.ts';
import { conditionsOf, keeping, type HourFilters } from './conditions.ts';
import { hourMs, type HourField, type HourOfCalls } from './hours.ts';
import { laidBy } from './laid-by.ts';
import { readNames } from './names.ts';
import { readWords, type Words } from './words.ts';

/** What calls are to fulfil; `number`: what their number begins with, without `+`. */
export type Wanted = { period: Period; filters: HourFilters; number: string | null; fields: readonly HourField[] };

/** One hour: which of its calls are wanted or, where that is not laid by, that its records have to be looked through. */
export type WalkedHour =
  { kind: 'laid-by'; hour: HourOfCalls; rows: readonly number[] } | { kind: 'not-laid-by'; period: Period };

/** More hours than these that are not laid by: the records are looked through as a whole. */
const mostStale = 100;

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
  const { period, filters } = wanted;
  const conditions = conditionsOf(filters, words, readNames(db));
  const fields = [
    ...new Set([...(['started'] as const), ...wanted.fields, ...conditions.flatMap((one) => one.fields)]),
  ];
  const notLaidBy = (hour: number): WalkedHour => ({
    kind: 'not-laid-by',
    period: { fromMs: Math.max(period.fromMs, hour * hourMs), untilMs: Math.min(period.untilMs, (hour + 1) * hourMs) },
  });
  let next = 0;
  for (const { hour: at, candidates, read } of laidBy(db, { range, isLatestFirst, fields, number: wanted.number })) {
    for (; next < open.length && isBefore(open[next] ?? 0, at, isLatestFirst); next += 1)
      yield notLaidBy(open[next] ?? 0);
    if (candidates === 'unknown') {
      yield notLaidBy(at);
    } else if (candidates === 'all' || candidates.length > 0) {
      const hour = read();
      const keep = keeping(conditions, hour, period);
      const rows = rowsOf(hour, candidates).filter(keep ?? (() => true));
      if (rows.length > 0) yield { kind: 'laid-by', hour, rows };
    }
  }
  for (; next < open.length; next += 1) yield notLaidBy(open[next] ?? 0);
}

function rowsOf({ calls }: HourOfCalls, candidates: readonly number[] | 'all'): readonly number[] {
  if (candidates !== 'all') return candidates;
  const rows: number[] = [];
  for (let row = 0; row < calls; row += 1) rows.push(row);
  return rows;
}

const isBefore = (hour: number, other: number, isLatestFirst: boolean): boolean =>
  isLatestFirst ? hour > other : hour < other;

/** When a call of this hour started. */
export const startedIn = ({ hour, started }: HourOfCalls, row: number): number => hour * hourMs + (started?.[row] ?? 0);
