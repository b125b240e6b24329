import { callTypes } from '../../../words/call-type.ts';
import type { CallType } from '../../../words/call-type.ts';
import type { Account, Extension, Restriction } from '../../../words/directory.ts';
import { StoreError } from '../../ports/store.ts';
import type { SqlValue } from '../records/rows.ts';

/** Columns that accounts and extensions share, by the names of `Restriction`. */
const restrictionColumns = {
  minimumDigits: 'least_digits',
  maximumDigits: 'most_digits',
  blockedPrefixes: 'blocked_prefixes',
  allowedPrefixes: 'allowed_prefixes',
  allowedNumbers: 'allowed_numbers',
  allowedCallTypes: 'allowed_call_types',
} satisfies Record<keyof Restriction, string>;

/** Has an id, columns of its own, or is another table's. */
type NoColumn = 'id' | 'restriction' | 'departmentCallerNumber';

export const accountColumns = {
  code: 'code',
  name: 'name',
  departmentId: 'department_id',
  customerNumbers: 'customer_numbers',
  enabled: 'enabled',
  validFromMs: 'valid_from',
  validUntilMs: 'valid_until',
  callerNumber: 'caller_number',
  anonymous: 'anonymous',
  ...restrictionColumns,
} satisfies Record<Exclude<keyof Account, NoColumn> | keyof Restriction, string>;

export const extensionColumns = {
  number: 'number',
  name: 'name',
  departmentId: 'department_id',
  callerNumber: 'caller_number',
  callbackNumber: 'callback_number',
  place: 'place',
  defaultAccountId: 'default_account_id',
  ...restrictionColumns,
} satisfies Record<Exclude<keyof Extension, NoColumn> | keyof Restriction, string>;

type RestrictionRow = {
  [field in keyof Restriction]: Restriction[field] extends number | null ? number | null : string;
};
type Stored<T> = Omit<T, 'restriction' | 'enabled' | 'anonymous' | 'customerNumbers'> & RestrictionRow;
export type AccountRow = Stored<Account> & { enabled: number; anonymous: number; customerNumbers: string };
export type ExtensionRow = Stored<Extension>;

/** A department's number is one look-up by its key away, in the same statement: a call waits for no second one. */
const select = (table: string, columns: Record<string, string>) =>
  `SELECT id, ${Object.entries(columns)
    .map(([field, column]) => `${column} AS ${field}`)
    .join(', ')},
(SELECT d.caller_number FROM departments d WHERE d.id = ${table}.department_id) AS departmentCallerNumber FROM ${table}`;

const upsert = (table: string, key: string, columns: Record<string, string>) => {
  const names = Object.values(columns);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
ON CONFLICT (${key}) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`;
};

/** Rows of these are `AccountRow` and `ExtensionRow`. */
export const selectAccounts = select('accounts', accountColumns);
export const selectExtensions = select('extensions', extensionColumns);
/** Rows of it are `Department`. */
export const selectDepartments = 'SELECT id, name, caller_number AS callerNumber FROM departments';

/** Parameters: `accountValues`. */
export const insertAccount = `INSERT INTO accounts (${Object.values(accountColumns).join(', ')})
VALUES (${Object.values(accountColumns)
  .map(() => '?')
  .join(', ')})`;
export const upsertAccount = upsert('accounts', 'code', accountColumns);

const replace = (table: string, columns: Record<string, string>) =>
  `UPDATE ${table} SET ${Object.values(columns)
    .map((column) => `${column} = ?`)
    .join(', ')} WHERE id = ?`;

/** Parameters: `accountValues` or `extensionValues`, then the id. */
export const replaceAccount = replace('accounts', accountColumns);
export const replaceExtension = replace('extensions', extensionColumns);
/** Parameters: `extensionValues`, then the id. */
export const insertExtension = `INSERT INTO extensions (${Object.values(extensionColumns).join(', ')}, id)
VALUES (${Object.values(extensionColumns)
  .map(() => '?')
  .join(', ')}, ?)`;

const listOf = (text: string): string[] => (text === '' ? [] : text.split(','));

/** Throws on a word that this version does not know: dropping it could leave an empty list, which allows everything. */
function callTypeOf(text: string): CallType {
  const known = callTypes.find((callType) => callType === text);
  if (known === undefined) throw new StoreError('invalid', `The local store holds an unknown call type: ${text}.`);
  return known;
}

function restrictionOf(row: RestrictionRow): Restriction {
  return {
    minimumDigits: row.minimumDigits,
    maximumDigits: row.maximumDigits,
    blockedPrefixes: listOf(row.blockedPrefixes),
    allowedPrefixes: listOf(row.allowedPrefixes),
    allowedNumbers: listOf(row.allowedNumbers),
    allowedCallTypes: listOf(row.allowedCallTypes).map(callTypeOf),
  };
}

export function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    departmentId: row.departmentId,
    customerNumbers: listOf(row.customerNumbers),
    enabled: row.enabled === 1,
    validFromMs: row.validFromMs,
    validUntilMs: row.validUntilMs,
    restriction: restrictionOf(row),
    callerNumber: row.callerNumber,
    anonymous: row.anonymous === 1,
    departmentCallerNumber: row.departmentCallerNumber,
  };
}

export function extensionOf(row: ExtensionRow): Extension {
  return {
    id: row.id,
    number: row.number,
    name: row.name,
    departmentId: row.departmentId,
    restriction: restrictionOf(row),
    callerNumber: row.callerNumber,
    callbackNumber: row.callbackNumber,
    place: row.place,
    defaultAccountId: row.defaultAccountId,
    departmentCallerNumber: row.departmentCallerNumber,
  };
}

const restrictionValues = (restriction: Restriction): SqlValue[] => [
  restriction.minimumDigits,
  restriction.maximumDigits,
  restriction.blockedPrefixes.join(','),
  restriction.allowedPrefixes.join(','),
  restriction.allowedNumbers.join(','),
  restriction.allowedCallTypes.join(','),
];

export type AccountToStore = Omit<Account, 'id' | 'departmentCallerNumber'>;
export type ExtensionToStore = Omit<Extension, 'id' | 'departmentCallerNumber'>;

export const accountValues = (account: AccountToStore): SqlValue[] => [
  account.code,
  account.name,
  account.departmentId,
  account.customerNumbers.join(','),
  Number(account.enabled),
  account.validFromMs,
  account.validUntilMs,
  account.callerNumber,
  Number(account.anonymous),
  ...restrictionValues(account.restriction),
];

export const extensionValues = (extension: ExtensionToStore): SqlValue[] => [
  extension.number,
  extension.name,
  extension.departmentId,
  extension.callerNumber,
  extension.callbackNumber,
  extension.place,
  extension.defaultAccountId,
  ...restrictionValues(extension.restriction),
];
