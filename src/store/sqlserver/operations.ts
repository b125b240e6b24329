import { randomUUID } from 'node:crypto';
import sql from 'mssql';
import type { Account, Extension, Restriction } from '../../policy/directory.ts';
import { StoreError, type AccountInput, type DirectoryAdmin } from '../store.ts';
import {
  accountOf,
  extensionOf,
  selectAccounts,
  selectExtensions,
  type AccountRow,
  type ExtensionRow,
} from './directory.ts';
import { within } from './transaction.ts';

const list = sql.VarChar(4000);
const restrictionParameters = {
  LeastDigits: sql.Int(),
  MostDigits: sql.Int(),
  BlockedPrefixes: list,
  AllowedPrefixes: list,
  AllowedNumbers: list,
  AllowedCallTypes: sql.VarChar(400),
} as const;
const accountParameters = {
  Code: sql.VarChar(20),
  Name: sql.NVarChar(200),
  DepartmentId: sql.Int(),
  CustomerNumbers: list,
  Enabled: sql.Bit(),
  ValidFrom: sql.DateTime2(3),
  ValidUntil: sql.DateTime2(3),
  ...restrictionParameters,
} as const;
const extensionParameters = {
  Number: sql.VarChar(40),
  Name: sql.NVarChar(200),
  DepartmentId: sql.Int(),
  ...restrictionParameters,
} as const;

type Value = string | number | boolean | Date | null;

function restrictionValues(restriction: Restriction): Record<string, Value> {
  return {
    LeastDigits: restriction.leastDigits,
    MostDigits: restriction.mostDigits,
    BlockedPrefixes: restriction.blockedPrefixes.join(','),
    AllowedPrefixes: restriction.allowedPrefixes.join(','),
    AllowedNumbers: restriction.allowedNumbers.join(','),
    AllowedCallTypes: restriction.allowedCallTypes.join(','),
  };
}

const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

function accountValues(account: Omit<Account, 'id'>): Record<string, Value> {
  return {
    Code: account.code,
    Name: account.name,
    DepartmentId: account.departmentId,
    CustomerNumbers: account.customerNumbers.join(','),
    Enabled: account.enabled,
    ValidFrom: date(account.validFromMs),
    ValidUntil: date(account.validUntilMs),
    ...restrictionValues(account.restriction),
  };
}

const insertInto = (table: string, columns: object): string => {
  const names = Object.keys(columns);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`;
};
const setAll = (columns: object): string =>
  Object.keys(columns)
    .map((name) => `${name} = @${name}`)
    .join(', ');

/** Changes of the directory, each one transaction; they reject with a `StoreError`, and then nothing was changed. */
export function writeDirectory(
  pool: sql.ConnectionPool,
  where: string,
): Pick<DirectoryAdmin, 'addAccount' | 'updateAccount' | 'importAccounts' | 'saveExtension'> {
  const changing = <T>(what: string, work: (transaction: sql.Transaction) => Promise<T>): Promise<T> =>
    within(pool, where, what, work);

  return {
    addAccount: (input) =>
      changing('The account', async (transaction) => {
        const { department, ...rest } = input;
        const departmentId = await departmentIdOf(transaction, department);
        await request(transaction, accountParameters, accountValues({ ...rest, departmentId })).query(
          insertInto('dbo.Accounts', accountParameters),
        );
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
    saveExtension: (input) =>
      changing('The extension', async (transaction) => {
        const { department, ...rest } = input;
        const departmentId = await departmentIdOf(transaction, department);
        const values = {
          ...{ Number: rest.number, Name: rest.name, DepartmentId: departmentId },
          ...restrictionValues(rest.restriction),
        };
        const { rowsAffected } = await request(transaction, extensionParameters, values).query(
          `UPDATE dbo.Extensions SET ${setAll(extensionParameters)} WHERE Number = @Number`,
        );
        if (!rowsAffected.some((rows) => rows > 0)) {
          await request(transaction, extensionParameters, values).query(
            insertInto('dbo.Extensions', extensionParameters),
          );
        }
        return stored(await extensionByNumber(transaction, input.number), where);
      }),
  };
}

function request(
  transaction: sql.Transaction,
  types: Readonly<Record<string, sql.ISqlType>>,
  values: Readonly<Record<string, Value>>,
): sql.Request {
  const made = new sql.Request(transaction);
  for (const [name, type] of Object.entries(types)) made.input(name, type, values[name] ?? null);
  return made;
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

async function extensionByNumber(transaction: sql.Transaction, number: string): Promise<Extension | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('number', extensionParameters.Number, number)
    .query<ExtensionRow>(`${selectExtensions} WHERE Number = @number`);
  const [row] = recordset;
  return row === undefined ? null : extensionOf(row);
}

/** A department is named and made when missing, whatever the case of its name. */
async function departmentIdOf(transaction: sql.Transaction, name: string | null): Promise<number | null> {
  if (name === null) return null;
  const find = async (): Promise<number | null> => {
    const { recordset } = await new sql.Request(transaction)
      .input('name', sql.NVarChar(200), name)
      .query<{ id: number }>('SELECT Id AS id FROM dbo.Departments WHERE LOWER(Name) = LOWER(@name)');
    return recordset[0]?.id ?? null;
  };
  const known = await find();
  if (known !== null) return known;
  await new sql.Request(transaction)
    .input('name', sql.NVarChar(200), name)
    .query('INSERT INTO dbo.Departments (Name) VALUES (@name)');
  return find();
}

/** A bulk load into a table beside, then two statements: a hundred thousand accounts are a few round trips. */
async function importAccounts(
  transaction: sql.Transaction,
  inputs: readonly AccountInput[],
): Promise<{ added: number; updated: number }> {
  const codes = new Set(inputs.map(({ code }) => code));
  if (codes.size !== inputs.length) throw new StoreError('duplicate', 'The import names a code more than once.');
  if (inputs.length === 0) return { added: 0, updated: 0 };
  const departments = new Map<string | null, number | null>();
  for (const name of new Set(inputs.map(({ department }) => department))) {
    departments.set(name, await departmentIdOf(transaction, name));
  }
  const importId = randomUUID();
  for (let at = 0; at < inputs.length; at += 5000) {
    const rows = inputs.slice(at, at + 5000).map(({ department, ...rest }) => ({
      ImportId: importId,
      ...accountValues({ ...rest, departmentId: departments.get(department) ?? null }),
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

const nullable = ['DepartmentId', 'ValidFrom', 'ValidUntil', 'LeastDigits', 'MostDigits'];

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

/** Rows of the statement itself; a trigger's come before it. */
function affected({ rowsAffected }: { rowsAffected: number[] }): number {
  return rowsAffected.at(-1) ?? 0;
}
