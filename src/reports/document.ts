import type { Chart } from './chart.ts';
import type { Period } from './period.ts';
import type { Zone } from '../words/zone.ts';

/**
 * - `text`: what people typed, so never to be trusted by a spreadsheet;
 * - `phone`: digits that are no quantity;
 * - `count`; `duration` in milliseconds; `moment` in UTC milliseconds; `share` from 0 to 1;
 * - `date`, `time`: the day and the time of day of a moment; `minutes`: a duration, as minutes and seconds;
 * - `unit-price`: micro-units a minute, of which four decimals are shown;
 * - `money`: micro-units of the column's currency or, where it has none, of the currency in the row's `currency` cell.
 */
export type ColumnKind =
  'text' | 'phone' | 'count' | 'duration' | 'minutes' | 'moment' | 'date' | 'time' | 'share' | 'unit-price' | 'money';

/** Columns of a kind that is read from its beginning; the others are aligned by their last digit. */
export const isLeftAligned = ({ kind }: Pick<Column, 'kind'>): boolean =>
  ['text', 'phone', 'moment', 'date', 'time'].includes(kind);

export type Column = {
  /** Name in JSON. */
  key: string;
  title: string;
  kind: ColumnKind;
  currency?: string;
  /** Of money, minimum; default: the currency's. */
  decimals?: number;
};

/** Null: there is none, which is not 0. */
export type Cell = string | number | bigint | null;
export type Row = readonly Cell[];

/** A report that is ready to be written in any format. */
export type ReportDocument = {
  name: string;
  title: string;
  period: Period;
  zone: Zone;
  /** What was asked for beside the period: `outcome = refused`. */
  filters: readonly string[];
  columns: readonly Column[];
  /** To be read once, in pieces. */
  rows: AsyncIterable<readonly Row[]>;
  /** For formats that can draw. */
  charts?: readonly Chart[];
  /** Further tables, once the rows are read, for formats that have room for them. */
  sheets?: () => readonly { name: string; columns: readonly Column[]; rows: readonly Row[] }[];
  /** Sums over the rows; to be asked once those are read. */
  totals(): readonly Row[];
  /** What to say where there are no rows. */
  empty: string;
  /** What a reader must know, once the rows are read: `3 answered calls have no rate and are in no amount`. */
  notes(): readonly string[];
};

/** The currency of a money cell; empty: not known, and then there is no amount either. */
export function currencyOf(columns: readonly Column[], row: Row, column: Column): string {
  if (column.currency !== undefined) return column.currency;
  const cell = row[columns.findIndex(({ key }) => key === 'currency')];
  return typeof cell === 'string' ? cell : '';
}
