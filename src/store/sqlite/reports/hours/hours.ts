import type { Database } from 'better-sqlite3';
import { keptCountry } from '../../../../words/shorten-number.ts';
import { unpack } from '../../packed.ts';
import { answered, currentPrices, number, placed, refused, unrated } from '../expressions.ts';
import { packedNumber } from './numbers.ts';
import type { Words } from './words.ts';

export const hourMs = 3_600_000;

/** Columns of `report_hours` that are fields of calls. */
export const hourFields = [
  'started',
  'account',
  'department',
  'extension',
  'destination',
  'country',
  'call_type',
  'entry',
  'outcome',
  'reason',
  'currency',
  'flags',
  'billable',
  'cost',
  'charge',
] as const;
export type HourField = (typeof hourFields)[number];

/** Bits of the field `flags`. */
export const flag = { answered: 1, unrated: 2, priced: 4, placed: 8, refused: 16 } as const;

/** The calls of one hour that are over, field by field. */
export type HourOfCalls = { hour: number; calls: number } & Partial<Record<HourField, ArrayLike<number>>>;

const priced = 'p.cost_micros IS NOT NULL';

const selectCalls = `SELECT c.started_at, c.account_id, c.department_id, c.extension, nullif(p.destination, ''), c.called_e164, c.country, c.call_type,
  c.entry, c.outcome, c.reason, p.currency,
  (${answered}) * ${flag.answered} + ${unrated} * ${flag.unrated} + (${priced}) * ${flag.priced}
    + ifnull(${placed}, 0) * ${flag.placed} + ifnull(${refused}, 0) * ${flag.refused},
  c.billable_ms, p.cost_micros, p.charge_micros, ${number}
FROM call_records c ${currentPrices}
WHERE c.started_at >= ? AND c.started_at < ? AND c.ended_at IS NOT NULL`;

type Text = string | null;
type Call = [
  startedAtMs: number,
  account: number | null,
  department: number | null,
  extension: Text,
  destination: Text,
  e164: Text,
  country: Text,
  callType: Text,
  entry: Text,
  outcome: Text,
  reason: Text,
  currency: Text,
  flags: number,
  billableMs: number,
  costMicros: number | null,
  chargeMicros: number | null,
  number: Text,
];

/** Makes a function that puts the calls of an hour together from the records themselves. */
export function prepareHourReader(
  db: Database,
  country: (e164: string | null) => string | null,
): (hour: number, idOf: Words['idOf']) => { hour: number; calls: number } & Record<HourField | 'number', number[]> {
  const select = db.prepare<[number, number], Call>(selectCalls).raw();
  return (hour, idOf) => {
    const rows = select.all(hour * hourMs, (hour + 1) * hourMs);
    return {
      hour,
      calls: rows.length,
      started: rows.map((row) => row[0] - hour * hourMs),
      account: rows.map((row) => row[1] ?? 0),
      department: rows.map((row) => row[2] ?? 0),
      extension: rows.map((row) => idOf(row[3])),
      destination: rows.map((row) => idOf(row[4])),
      country: rows.map((row) => idOf(keptCountry({ calledE164: row[5], country: row[6] }, country))),
      call_type: rows.map((row) => idOf(row[7])),
      entry: rows.map((row) => idOf(row[8])),
      outcome: rows.map((row) => idOf(row[9])),
      reason: rows.map((row) => idOf(row[10])),
      currency: rows.map((row) => idOf(row[11])),
      flags: rows.map((row) => row[12]),
      billable: rows.map((row) => row[13]),
      cost: rows.map((row) => row[14] ?? 0),
      charge: rows.map((row) => row[15] ?? 0),
      number: rows.map((row) => packedNumber(row[16])),
    };
  };
}

/**
 * Every hour from the one to the other (inclusive) that has calls, with these fields, in no order: as it was laid by or, where
 * that does not hold, from the records. To be read in one transaction.
 */
export function* readHours(
  db: Database,
  asked: { from: number; to: number; fields: readonly HourField[] },
  makeAnew: (hour: number) => HourOfCalls,
): Generator<HourOfCalls> {
  const { from, to, fields } = asked;
  const laidBy = db
    .prepare<[number, number], [hour: number, calls: number, ...fields: Uint8Array[]]>(
      `SELECT hour, calls${fields.map((field) => `, ${field}`).join('')} FROM report_hours h WHERE hour BETWEEN ? AND ?
AND NOT EXISTS (SELECT 1 FROM report_stale_hours s WHERE s.hour = h.hour)`,
    )
    .raw();
  for (const [hour, calls, ...bytes] of laidBy.iterate(from, to)) {
    const packed = fields.map((field, at) => [field, unpack(bytes[at] ?? new Uint8Array())]);
    yield { hour, calls, ...Object.fromEntries(packed) };
  }
  const stale = db
    .prepare<[number, number], number>('SELECT hour FROM report_stale_hours WHERE hour BETWEEN ? AND ?')
    .pluck();
  for (const hour of stale.all(from, to)) yield makeAnew(hour);
}
