import sql from 'mssql';
import type { Rate, RateTable, RateTerms } from '../../../rating/rate.ts';
import type { RateTableCopy } from '../../ports/rate-replica.ts';
import type { Column } from '../../../words/column.ts';
import { rateColumns, rateTableColumns } from '../../tables/rate.ts';
import { fromSql, sqlTypeOf, toSql } from '../column.ts';

type Row = Readonly<Record<string, unknown>>;
type Columns = Readonly<Record<string, Column>>;

const selected = (columns: Columns, alias: string): string =>
  Object.entries(columns)
    .map(([field, { sqlServer }]) => `${alias}.${sqlServer} AS ${field}`)
    .join(', ');

const valuesOf = (columns: Columns, row: Row): Record<string, unknown> =>
  Object.fromEntries(Object.entries(columns).map(([field, { type }]) => [field, fromSql(type, row[field])]));

/** Columns of a rate for a select, of `dbo.Rates r`; rows are `RateRow`. */
export const selectedRate = `r.Id AS id, r.TableId AS tableId, r.Version AS version, ${selected(rateColumns, 'r')}`;
export type RateRow = Row & Pick<Rate, 'id' | 'tableId' | 'version'>;

export const termsOf = (row: RateRow): RateTerms => valuesOf(rateColumns, row) as RateTerms;

/** Columns of a rate table for a select from `tablesFrom`; rows are `RateTableRow`. */
export const selectedTable = `t.Id AS id, ${selected(rateTableColumns, 't')}, t.Version AS version,
  CASE WHEN d.TableId IS NULL THEN 0 ELSE 1 END AS isDefault`;
export const tablesFrom = 'dbo.RateTables t LEFT JOIN dbo.DefaultRateTable d ON d.TableId = t.Id';
export type RateTableRow = Row & { id: number; version: number; isDefault: number };

/** Without what only a copy needs. */
export function plainTable(copy: RateTableCopy): RateTable {
  const fields = Object.keys(rateTableColumns) as (keyof typeof rateTableColumns)[];
  return Object.fromEntries([['id', copy.id], ...fields.map((field) => [field, copy[field]])]) as RateTable;
}

export const tableTermsOf = (row: RateTableRow): Omit<RateTable, 'id'> =>
  valuesOf(rateTableColumns, row) as Omit<RateTable, 'id'>;

const tableNames = Object.values(rateTableColumns).map(({ sqlServer }) => sqlServer);

/** Parameters: `tableParameters`. Version 0: none yet; 1: that of rates inserted by hand, which do not name one. */
export const insertTable = (version: 0 | 1): string => `INSERT INTO dbo.RateTables (${tableNames.join(', ')}, Version)
VALUES (${tableNames.map((name) => `@${name}`).join(', ')}, ${version})`;
export const updateTable = `UPDATE dbo.RateTables SET ${tableNames.map((name) => `${name} = @${name}`).join(', ')}`;

export function tableParameters(request: sql.Request, table: Omit<RateTable, 'id'>): sql.Request {
  for (const field of Object.keys(rateTableColumns) as (keyof typeof rateTableColumns)[]) {
    const { sqlServer, type } = rateTableColumns[field];
    request.input(sqlServer, sqlTypeOf(type), toSql(type, table[field]));
  }
  return request;
}

/** Rates of a version, for a bulk load. */
export function bulkOf(tableId: number, version: number, rates: readonly RateTerms[]): sql.Table {
  const table = new sql.Table('dbo.Rates');
  table.columns.add('TableId', { ...sql.Int() }, { nullable: false });
  table.columns.add('Version', { ...sql.Int() }, { nullable: false });
  const fields = Object.keys(rateColumns) as (keyof typeof rateColumns)[];
  for (const field of fields) {
    const column = rateColumns[field];
    // A copy: mssql writes the column's name into the type that it is given.
    table.columns.add(column.sqlServer, { ...sqlTypeOf(column.type) }, { nullable: 'nullable' in column });
  }
  for (const rate of rates) {
    table.rows.add(tableId, version, ...fields.map((field) => toSql(rateColumns[field].type, rate[field])));
  }
  return table;
}
