import { randomUUID } from 'node:crypto';
import sql from 'mssql';
import type { Account, AccountInput, Changes } from '../../../words/directory.ts';
import { codeTwice } from '../../directory-errors.ts';
import type { Imported } from '../../ports/directory-admin.ts';
import { accounts } from '../../tables/directory.ts';
import type { Value } from '../statements.ts';
import { load } from '../loads.ts';
import { membersOf, merge } from './members.ts';
import { accountOf, selectAccounts, typesOf } from './rows.ts';
import { portions } from '../../../words/portions.ts';
import { requestOn } from '../request.ts';

/** Changes of accounts, inside a transaction. They throw a `StoreError` or mssql's error. */

const members = membersOf(accounts, { select: selectAccounts, read: accountOf });

export async function addAccount(transaction: sql.Transaction, input: AccountInput): Promise<Account> {
  await members.add(transaction, input);
  return members.written(transaction, input.code);
}

export async function updateAccount(
  transaction: sql.Transaction,
  code: string,
  changes: Changes<AccountInput>,
): Promise<Account | null> {
  const isThere = await members.change(transaction, code, changes);
  return isThere ? members.written(transaction, changes.code ?? code) : null;
}

const rowsAtOnce = 5000;

/** A bulk load into a table beside, then two statements: a hundred thousand accounts are a few round trips. */
export async function importAccounts(transaction: sql.Transaction, inputs: readonly AccountInput[]): Promise<Imported> {
  if (new Set(inputs.map(({ code }) => code)).size !== inputs.length) throw codeTwice();
  if (inputs.length === 0) return { added: 0, updated: 0 };
  const values = await members.valuesOfNew(transaction, inputs);
  const importId = randomUUID();
  for (const some of portions(values, rowsAtOnce)) {
    const rows = some.map((row) => ({ ...row, ImportId: importId }));
    await load(transaction, { table: importTable(rows) });
  }
  const run = (text: string) => requestOn(transaction).input('importId', sql.VarChar(36), importId).query(text);
  const imported = await merge(accounts, { from: 'dbo.AccountsImport i', where: 'i.ImportId = @importId' }, run);
  await run('DELETE FROM dbo.AccountsImport WHERE ImportId = @importId');
  return imported;
}

function importTable(rows: readonly Readonly<Record<string, Value>>[]): sql.Table {
  const table = new sql.Table('dbo.AccountsImport');
  const nullable = Object.values(accounts.fields)
    .filter(({ otherwise }) => otherwise === null)
    .map(({ sqlServer }) => sqlServer);
  // Wider than a code may be: one that is too long must reach the CHECK of dbo.Accounts, which names it.
  const columns = { ImportId: sql.VarChar(36), ...typesOf(accounts), Code: sql.VarChar(40) };
  for (const [name, type] of Object.entries(columns)) {
    // A copy: mssql writes the column's name into the type that it is given.
    table.columns.add(name, { ...type }, { nullable: nullable.includes(name) });
  }
  for (const row of rows) table.rows.add(...Object.keys(columns).map((name) => row[name] ?? null));
  return table;
}
