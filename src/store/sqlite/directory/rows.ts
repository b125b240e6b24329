import type { Account, Department, Destination, Extension } from '../../../words/directory.ts';
import type { DepartmentUse } from '../../ports/directory-admin.ts';
import {
  accounts,
  departments,
  destinations,
  extensions,
  keptValues,
  rowReader,
  useOf,
  type DirectoryTable,
  type StoredRow,
} from '../../tables/directory.ts';
import type { SqlValue } from '../records/rows.ts';
import { sqliteKinds } from './kinds.ts';

/** The directory's statements and rows in SQLite, made of the field tables. */

type Table = Pick<DirectoryTable<never>, 'sqlite' | 'fields'> & { readonly key: string };

const columnsOf = ({ fields }: Table): string[] => Object.values(fields).map(({ sqlite }) => sqlite);
const marks = (columns: readonly string[]): string => columns.map(() => '?').join(', ');

/** Rows by field, and `more` beside them. */
const select = ({ sqlite: table, fields }: Table, ...more: readonly string[]): string => {
  const columns = Object.entries(fields).map(([name, { sqlite }]) => `${sqlite} AS ${name}`);
  return `SELECT ${['id', ...columns, ...more].join(', ')} FROM ${table}`;
};
/** One look-up by its key away, in the same statement: a call waits for no second one. */
const numberOfDepartment = ({ sqlite: table }: Table): string =>
  `(SELECT d.caller_number FROM departments d WHERE d.id = ${table}.department_id) AS departmentCallerNumber`;
/** Kept up to date by triggers, since there may be a million; phones are few. */
const accountsOfDepartment = `ifnull((SELECT d.accounts FROM department_accounts d WHERE d.department_id = departments.id), 0) AS accounts`;
const extensionsOfDepartment = `(SELECT count(*) FROM extensions WHERE department_id = departments.id) AS extensions`;

/** Parameters: the values in the order of the fields, then the id. */
export const insert = (table: Table): string =>
  `INSERT INTO ${table.sqlite} (${[...columnsOf(table), 'id'].join(', ')}) VALUES (${marks(columnsOf(table))}, ?)`;

/** Parameters: the values in the order of the fields, then the id. */
export const replace = (table: Table): string =>
  `UPDATE ${table.sqlite} SET ${columnsOf(table)
    .map((column) => `${column} = ?`)
    .join(', ')} WHERE id = ?`;

const orUpdate = (table: Table, key: string): string =>
  `ON CONFLICT (${key}) DO UPDATE SET ${columnsOf(table)
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}`;

/** Whatever row has this id now; parameters: the values in the order of the fields, then the id. */
export const upsertById = (table: Table): string => `${insert(table)} ${orUpdate(table, 'id')}`;

/** Whatever row has this key now; one that is the same is not written. Parameters: the values in the order of the fields. */
export const upsertByKey = (table: Table): string =>
  `INSERT INTO ${table.sqlite} (${columnsOf(table).join(', ')}) VALUES (${marks(columnsOf(table))})
${orUpdate(table, table.fields[table.key]?.sqlite ?? '')}
WHERE (${columnsOf(table)
    .map((column) => `${table.sqlite}.${column}`)
    .join(', ')}) IS NOT (${columnsOf(table)
    .map((column) => `excluded.${column}`)
    .join(', ')})`;

/** Values in the order of the fields. */
export const valuesOf = ({ fields }: Table, entity: object): SqlValue[] => keptValues(fields, entity, sqliteKinds);

export type Row = StoredRow<SqlValue>;
export type AccountRow = Row;
export const selectAccounts = select(accounts, numberOfDepartment(accounts));
export const selectExtensions = select(extensions, numberOfDepartment(extensions));
export const selectDepartments = select(departments);
export const selectDestinations = select(destinations);
export const selectDepartmentUse = select(departments, accountsOfDepartment, extensionsOfDepartment);
export const accountOf: (row: Row) => Account = rowReader(accounts, sqliteKinds);
export const extensionOf: (row: Row) => Extension = rowReader(extensions, sqliteKinds);
export const departmentOf: (row: Row) => Department = rowReader(departments, sqliteKinds);
export const destinationOf: (row: Row) => Destination = rowReader(destinations, sqliteKinds);
export const departmentUseOf = (row: Row): DepartmentUse => ({ ...departmentOf(row), ...useOf(row) });
