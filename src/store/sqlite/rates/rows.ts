import { isRoundingMode } from '../../../rating/money.ts';
import type { RateTable, RateTerms } from '../../../rating/rate.ts';
import type { Column } from '../../../words/column.ts';
import { rateColumns, rateTableColumns } from '../../tables/rate.ts';
import type { SqlValue } from '../records/rows.ts';
import { plannedOnce } from '../planned-once.ts';

type Columns = Readonly<Record<string, Pick<Column, 'sqlite'>>>;
const namesOf = (columns: Columns): string[] => Object.values(columns).map(({ sqlite }) => sqlite);
const questionMarks = (count: number): string => Array(count).fill('?').join(', ');

/** `t.name AS name, t.currency AS currency, …` */
const selected = (columns: Columns, alias: string): string =>
  Object.entries(columns)
    .map(([field, { sqlite }]) => `${alias}.${sqlite} AS ${field}`)
    .join(', ');

export const rateFields = Object.keys(rateColumns) as (keyof RateTerms)[];
/** Names of the columns of `rateFields`. */
export const rateNames: readonly string[] = namesOf(rateColumns);
export const selectedTerms = (alias: string): string => selected(rateColumns, alias);
/** Values for `rateNames`. */
export const termValues = (rate: RateTerms): SqlValue[] => rateFields.map((field) => rate[field]);

/** Rows are `Rate`; conditions on `r`, rates, and `t`, its table. */
export const selectRates = `SELECT r.id, r.version, r.table_id AS tableId, t.currency, ${selectedTerms('r')}
FROM rates r JOIN rate_tables t ON t.id = r.table_id`;

/**
 * Rows are `Rate`. Parameters: the table twice, then the prefixes. What is needed of the table is read by sub-selects, so that the
 * statement is planned once (planned-once.ts): it is asked before each call.
 */
export const bySqlPrefixes = (count: number): string =>
  `SELECT r.id, r.version, r.table_id AS tableId, (SELECT currency FROM rate_tables WHERE id = r.table_id) AS currency,
  ${selectedTerms('r')}
FROM rates r WHERE r.table_id = ${plannedOnce('?')} AND r.version = (SELECT version FROM rate_tables WHERE id = ?)
  AND r.prefix IN (${questionMarks(count)})`;

/** 1: the version that applies has prefixes between these two. Parameters: the table twice, then the two. */
export const longerPrefix = `SELECT EXISTS (SELECT 1 FROM rates WHERE table_id = ${plannedOnce('?')}
  AND version = (SELECT version FROM rate_tables WHERE id = ?) AND prefix > ? AND prefix < ?)`;

const tableFields = Object.keys(rateTableColumns) as (keyof typeof rateTableColumns)[];
/** Names of the columns for `tableValues`. */
export const tableNames: readonly string[] = namesOf(rateTableColumns);
export const tableValues = (table: Omit<RateTable, 'id'>): SqlValue[] => tableFields.map((field) => table[field]);

export type RateTableRow = Omit<RateTable, 'roundingMode'> & { roundingMode: string };
export const selectedTable = `t.id, ${selected(rateTableColumns, 't')}`;
export const rateTableByName = `SELECT ${selectedTable} FROM rate_tables t WHERE t.name = ?`;

/** Sets all of these columns to what was to be inserted. */
export const excluded = (names: readonly string[]): string =>
  names.map((name) => `${name} = excluded.${name}`).join(', ');

/** Parameters: `tableValues`; a table that is there keeps id, version and whether it is the default. */
export const upsertRateTable = `INSERT INTO rate_tables (${tableNames.join(', ')}) VALUES (${questionMarks(tableNames.length)})
ON CONFLICT (name) DO UPDATE SET ${excluded(tableNames.filter((name) => name !== 'name'))}`;

export function rateTableOf<Row extends RateTableRow>(row: Row): Row & RateTable {
  const { roundingMode } = row;
  if (!isRoundingMode(roundingMode)) throw new Error(`rate table ${row.name} has no rounding mode "${roundingMode}"`);
  return { ...row, roundingMode };
}
