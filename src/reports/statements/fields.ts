import type { Cell, Column, ColumnKind } from '../document.ts';
import type { ReportedCall } from '../report.ts';

/** What stands in place of an amount. */
export type AmountWords = { free: string; unpriced: string };

/** What a line of a statement may show of a call. */
type StatementField = {
  title: string;
  kind: ColumnKind;
  cell: (call: ReportedCall, words: AmountWords) => Cell;
  /** Added up in subtotals and totals. */
  summed?: true;
};

const minuteMs = 60_000;

/** Micro-units: the charge for each minute that was not free, connection fees and minimum charges included; null: not known. */
export function minutePrice({
  chargeMicros,
  billedMs,
  includedMs,
}: Pick<ReportedCall, 'chargeMicros' | 'billedMs' | 'includedMs'>): number | null {
  const chargedMs = (billedMs ?? 0) - (includedMs ?? 0);
  if (chargeMicros === null || chargedMs <= 0) return null;
  return Math.round((chargeMicros * minuteMs) / chargedMs / 100) * 100;
}

/** A call without an amount says why, where its amount would stand. */
function amountOf(call: ReportedCall, micros: number | null, words: AmountWords): Cell {
  if (micros !== null) return micros;
  return call.price === 'free' ? words.free : words.unpriced;
}

export const statementFields = {
  date: { title: 'Date', kind: 'date', cell: (call) => call.startedAtMs },
  time: { title: 'Time', kind: 'time', cell: (call) => call.startedAtMs },
  started: { title: 'Started', kind: 'moment', cell: (call) => call.startedAtMs },
  account: { title: 'Account', kind: 'text', cell: (call) => call.account },
  department: { title: 'Department', kind: 'text', cell: (call) => call.department },
  extension: { title: 'Extension', kind: 'phone', cell: (call) => call.extension },
  caller: { title: 'Caller', kind: 'text', cell: (call) => call.callerName },
  number: { title: 'Number called', kind: 'phone', cell: (call) => call.number },
  place: { title: 'Place', kind: 'text', cell: (call) => call.destination },
  'call-type': { title: 'Call type', kind: 'text', cell: (call) => call.callType },
  actual: { title: 'Actual min', kind: 'minutes', cell: (call) => call.billableMs, summed: true },
  billed: { title: 'Billed min', kind: 'minutes', cell: (call) => call.billedMs, summed: true },
  included: { title: 'Included min', kind: 'minutes', cell: (call) => call.includedMs },
  price: { title: 'Price/min', kind: 'unit-price', cell: minutePrice },
  currency: { title: 'Currency', kind: 'text', cell: (call) => call.currency },
  cost: { title: 'Cost', kind: 'money', cell: (call, words) => amountOf(call, call.costMicros, words), summed: true },
  charge: {
    title: 'Charge',
    kind: 'money',
    cell: (call, words) => amountOf(call, call.chargeMicros, words),
    summed: true,
  },
  estimated: { title: 'Note', kind: 'text', cell: (call) => (call.estimated ? 'estimated' : null) },
  arithmetic: { title: 'Arithmetic', kind: 'text', cell: (call) => call.arithmetic },
  id: { title: 'Call', kind: 'text', cell: (call) => call.callId },
} as const satisfies Record<string, StatementField>;

export type StatementFieldName = keyof typeof statementFields;
export const statementFieldNames = Object.keys(statementFields) as StatementFieldName[];

const fieldOf = (name: StatementFieldName): StatementField => statementFields[name];

/** Null: no field has this name. */
export const fieldNamed = (name: string): StatementField | null =>
  Object.hasOwn(statementFields, name) ? fieldOf(name as StatementFieldName) : null;

export const columnOf = (name: StatementFieldName, title = fieldOf(name).title): Column => ({
  ...{ key: name, title, kind: fieldOf(name).kind },
});
