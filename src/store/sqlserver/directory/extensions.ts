import sql from 'mssql';
import type { Changes, Extension, ExtensionInput } from '../../../words/directory.ts';
import { noDefaultAccount, numberTwice } from '../../directory-errors.ts';
import type { Imported, RemovedExtension } from '../../ports/directory-admin.ts';
import { extensions } from '../../tables/directory.ts';
import type { Value } from '../statements.ts';
import { membersOf, merge } from './members.ts';
import { extensionOf, selectExtensions, typesOf } from './rows.ts';
import { portions } from '../../../words/portions.ts';
import { requestOn } from '../request.ts';

/** Changes of extensions, inside a transaction. They throw a `StoreError` or mssql's error. */

const members = membersOf(extensions, { select: selectExtensions, read: extensionOf });
const types = typesOf(extensions);
const columns = Object.keys(types);

/** Throws where the account that is to pay is not there; the foreign key says so too, in words for a DBA. */
async function checkAccounts(
  transaction: sql.Transaction,
  inputs: readonly Pick<Partial<ExtensionInput>, 'defaultAccountId'>[],
): Promise<void> {
  const ids = new Set(inputs.flatMap(({ defaultAccountId }) => defaultAccountId ?? []));
  for (const id of ids) {
    const { recordset } = await requestOn(transaction)
      .input('id', sql.Int(), id)
      .query('SELECT 1 AS Found FROM dbo.Accounts WHERE Id = @id');
    if (recordset.length === 0) throw noDefaultAccount();
  }
}

export async function addExtension(transaction: sql.Transaction, input: ExtensionInput): Promise<Extension> {
  await checkAccounts(transaction, [input]);
  await members.add(transaction, input);
  return members.written(transaction, input.number);
}

export async function updateExtension(
  transaction: sql.Transaction,
  number: string,
  changes: Changes<ExtensionInput>,
): Promise<Extension | null> {
  await checkAccounts(transaction, [changes]);
  const isThere = await members.change(transaction, number, changes);
  return isThere ? members.written(transaction, changes.number ?? number) : null;
}

/** Without reading the lists of what is there: a DBA may have typed what cannot be read. */
export async function removeExtension(transaction: sql.Transaction, number: string): Promise<RemovedExtension | null> {
  const { recordset } = await requestOn(transaction)
    .input('number', sql.VarChar(40), number)
    .query<RemovedExtension>(
      'SELECT Id AS id, Number AS number, Name AS name FROM dbo.Extensions WHERE Number = @number',
    );
  const [extension] = recordset;
  if (extension === undefined) return null;
  await requestOn(transaction).input('id', sql.Int(), extension.id).query('DELETE FROM dbo.Extensions WHERE Id = @id');
  return { ...extension };
}

/** A request takes 2,100 parameters. */
const rowsAtOnce = Math.floor(2000 / columns.length);

/** Two statements for some hundred extensions each. */
export async function importExtensions(
  transaction: sql.Transaction,
  inputs: readonly ExtensionInput[],
): Promise<Imported> {
  if (new Set(inputs.map(({ number }) => number)).size !== inputs.length) throw numberTwice();
  await checkAccounts(transaction, inputs);
  const values = await members.valuesOfNew(transaction, inputs);
  let [added, updated] = [0, 0];
  for (const rows of portions(values, rowsAtOnce)) {
    const some = await importSome(transaction, rows);
    added += some.added;
    updated += some.updated;
  }
  return { added, updated };
}

function importSome(
  transaction: sql.Transaction,
  rows: readonly Readonly<Record<string, Value>>[],
): Promise<{ added: number; updated: number }> {
  const given = rows
    .map((_, row) => `SELECT ${columns.map((name) => `@${name}${row} AS ${name}`).join(', ')}`)
    .join('\nUNION ALL ');
  return merge(extensions, { from: `(${given}) i`, where: '1 = 1' }, (text) => {
    const made = requestOn(transaction);
    rows.forEach((row, index) => {
      for (const [name, type] of Object.entries(types)) made.input(`${name}${index}`, type, row[name] ?? null);
    });
    return made.query(text);
  });
}
