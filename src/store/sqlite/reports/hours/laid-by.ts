import type { Database } from 'better-sqlite3';
import { unpack } from '../../packed.ts';
import type { HourField, HourOfCalls } from './hours.ts';
import { findsNumbers } from './numbers.ts';

/** `candidates`: those of its calls that may have the number that is looked for; unknown: their numbers are not laid by. */
export type LaidByHour = {
  hour: number;
  candidates: readonly number[] | 'all' | 'unknown';
  read: () => HourOfCalls;
};

type Asked = {
  range: readonly [number, number];
  isLatestFirst: boolean;
  fields: readonly HourField[];
  /** What the number begins with, without `+`; null: whatever it is. */
  number: string | null;
};

/** The hours that are laid by, one after the other. To be read in one transaction. */
export function laidBy(db: Database, asked: Asked): Generator<LaidByHour> {
  return asked.number === null ? withFields(db, asked) : withNumbers(db, { ...asked, number: asked.number });
}

const isLaidBy = 'NOT EXISTS (SELECT 1 FROM report_stale_hours s WHERE s.hour = h.hour)';
const inOrder = (isLatestFirst: boolean): string => `ORDER BY h.hour${isLatestFirst ? ' DESC' : ''}`;
const listed = (fields: readonly HourField[]): string => fields.map((field) => `, h.${field}`).join('');

type Row = [hour: number, calls: number, ...fields: Uint8Array[]];

function hourOf([hour, calls, ...bytes]: Row, fields: readonly HourField[]): HourOfCalls {
  const found: HourOfCalls = { hour, calls };
  for (const [at, field] of fields.entries()) found[field] = unpack(bytes[at] ?? new Uint8Array());
  return found;
}

function* withFields(db: Database, { range, isLatestFirst, fields }: Asked): Generator<LaidByHour> {
  const rows = db
    .prepare<[number, number], Row>(
      `SELECT h.hour, h.calls${listed(fields)} FROM report_hours h
WHERE h.hour BETWEEN ? AND ? AND ${isLaidBy} ${inOrder(isLatestFirst)}`,
    )
    .raw();
  for (const row of rows.iterate(...range)) yield { hour: row[0], candidates: 'all', read: () => hourOf(row, fields) };
}

/** The numbers first: few hours have one that is looked for. */
function* withNumbers(
  db: Database,
  { range, isLatestFirst, fields, number }: Asked & { number: string },
): Generator<LaidByHour> {
  const rows = db
    .prepare<[number, number], [hour: number, calls: number, numbers: Uint8Array | null]>(
      `SELECT h.hour, h.calls, n.numbers FROM report_hours h LEFT JOIN report_numbers n ON n.hour = h.hour
WHERE h.hour BETWEEN ? AND ? AND ${isLaidBy} ${inOrder(isLatestFirst)}`,
    )
    .raw();
  const one = db
    .prepare<[number], Row>(`SELECT h.hour, h.calls${listed(fields)} FROM report_hours h WHERE h.hour = ?`)
    .raw();
  const find = findsNumbers(number);
  for (const [hour, calls, bytes] of rows.iterate(...range)) {
    const numbers = bytes === null ? null : unpack(bytes);
    // Those of other calls are as good as none, which nothing should bring about.
    const candidates = numbers?.length === calls ? find(numbers) : 'unknown';
    yield { hour, candidates, read: () => hourOf(one.get(hour) ?? [hour, calls], fields) };
  }
}
