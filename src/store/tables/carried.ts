import { accountFields, departmentFields, destinationFields, extensionFields } from '../../words/directory.ts';
import type { FieldTable, Kind } from '../../words/directory/field.ts';
import { ascii, flag, integer, long, moment, text, type Column, type ColumnType } from '../../words/column.ts';
import { callMoveFields } from './call-move.ts';
import { rateTableColumns } from './rate.ts';

/** What is carried over from one system of record to another: rows as they are stored, column by column. */

/** Rows with an id of their own, to which others refer by it. */
export const carriedKinds = ['department', 'rate-table', 'account', 'extension', 'destination', 'rerating'] as const;
export type CarriedKind = (typeof carriedKinds)[number];

/** `of`: it holds the id of such a row. */
export type CarriedColumn = Column & { readonly of?: CarriedKind };

/** A value as SQLite has it: flags are 0 or 1, moments UTC milliseconds. */
export type CarriedValue = string | number | null;
/** By the names of SQLite's columns, with `id`. */
export type CarriedRow = Readonly<Record<string, CarriedValue>>;

export type CarriedTable = {
  readonly kind: CarriedKind;
  readonly sqlite: string;
  readonly sqlServer: `dbo.${string}`;
  /** SQL Server's column that names a row. */
  readonly key: string;
  readonly columns: readonly CarriedColumn[];
  /** What new rows get beside them. */
  readonly begins?: { readonly column: string; readonly value: number };
};

const columnTypes: Readonly<Record<Kind, ColumnType>> = {
  'billing-code': ascii(20),
  phone: ascii(40),
  name: text(200),
  text: text(200),
  department: integer,
  account: integer,
  digits: integer,
  limit: integer,
  level: integer,
  money: long,
  moment,
  end: moment,
  'yes-no': flag,
  'shown-number': ascii(20),
  numbers: ascii(4000),
  prefixes: ascii(4000),
  'world-prefixes': ascii(4000),
  blocks: ascii(4000),
  hours: ascii(400),
  'call-types': ascii(400),
  address: text(1000),
  mail: text(400),
};

const columnsOf = (fields: FieldTable): CarriedColumn[] =>
  Object.values(fields).map(({ sqlite, sqlServer, kind }) => ({
    ...{ sqlite, sqlServer, type: columnTypes[kind] },
    ...(kind === 'department' || kind === 'account' ? { of: kind } : {}),
  }));

/** In this order, which has whatever is referred to first. */
export const carriedTables: readonly CarriedTable[] = [
  {
    ...{ kind: 'department', sqlite: 'departments', sqlServer: 'dbo.Departments', key: 'Name' },
    columns: columnsOf(departmentFields),
  },
  {
    ...{ kind: 'rate-table', sqlite: 'rate_tables', sqlServer: 'dbo.RateTables', key: 'Name' },
    columns: Object.values(rateTableColumns),
    // No version counts until all of its rates are there.
    begins: { column: 'Version', value: 0 },
  },
  {
    ...{ kind: 'account', sqlite: 'accounts', sqlServer: 'dbo.Accounts', key: 'Code' },
    columns: columnsOf(accountFields),
  },
  {
    ...{ kind: 'extension', sqlite: 'extensions', sqlServer: 'dbo.Extensions', key: 'Number' },
    columns: columnsOf(extensionFields),
  },
  {
    ...{ kind: 'destination', sqlite: 'destinations', sqlServer: 'dbo.Destinations', key: 'Name' },
    columns: columnsOf(destinationFields),
  },
];

const moveIds: Readonly<Record<string, CarriedKind>> = {
  fromAccountId: 'account',
  fromDepartmentId: 'department',
  toAccountId: 'account',
  toDepartmentId: 'department',
};

export const carriedMoves: readonly CarriedColumn[] = Object.entries(callMoveFields).map(([field, column]) => {
  const of = moveIds[field];
  return of === undefined ? column : { ...column, of };
});

/** All prices that calls had, in dbo.CallPriceHistory. */
export const carriedPrices: readonly CarriedColumn[] = [
  { sqlite: 'call_id', sqlServer: 'CallId', type: ascii(80) },
  { sqlite: 'version', sqlServer: 'Version', type: integer },
  { sqlite: 'is_current', sqlServer: 'IsCurrent', type: flag },
  { sqlite: 'kind', sqlServer: 'Kind', type: ascii(10) },
  { sqlite: 'why', sqlServer: 'Why', type: ascii(20) },
  { sqlite: 'currency', sqlServer: 'Currency', type: ascii(3) },
  { sqlite: 'cost_micros', sqlServer: 'CostMicros', type: long },
  { sqlite: 'charge_micros', sqlServer: 'ChargeMicros', type: long },
  { sqlite: 'billed_ms', sqlServer: 'BilledMs', type: long },
  { sqlite: 'table_id', sqlServer: 'TableId', type: integer, of: 'rate-table' },
  { sqlite: 'rate_id', sqlServer: 'RateId', type: integer },
  { sqlite: 'rate_version', sqlServer: 'RateVersion', type: integer },
  { sqlite: 'prefix', sqlServer: 'Prefix', type: ascii(15) },
  { sqlite: 'destination', sqlServer: 'Destination', type: text(200) },
  { sqlite: 'arithmetic', sqlServer: 'Arithmetic', type: text(1000) },
  { sqlite: 'priced_at', sqlServer: 'PricedAt', type: moment },
  { sqlite: 'rerating_id', sqlServer: 'ReratingId', type: integer, of: 'rerating' },
  { sqlite: 'included_ms', sqlServer: 'IncludedMs', type: long },
  { sqlite: 'basis', sqlServer: 'Basis', type: ascii(1000) },
  { sqlite: 'settles', sqlServer: 'Settles', type: integer },
];

export const carriedReratings: readonly CarriedColumn[] = [
  { sqlite: 'undoes', sqlServer: 'UndoesId', type: integer, of: 'rerating' },
  { sqlite: 'from_time', sqlServer: 'FromTime', type: moment },
  { sqlite: 'until_time', sqlServer: 'UntilTime', type: moment },
  { sqlite: 'made_at', sqlServer: 'MadeAt', type: moment },
  { sqlite: 'made_by', sqlServer: 'MadeBy', type: text(200) },
  { sqlite: 'calls', sqlServer: 'Calls', type: integer },
];

/** Records as JSON; 4,000 characters are more than any has. */
export const carriedCorrections: readonly CarriedColumn[] = [
  { sqlite: 'call_id', sqlServer: 'CallId', type: ascii(80) },
  { sqlite: 'corrected_at', sqlServer: 'CorrectedAt', type: moment },
  { sqlite: 'before', sqlServer: 'RecordBefore', type: text(4000) },
  { sqlite: 'after', sqlServer: 'RecordAfter', type: text(4000) },
];
