import sql from 'mssql';
import { ascii } from '../../../words/column.ts';
import { StoreError } from '../../ports/store-error.ts';
import { declarationOf, sqlTypeOf, toSql } from '../column.ts';
import { load as loadRows } from '../loads.ts';
import type { Parameter } from './rows.ts';
import { requestOn } from '../request.ts';

/**
 * Rows of a set, however many, in a few round trips: they go to a table of this connection alone (tempdb) by bulk load, and one
 * statement does the rest. An INSERT of several rows has room for 60 records (2,100 parameters) and is parsed anew each time; a
 * bulk load into dbo.CallRecords itself runs no triggers on Babelfish, and a constraint that refuses it leaves the connection there unusable.
 */
type Row = readonly Parameter[];
type Answer = Record<string, unknown>;

/**
 * Sends rows of dbo.CallRecords, for `insertSent`, and answers which of their calls have a record there already; those are not
 * inserted. `stored` selects of dbo.CallRecords c, `others` of anything, with `(SELECT CallId FROM #There)`.
 */
export async function sendRecords(
  transaction: sql.Transaction,
  rows: readonly Row[],
  { stored, others }: { stored: string; others: string },
): Promise<{ stored: Answer[]; others: Answer[] }> {
  const columns = rows[0] ?? [];
  // Together, also what `updateRecords` may want: each batch is a round trip.
  await makeRoom(transaction, { '#There': [callIdOf('')], '#Sent': columns, '#Changed': ofUpdate('', columns) });
  await load(transaction, '#Sent', rows);
  // The lock: another controller with one of the calls waits. Where neither finds a record, one of the two inserts is refused.
  const { recordsets } = await requestOn(transaction).query(
    `INSERT INTO #There (CallId) SELECT c.CallId FROM dbo.CallRecords c WITH (UPDLOCK) JOIN #Sent s ON s.CallId = c.CallId;
SELECT ${stored} FROM dbo.CallRecords c JOIN #There t ON t.CallId = c.CallId;
${others};
DELETE FROM #Sent WHERE CallId IN (SELECT CallId FROM #There);`,
  );
  const [found = [], also = []] = recordsets as sql.IRecordSet<Answer>[];
  return { stored: found, others: also };
}

/** Inserts what `sendRecords` sent and did not find there; answers how many. */
export async function insertSent(transaction: sql.Transaction, columns: readonly string[]): Promise<number> {
  const names = columns.join(', ');
  const { recordset } = await requestOn(transaction).query<{ inserted: number }>(
    `INSERT INTO dbo.CallRecords (${names}) SELECT ${names} FROM #Sent; SELECT @@ROWCOUNT AS inserted;`,
  );
  return recordset[0]?.inserted ?? 0;
}

/**
 * Calls and what changes of them; all of the same columns. `beside`: where they go: to `#Changed`, which has been made for records as
 * they are sent, or to `#Filled`.
 */
export async function updateRecords(
  transaction: sql.Transaction,
  beside: '#Changed' | '#Filled',
  rows: readonly { callId: string; changes: Row }[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const all = rows.map(({ callId, changes }) => ofUpdate(callId, changes));
  const [, ...changed] = ofUpdate('', first.changes).map(({ column }) => column);
  if (beside === '#Filled') await makeRoom(transaction, { [beside]: all[0] ?? [] });
  await load(transaction, beside, all);
  await requestOn(transaction).query(
    `UPDATE c SET ${changed.map((column) => `${column} = s.${column}`).join(', ')} FROM dbo.CallRecords c JOIN ${beside} s ON s.CallId = c.CallId`,
  );
}

const callIdOf = (value: string): Parameter => ({ column: 'CallId', name: 'callId', type: ascii(80), value });

/** A call's id, and what changes of its record. */
const ofUpdate = (callId: string, changes: Row): Row => [
  callIdOf(callId),
  ...changes.filter(({ column }) => column !== 'CallId'),
];

/** Empty tables, which stay with the connection, of the columns of these rows. */
async function makeRoom(transaction: sql.Transaction, tables: Readonly<Record<string, Row>>): Promise<void> {
  const statements = Object.entries(tables).map(([name, row]) => {
    const columns = row.map(({ column, type, nullable }) => {
      return `${column} ${declarationOf(type)} ${nullable === true ? 'NULL' : 'NOT NULL'}`;
    });
    return `IF OBJECT_ID('tempdb..${name}') IS NOT NULL TRUNCATE TABLE ${name} ELSE CREATE TABLE ${name} (${columns.join(', ')})`;
  });
  await requestOn(transaction).batch(statements.join(';\n'));
}

async function load(transaction: sql.Transaction, name: string, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await loadRows(transaction, { table: bulkOf(name, rows) });
}

/** Rows for a bulk load into a table of this name. */
export function bulkOf(name: string, rows: readonly Row[]): sql.Table {
  const table = new sql.Table(name);
  for (const { column, type, nullable = false } of rows[0] ?? []) {
    // A copy: mssql writes the column's name into the type that it is given.
    table.columns.add(column, { ...sqlTypeOf(type) }, { nullable });
  }
  for (const row of rows) table.rows.add(...row.map(loaded));
  return table;
}

/** What a bulk load would cut off or send so that the server hangs up is refused here, by its column. */
function loaded({ column, type, value }: Parameter): ReturnType<typeof toSql> {
  const problem = problemWith(type, value);
  if (problem !== null) throw new StoreError('invalid', `The call record was not stored: ${column} ${problem}.`);
  return toSql(type, value);
}

function problemWith(type: Parameter['type'], value: Parameter['value']): string | null {
  if (value === null) return null;
  switch (type.kind) {
    case 'ascii':
    case 'text': {
      const { length } = String(value);
      return length <= type.maximum ? null : `has ${length} characters, and there is room for ${type.maximum}`;
    }
    case 'integer':
      return isWithin(value, 2 ** 31 - 1) ? null : `cannot be ${value}`;
    case 'long':
      return isWithin(value, Number.MAX_SAFE_INTEGER) ? null : `cannot be ${value}`;
    case 'moment':
      return isWithin(value, latestMs) ? null : `cannot be ${value}`;
    case 'flag':
      return null;
  }
}

/** The end of the year 9999: DATETIME2 ends there. */
const latestMs = Date.UTC(10_000, 0, 1) - 1;

const isWithin = (value: unknown, maximum: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= maximum;
