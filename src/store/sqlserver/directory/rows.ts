import type sql from 'mssql';
import type { Account, Department, Extension } from '../../../words/directory.ts';
import type { DepartmentUse } from '../../ports/directory-admin.ts';
import {
  accounts,
  departments,
  extensions,
  keptValues,
  rowReader,
  useOf,
  type DirectoryTable,
  type StoredRow,
} from '../../tables/directory.ts';
import { top, type Value } from '../statements.ts';
import { listKinds, sqlServerKinds, sqlServerTypes } from './kinds.ts';

/** The directory's statements and rows in SQL Server, made of the field tables. */

type Table = Pick<DirectoryTable<never>, 'sqlServer' | 'fields'>;

/** Columns and the types of their parameters. */
export const typesOf = ({ fields }: Table): Readonly<Record<string, sql.ISqlType>> =>
  Object.fromEntries(Object.values(fields).map(({ sqlServer, kind }) => [sqlServer, sqlServerTypes[kind]]));

/** Values by column. */
export function valuesOf({ fields }: Table, entity: object): Readonly<Record<string, Value>> {
  const values = keptValues(fields, entity, sqlServerKinds);
  return Object.fromEntries(Object.values(fields).map(({ sqlServer }, index) => [sqlServer, values[index] ?? null]));
}

/** The beginning of a statement: the first `limit` rows, or all; `more` beside the fields. Ends behind FROM. */
type Select = (limit?: number) => string;
function selecting({ sqlServer: table, fields }: Table, ...more: readonly string[]): Select {
  const columns = Object.entries(fields).map(([name, { sqlServer }]) => `${sqlServer} AS ${name}`);
  const rest = `${['Id AS id', ...columns, ...more].join(', ')} FROM ${table}`;
  return (limit) => `SELECT ${top(limit)}${rest}`;
}
const numberOfDepartment = ({ sqlServer: table }: Table): string =>
  `(SELECT d.CallerNumber FROM dbo.Departments d WHERE d.Id = ${table}.DepartmentId) AS departmentCallerNumber`;
const membersIn = ({ sqlServer: table }: Table, name: string): string =>
  `(SELECT COUNT(*) FROM ${table} m WHERE m.DepartmentId = dbo.Departments.Id) AS ${name}`;

export type Row = StoredRow<Value> & { readonly id: number };
export type AccountRow = Row;
export const someAccounts = selecting(accounts, numberOfDepartment(accounts));
export const someExtensions = selecting(extensions, numberOfDepartment(extensions));
export const selectAccounts = someAccounts();
export const selectExtensions = someExtensions();
export const selectDepartments = selecting(departments)();
export const selectDepartmentUse = selecting(
  departments,
  membersIn(accounts, 'accounts'),
  membersIn(extensions, 'extensions'),
)();

/** They throw a `StoreError` that names a row whose lists cannot be read. */
export const accountOf: (row: Row) => Account = rowReader(accounts, sqlServerKinds);
export const extensionOf: (row: Row) => Extension = rowReader(extensions, sqlServerKinds);
export const departmentOf: (row: Row) => Department = rowReader(departments, sqlServerKinds);
export const departmentUseOf = (row: Row): DepartmentUse => ({ ...departmentOf(row), ...useOf(row) });

/** The row with its lists empty, where they cannot be read. */
export function withoutLists({ fields }: Table, row: Row): Row {
  const lists = Object.entries(fields).filter(([, { kind }]) => listKinds.includes(kind));
  return { ...row, ...Object.fromEntries(lists.map(([name]) => [name, ''])) };
}
