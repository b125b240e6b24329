import { randomUUID } from 'node:crypto';
import sql from 'mssql';
import type { Account } from '../../../words/directory.ts';
import { accountDefaults, StoreError, type AccountInput, type DirectoryAdmin } from '../../ports/store.ts';
import {
  addDepartment,
  departmentIdOf,
  departmentIdsOf,
  importDepartments,
  removeDepartment,
  renameDepartment,
  setDepartmentCallerNumber,
} from './departments.ts';
import { accountOf, selectAccounts, type AccountRow } from './directory.ts';
import { addExtension, importExtensions, removeExtension, saveExtension, updateExtension } from './extensions.ts';
import {
  affected,
  insertInto,
  request,
  restrictionParameters,
  restrictionValues,
  setAll,
  type Value,
} from '../statements.ts';
import { within } from '../transaction.ts';

const list = sql.VarChar(4000);
const accountParameters = {
  Code: sql.VarChar(20),
  Name: sql.NVarChar(200),
  DepartmentId: sql.Int(),
  CustomerNumbers: list,
  Enabled: sql.Bit(),
  ValidFrom: sql.DateTime2(3),
  ValidUntil: sql.DateTime2(3),
  CallerNumber: sql.VarChar(20),
  Anonymous: sql.Bit(),
  ...restrictionParameters,
} as const;
const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

function accountValues(account: Omit<Account, 'id' | 'departmentCallerNumber'>): Record<string, Value> {
  return {
    Code: account.code,
    Name: account.name,
    DepartmentId: account.departmentId,
    CustomerNumbers: account.customerNumbers.join(','),
    Enabled: account.enabled,
    ValidFrom: date(account.validFromMs),
    ValidUntil: date(account.validUntilMs),
    CallerNumber: account.callerNumber,
    Anonymous: account.anonymous,
    ...restrictionValues(account.restriction),
  };
}

/** Changes of the directory, each one transaction; they reject with a `StoreError`, and then nothing was changed. */
export function writeDirectory(
  pool: sql.ConnectionPool,
  where: string,
): Omit<DirectoryAdmin, 'listAccounts' | 'listExtensions' | 'listDepartments' | 'listDepartmentUse'> {
  const changing = <T>(what: string, work: (transaction: sql.Transaction) => Promise<T>): Promise<T> =>
    within(pool, where, what, work);

  return {
    addAccount: (input) =>
      changing('The account', async (transaction) => {
        const { department, ...rest } = input;
        const departmentId = await departmentIdOf(transaction, department);
        await request(
          transaction,
          accountParameters,
          accountValues({ ...accountDefaults, ...rest, departmentId }),
        ).query(insertInto('dbo.Accounts', accountParameters));
        return stored(await accountByCode(transaction, input.code), where);
      }),
    updateAccount: (code, changes) =>
      changing('The account', async (transaction) => {
        const before = await accountByCode(transaction, code);
        if (before === null) return null;
        const { department, ...rest } = changes;
        const changed: Account = { ...before, ...rest };
        if (department !== undefined) changed.departmentId = await departmentIdOf(transaction, department);
        await request(transaction, accountParameters, accountValues(changed))
          .input('Id', sql.Int(), before.id)
          .query(`UPDATE dbo.Accounts SET ${setAll(accountParameters)} WHERE Id = @Id`);
        return stored(await accountByCode(transaction, changed.code), where);
      }),
    importAccounts: (inputs) => changing('The account', (transaction) => importAccounts(transaction, inputs)),
    saveExtension: (input) => changing('The extension', (transaction) => saveExtension(transaction, input)),
    addExtension: (input) => changing('The extension', (transaction) => addExtension(transaction, input)),
    updateExtension: (number, changes) =>
      changing('The extension', (transaction) => updateExtension(transaction, number, changes)),
    removeExtension: (number) => changing('The extension', (transaction) => removeExtension(transaction, number)),
    importExtensions: (inputs) => changing('The extension', (transaction) => importExtensions(transaction, inputs)),
    addDepartment: (name, callerNumber = null) =>
      changing('The department', (transaction) => addDepartment(transaction, { name, callerNumber })),
    importDepartments: (inputs) => changing('The department', (transaction) => importDepartments(transaction, inputs)),
    setDepartmentCallerNumber: (name, callerNumber) =>
      changing('The department', (transaction) => setDepartmentCallerNumber(transaction, name, callerNumber)),
    renameDepartment: (name, newName) =>
      changing('The department', (transaction) => renameDepartment(transaction, name, newName)),
    removeDepartment: (name) => changing('The department', (transaction) => removeDepartment(transaction, name)),
  };
}

function stored<T>(row: T | null, where: string): T {
  if (row === null) throw new StoreError('unavailable', `SQL Server ${where}: the row just written is not there.`);
  return row;
}

async function accountByCode(transaction: sql.Transaction, code: string): Promise<Account | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('code', accountParameters.Code, code)
    .query<AccountRow>(`${selectAccounts} WHERE Code = @code`);
  const [row] = recordset;
  return row === undefined ? null : accountOf(row);
}

/** A bulk load into a table beside, then two statements: a hundred thousand accounts are a few round trips. */
async function importAccounts(
  transaction: sql.Transaction,
  inputs: readonly AccountInput[],
): Promise<{ added: number; updated: number }> {
  const codes = new Set(inputs.map(({ code }) => code));
  if (codes.size !== inputs.length) throw new StoreError('duplicate', 'The import names a code more than once.');
  if (inputs.length === 0) return { added: 0, updated: 0 };
  const departments = await departmentIdsOf(
    transaction,
    inputs.map(({ department }) => department),
  );
  const importId = randomUUID();
  for (let at = 0; at < inputs.length; at += 5000) {
    const rows = inputs.slice(at, at + 5000).map(({ department, ...rest }) => ({
      ImportId: importId,
      ...accountValues({ ...accountDefaults, ...rest, departmentId: departments.get(department) ?? null }),
    }));
    await new sql.Request(transaction).bulk(importTable(rows));
  }
  const run = (text: string) => new sql.Request(transaction).input('importId', sql.VarChar(36), importId).query(text);
  const names = Object.keys(accountParameters);
  const others = names.filter((name) => name !== 'Code');
  const updated = await run(
    `UPDATE a SET ${others.map((name) => `${name} = i.${name}`).join(', ')}
FROM dbo.Accounts a JOIN dbo.AccountsImport i ON i.Code = a.Code WHERE i.ImportId = @importId`,
  );
  const added = await run(
    `INSERT INTO dbo.Accounts (${names.join(', ')}) SELECT ${names.map((name) => `i.${name}`).join(', ')}
FROM dbo.AccountsImport i WHERE i.ImportId = @importId AND NOT EXISTS (SELECT 1 FROM dbo.Accounts a WHERE a.Code = i.Code)`,
  );
  await run('DELETE FROM dbo.AccountsImport WHERE ImportId = @importId');
  return { added: affected(added), updated: affected(updated) };
}

const nullable = ['DepartmentId', 'ValidFrom', 'ValidUntil', 'LeastDigits', 'MostDigits', 'CallerNumber'];

function importTable(rows: readonly Readonly<Record<string, Value>>[]): sql.Table {
  const table = new sql.Table('dbo.AccountsImport');
  const columns = { ImportId: sql.VarChar(36), ...accountParameters, Code: sql.VarChar(40) };
  for (const [name, type] of Object.entries(columns)) {
    // A copy: mssql writes the column's name into the type that it is given.
    table.columns.add(name, { ...type }, { nullable: nullable.includes(name) });
  }
  for (const row of rows) table.rows.add(...Object.keys(columns).map((name) => row[name] ?? null));
  return table;
}
