import type sql from 'mssql';
import type { Account, Department, Destination, Extension, Restriction } from '../../../words/directory.ts';
import { contractFields, limitFields, unrestricted } from '../../../words/directory.ts';
import type { Result } from '../../../words/result.ts';
import { parseCallTypeList, parseWorldPrefixList } from '../../../policy/list.ts';
import type { DepartmentUse } from '../../ports/directory-admin.ts';
import {
  accounts,
  departments,
  destinations,
  extensions,
  keptValues,
  useOf,
  type DirectoryTable,
  type StoredRow,
} from '../../tables/directory.ts';
import { top, type Value } from '../statements.ts';
import { sqlServerKinds, sqlServerTypes } from './kinds.ts';
import { tolerant } from './unreadable.ts';

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

/** Every number that begins with a digit is blocked, and of the others only one that nobody has is allowed. */
const nothingAllowed: Restriction = {
  ...unrestricted,
  blockedPrefixes: ['+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  allowedNumbers: ['0'.repeat(20)],
};

export type AccountRow = Row;
export const someAccounts = selecting(accounts, numberOfDepartment(accounts));
export const someExtensions = selecting(extensions, numberOfDepartment(extensions));
export const selectAccounts = someAccounts();
export const selectExtensions = someExtensions();
export const selectDepartments = selecting(departments)();
export const selectDestinations = selecting(destinations)();
export const selectDepartmentUse = selecting(
  departments,
  membersIn(accounts, 'accounts'),
  membersIn(extensions, 'extensions'),
)();

/** What cannot be read is in `unreadable`, and such an account is disabled, such an extension may only call emergency numbers. */
export const accountOf: (row: Row) => Account = tolerant(accounts, (account) => ({ ...account, enabled: false }));
export const extensionOf: (row: Row) => Extension = tolerant(extensions, (extension) => ({
  ...extension,
  restriction: nothingAllowed,
}));
/** No time of the week: never open (words/hours.ts). */
const neverOpen = ['limits that cannot be read'];

/** Where a limit cannot be read, no call may begin; a name or a number that cannot be read counts as not given. */
const closedLimits = (entity: Department, unreadable: readonly string[]): Department =>
  unreadable.some((name) => name in limitFields || name in contractFields)
    ? { ...entity, callingHours: neverOpen }
    : entity;

export const departmentOf: (row: Row) => Department = tolerant(departments, closedLimits);

/** Also where it is not known to the end where it is; without its name it is what it was. */
const closedDestination = (destination: Destination, unreadable: readonly string[]): Destination =>
  unreadable.every((name) => name === 'name') ? destination : { ...destination, callingHours: neverOpen };
const readDestination = tolerant(destinations, closedDestination);

/** What is left of a list with a typing error is still where calls must not go. */
export function destinationOf(row: Row): Destination {
  const destination = readDestination(row);
  const isSpoilt = (name: string): boolean => destination.unreadable?.some(({ field }) => field === name) ?? false;
  return {
    ...destination,
    ...(isSpoilt('callTypes') ? { callTypes: readableItems(parseCallTypeList, row['callTypes']) } : {}),
    ...(isSpoilt('prefixes') ? { prefixes: readableItems(parseWorldPrefixList, row['prefixes']) } : {}),
  };
}

const readableItems = <Item>(parse: (text: string) => Result<Item[]>, stored: Value | undefined): Item[] =>
  String(stored)
    .split(/[\s,;]+/)
    .flatMap((item) => {
      const parsed = parse(item);
      return parsed.ok ? parsed.value : [];
    });

export const departmentUseOf = (row: Row): DepartmentUse => ({ ...departmentOf(row), ...useOf(row) });
