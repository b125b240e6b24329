import type { Database } from 'better-sqlite3';
import type { CallsQuery, ReportFilters } from '../../../reports/report.ts';
import { haveFewCalls, payersNamed } from './conditions.ts';
import { haveHours } from './hours/conditions.ts';
import type { Wanted } from './hours/walk.ts';

/** So many are read sooner one by one than the hours of a long period. */
const fewCalls = 5_000;

/** An index has their calls in the order of time, as it has those of one outcome. */
const indexed = [
  'account',
  'accountId',
  'department',
  'departmentId',
  'extension',
] as const satisfies readonly (keyof ReportFilters)[];

/** What hours are to be asked for a list of calls; null: the records themselves give it sooner, or hours do not know. */
export function hoursWanted(
  db: Database,
  { period, filters, order = 'time' }: CallsQuery,
): Omit<Wanted, 'fields'> | null {
  const { number, ...others } = filters;
  if (!haveHours(others)) return null;
  const isByTime = order === 'time' || order === 'latest';
  if (isByTime && haveIndex(filters)) return null;
  if (areFew(db, filters, period)) return null;
  return { period, filters: others, number: number === undefined ? null : number.replace(/^\+/, '') };
}

/** Whether an index gives the calls that are asked for in the order of time. */
export function haveIndex(filters: ReportFilters): boolean {
  const keys = Object.keys(filters);
  return (
    keys.every((key) => (indexed as readonly string[]).includes(key)) || (keys.length === 1 && keys[0] === 'outcome')
  );
}

/** Whether all that is asked for are calls of one payer, phone or number, which an index finds, and they are few. */
export function areFew(db: Database, filters: ReportFilters, { fromMs, untilMs }: CallsQuery['period']): boolean {
  const { account, accountId, extension, number } = filters;
  if (number !== undefined && haveFewCalls(db, number)) return true;
  const of =
    typeof accountId === 'number'
      ? { condition: 'c.account_id = ?', value: accountId }
      : extension !== undefined
        ? { condition: 'c.extension = ?', value: extension }
        : account !== undefined
          ? { condition: `${payersNamed(db, account)} AND ? <> ''`, value: account }
          : null;
  if (of === null || of.condition.startsWith('1 ')) return false;
  const count = db
    .prepare<[string | number, number, number, number], number>(
      `SELECT count(*) FROM (SELECT 1 FROM call_records c WHERE ${of.condition} AND c.started_at >= ? AND c.started_at < ? LIMIT ?)`,
    )
    .pluck();
  return (count.get(of.value, fromMs, untilMs, fewCalls + 1) ?? 0) <= fewCalls;
}
