import sql from 'mssql';
import type { CarriedColumn, CarriedKind, CarriedRow, CarriedTable } from '../../tables/carried.ts';
import { within } from '../transaction.ts';
import { localId, stage } from './stage.ts';
import { requestOn } from '../request.ts';

/** Where to, and of which file. `keepIds`: the database was empty, so that rows have the same ids there. */
export type Carrying = { pool: sql.ConnectionPool; where: string; fileId: string; keepIds: boolean };

export function requestOf(transaction: sql.Transaction, { fileId }: Carrying, kind: CarriedKind): sql.Request {
  return requestOn(transaction).input('fileId', sql.UniqueIdentifier(), fileId).input('kind', sql.VarChar(20), kind);
}

/** The id there of the row that a staged column names by its id here. Parameter: `@fileId`. */
export const carriedId = ({ sqlServer, of }: CarriedColumn): string =>
  of === undefined
    ? `s.${sqlServer}`
    : `(SELECT m.Id FROM dbo.CarriedIds m WHERE m.FileId = @fileId AND m.Kind = '${of}' AND m.LocalId = s.${sqlServer})`;

const isCarried =
  'EXISTS (SELECT 1 FROM dbo.CarriedIds m WHERE m.FileId = @fileId AND m.Kind = @kind AND m.LocalId = s.LocalId)';

/**
 * Makes rows there what they are here, and notes which became which, as one transaction: doing so once more changes nothing. A row
 * with the same key is the same row.
 */
export async function carryRows(carrying: Carrying, table: CarriedTable, rows: readonly CarriedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { kind, sqlServer, key, columns, begins } = table;
  const into = [...columns.map((column) => column.sqlServer), ...(begins === undefined ? [] : [begins.column])].join(
    ', ',
  );
  const values = [...columns.map(carriedId), ...(begins === undefined ? [] : [begins.value])].join(', ');
  const noteByKey = `INSERT INTO dbo.CarriedIds (FileId, Kind, LocalId, Id)
SELECT @fileId, @kind, s.LocalId, t.Id FROM #Carry s JOIN ${sqlServer} t ON t.${key} = s.${key} WHERE NOT ${isCarried}`;
  const withId = `SET IDENTITY_INSERT ${sqlServer} ON;
INSERT INTO ${sqlServer} (Id, ${into}) SELECT s.LocalId, ${values} FROM #Carry s
WHERE NOT ${isCarried} AND NOT EXISTS (SELECT 1 FROM ${sqlServer} t WHERE t.Id = s.LocalId);
SET IDENTITY_INSERT ${sqlServer} OFF;`;
  const other = columns.map((column) => {
    const [there, here] = [`t.${column.sqlServer}`, carriedId(column)];
    return `${there} <> ${here} OR (${there} IS NULL AND ${here} IS NOT NULL) OR (${there} IS NOT NULL AND ${here} IS NULL)`;
  });
  await within(carrying.pool, carrying.where, `The ${kind}`, async (transaction) => {
    await stage(transaction, [localId, ...columns], rows);
    const run = (text: string) => requestOf(transaction, carrying, kind).query(text);
    await run(noteByKey);
    if (carrying.keepIds) await run(`${withId} ${noteByKey}`);
    await run(`INSERT INTO ${sqlServer} (${into}) SELECT ${values} FROM #Carry s WHERE NOT ${isCarried}; ${noteByKey}`);
    await run(`UPDATE t SET ${columns.map((column) => `${column.sqlServer} = ${carriedId(column)}`).join(', ')}
FROM ${sqlServer} t JOIN dbo.CarriedIds c ON c.FileId = @fileId AND c.Kind = @kind AND c.Id = t.Id JOIN #Carry s ON s.LocalId = c.LocalId
WHERE ${other.join(' OR ')}`);
  });
}

/** Removes there what was carried over and is gone here since. */
export async function removeGone(carrying: Carrying, table: CarriedTable, ids: ReadonlySet<number>): Promise<void> {
  await within(carrying.pool, carrying.where, `The ${table.kind}`, async (transaction) => {
    const { recordset } = await requestOf(transaction, carrying, table.kind).query<{ LocalId: number }>(
      'SELECT LocalId FROM dbo.CarriedIds WHERE FileId = @fileId AND Kind = @kind',
    );
    for (const { LocalId } of recordset) {
      if (ids.has(LocalId)) continue;
      await requestOf(transaction, carrying, table.kind).input('localId', sql.Int(), LocalId)
        .query(`DELETE FROM ${table.sqlServer} WHERE Id = (SELECT Id FROM dbo.CarriedIds WHERE FileId = @fileId AND Kind = @kind AND LocalId = @localId);
DELETE FROM dbo.CarriedIds WHERE FileId = @fileId AND Kind = @kind AND LocalId = @localId`);
    }
  });
}

/** Ids that are others there. */
export async function differingIds({
  pool,
  fileId,
}: Carrying): Promise<{ kind: CarriedKind; id: number; newId: number }[]> {
  const { recordset } = await pool
    .request()
    .input('fileId', sql.UniqueIdentifier(), fileId)
    .query<{ kind: CarriedKind; id: number; newId: number }>(
      'SELECT Kind AS kind, LocalId AS id, Id AS newId FROM dbo.CarriedIds WHERE FileId = @fileId AND LocalId <> Id',
    );
  return recordset;
}

/** No row there gets an id that one had here, up to this one. */
export async function reserveIds(pool: sql.ConnectionPool, table: `dbo.${string}`, upTo: number): Promise<void> {
  const { recordset } = await pool
    .request()
    .query<{ Last: number | string | null }>(`SELECT IDENT_CURRENT('${table}') AS Last`);
  if (Number(recordset[0]?.Last ?? 0) < upTo)
    await pool.request().query(`DBCC CHECKIDENT ('${table}', RESEED, ${upTo})`);
}

/** Whether nothing of anybody has ids there. */
export async function isEmpty(pool: sql.ConnectionPool): Promise<boolean> {
  const { recordset } = await pool.request().query<{ Used: number }>(
    `SELECT CASE WHEN EXISTS (SELECT 1 FROM dbo.Departments) OR EXISTS (SELECT 1 FROM dbo.Accounts) OR EXISTS (SELECT 1 FROM dbo.Extensions)
  OR EXISTS (SELECT 1 FROM dbo.RateTables) OR EXISTS (SELECT 1 FROM dbo.CallRecords) OR EXISTS (SELECT 1 FROM dbo.CallMoves)
  OR EXISTS (SELECT 1 FROM dbo.CallArchive) THEN 1 ELSE 0 END AS Used`,
  );
  return recordset[0]?.Used === 0;
}

/** Rows there that are others than those here, though they have the same key. */
export async function conflictsOf(
  carrying: Carrying,
  table: CarriedTable,
  rows: readonly CarriedRow[],
): Promise<string[]> {
  const { kind, sqlServer, key, columns } = table;
  if (kind === 'department' || kind === 'destination' || rows.length === 0) return [];
  const shown = columns.filter((column) => column.sqlServer === key || column.sqlServer === 'Name');
  return within(carrying.pool, carrying.where, `The ${kind}`, async (transaction) => {
    await stage(transaction, [localId, ...shown], rows);
    const { recordset } = await requestOf(transaction, carrying, kind).query<{ here: string; there: string }>(
      `SELECT s.Name AS here, t.Name AS there FROM #Carry s JOIN ${sqlServer} t ON t.${key} = s.${key}
WHERE NOT ${isCarried}${kind === 'rate-table' ? '' : ' AND t.Name <> s.Name'}`,
    );
    return recordset.map(({ here, there }) =>
      kind === 'rate-table'
        ? `there is a rate table "${there}" in SQL Server already: rename it there (UPDATE dbo.RateTables SET Name = …)`
        : `${kind} "${here}" here and "${there}" in SQL Server have the same ${key.toLowerCase()}: change one of them`,
    );
  });
}
