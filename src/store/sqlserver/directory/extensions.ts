import sql from 'mssql';
import type { Extension } from '../../../words/directory.ts';
import { noDefaultAccount, numberTwice } from '../../directory-errors.ts';
import { extensionDefaults, StoreError, type ExtensionInput, type RemovedExtension } from '../../ports/store.ts';
import { departmentIdOf, departmentIdsOf } from './departments.ts';
import { extensionOf, selectExtensions, type ExtensionRow } from './directory.ts';
import {
  affected,
  insertInto,
  request,
  restrictionParameters,
  restrictionValues,
  setAll,
  type Value,
} from '../statements.ts';

/** Changes of extensions, inside a transaction. They throw a `StoreError` or mssql's error. */

const parameters = {
  Number: sql.VarChar(40),
  Name: sql.NVarChar(200),
  DepartmentId: sql.Int(),
  CallerNumber: sql.VarChar(20),
  CallbackNumber: sql.VarChar(20),
  Place: sql.NVarChar(200),
  DefaultAccountId: sql.Int(),
  ...restrictionParameters,
} as const;
const columns = Object.keys(parameters);

type ExtensionToStore = Omit<Extension, 'id' | 'departmentCallerNumber'>;

const valuesOf = (extension: ExtensionToStore): Record<string, Value> => ({
  ...{ Number: extension.number, Name: extension.name, DepartmentId: extension.departmentId },
  ...{ CallerNumber: extension.callerNumber, CallbackNumber: extension.callbackNumber, Place: extension.place },
  DefaultAccountId: extension.defaultAccountId,
  ...restrictionValues(extension.restriction),
});

/** Throws where the account that is to pay is not there; the foreign key says so too, in words for a DBA. */
async function checkAccounts(transaction: sql.Transaction, inputs: readonly Partial<ExtensionInput>[]): Promise<void> {
  const ids = new Set(inputs.flatMap(({ defaultAccountId }) => defaultAccountId ?? []));
  for (const id of ids) {
    const { recordset } = await new sql.Request(transaction)
      .input('id', sql.Int(), id)
      .query('SELECT 1 AS Found FROM dbo.Accounts WHERE Id = @id');
    if (recordset.length === 0) throw noDefaultAccount();
  }
}

async function extensionByNumber(transaction: sql.Transaction, number: string): Promise<Extension | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('number', parameters.Number, number)
    .query<ExtensionRow>(`${selectExtensions} WHERE Number = @number`);
  const [row] = recordset;
  return row === undefined ? null : extensionOf(row);
}

async function stored(transaction: sql.Transaction, number: string): Promise<Extension> {
  const extension = await extensionByNumber(transaction, number);
  if (extension === null) throw new StoreError('unavailable', 'The extension just written is not there.');
  return extension;
}

export async function addExtension(
  transaction: sql.Transaction,
  { department, ...rest }: ExtensionInput,
): Promise<Extension> {
  await checkAccounts(transaction, [rest]);
  const departmentId = await departmentIdOf(transaction, department);
  await request(transaction, parameters, valuesOf({ ...extensionDefaults, ...rest, departmentId })).query(
    insertInto('dbo.Extensions', parameters),
  );
  return stored(transaction, rest.number);
}

export async function updateExtension(
  transaction: sql.Transaction,
  number: string,
  changes: Partial<ExtensionInput>,
): Promise<Extension | null> {
  const before = await extensionByNumber(transaction, number);
  if (before === null) return null;
  const { department, ...rest } = changes;
  await checkAccounts(transaction, [rest]);
  const changed = { ...before, ...rest };
  if (department !== undefined) changed.departmentId = await departmentIdOf(transaction, department);
  await request(transaction, parameters, valuesOf(changed))
    .input('Id', sql.Int(), before.id)
    .query(`UPDATE dbo.Extensions SET ${setAll(parameters)} WHERE Id = @Id`);
  return stored(transaction, changed.number);
}

/** Without reading the lists of what is there: a DBA may have typed what cannot be read. */
export async function saveExtension(transaction: sql.Transaction, input: ExtensionInput): Promise<Extension> {
  await importExtensions(transaction, [input]);
  return stored(transaction, input.number);
}

/** Without reading the lists of what is there, as saving. */
export async function removeExtension(transaction: sql.Transaction, number: string): Promise<RemovedExtension | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('number', parameters.Number, number)
    .query<RemovedExtension>(
      'SELECT Id AS id, Number AS number, Name AS name FROM dbo.Extensions WHERE Number = @number',
    );
  const [extension] = recordset;
  if (extension === undefined) return null;
  await new sql.Request(transaction)
    .input('id', sql.Int(), extension.id)
    .query('DELETE FROM dbo.Extensions WHERE Id = @id');
  return { ...extension };
}

/** A request takes 2,100 parameters. */
const rowsAtOnce = Math.floor(2000 / columns.length);

/** Two statements for some hundred extensions each. */
export async function importExtensions(
  transaction: sql.Transaction,
  inputs: readonly ExtensionInput[],
): Promise<{ added: number; updated: number }> {
  if (new Set(inputs.map(({ number }) => number)).size !== inputs.length) throw numberTwice();
  await checkAccounts(transaction, inputs);
  const departments = await departmentIdsOf(
    transaction,
    inputs.map(({ department }) => department),
  );
  const others = columns.filter((name) => name !== 'Number');
  let [added, updated] = [0, 0];
  for (let at = 0; at < inputs.length; at += rowsAtOnce) {
    const rows = inputs
      .slice(at, at + rowsAtOnce)
      .map(({ department, ...rest }) =>
        valuesOf({ ...extensionDefaults, ...rest, departmentId: departments.get(department) ?? null }),
      );
    const given = `(${rows
      .map((_, row) => `SELECT ${columns.map((name) => `@${name}${row} AS ${name}`).join(', ')}`)
      .join('\nUNION ALL ')}) i`;
    const run = (text: string) => {
      const made = new sql.Request(transaction);
      rows.forEach((row, index) => {
        for (const [name, type] of Object.entries(parameters)) made.input(`${name}${index}`, type, row[name] ?? null);
      });
      return made.query(text);
    };
    updated += affected(
      await run(
        `UPDATE e SET ${others.map((name) => `${name} = i.${name}`).join(', ')}
FROM dbo.Extensions e JOIN ${given} ON i.Number = e.Number`,
      ),
    );
    added += affected(
      await run(
        `INSERT INTO dbo.Extensions (${columns.join(', ')}) SELECT ${columns.map((name) => `i.${name}`).join(', ')}
FROM ${given} WHERE NOT EXISTS (SELECT 1 FROM dbo.Extensions e WHERE e.Number = i.Number)`,
      ),
    );
  }
  return { added, updated };
}
