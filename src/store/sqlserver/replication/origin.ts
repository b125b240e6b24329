import sql from 'mssql';
import { isKin, standingOf } from '../../replication/origin.ts';
import type { CopyStore, DatabaseIdentity } from '../../ports/copy-store.ts';
import { directoryTables, type DirectoryTable } from '../../ports/replica-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { accounts, departments, destinations, extensions } from '../../tables/directory.ts';
import { portions } from '../../../words/portions.ts';
import { listOf } from '../statements.ts';

/** Rows that are compared to tell whether a copy is from this database. */
const comparedRows = 2000;
const idsAtOnce = 1000;

/** Which database this is. Rejects with a `StoreError` where its identity is missing. */
export async function readIdentity(pool: sql.ConnectionPool, where: string): Promise<DatabaseIdentity> {
  const { recordset } = await pool
    .request()
    .query<DatabaseIdentity>('SELECT DatabaseId AS databaseId, HistoryId AS historyId FROM dbo.DatabaseIdentity');
  const [row] = recordset;
  if (row !== undefined) return { databaseId: row.databaseId.toLowerCase(), historyId: row.historyId.toLowerCase() };
  throw new StoreError(
    'unavailable',
    `SQL Server ${where}: dbo.DatabaseIdentity is empty: INSERT INTO dbo.DatabaseIdentity (Id) VALUES (1)`,
  );
}

/** `reason`: one line for the person who can act. */
export type Claim =
  | { kind: 'ours'; database: DatabaseIdentity }
  /** `isLocal`: the directory was made here; else it is the copy of another database. */
  | { kind: 'refused'; isLocal: boolean; reason: string };

/**
 * Whether the local file may become, or go on being, a copy of this database; notes it where it may. A directory that was made
 * here, or came from another database, stays as it is.
 */
export async function claimCopy(
  pool: sql.ConnectionPool,
  where: string,
  local: Pick<CopyStore, 'copyOrigin' | 'noteSource' | 'noteMadeHere' | 'directoryKeys'>,
): Promise<Claim> {
  const database = await readIdentity(pool, where);
  const origin = await local.copyOrigin();
  const found = standingOf(origin, database);
  const standing = found !== 'unnoted' ? found : (await isCopyOf(pool, local)) ? 'new' : 'other';
  switch (standing) {
    case 'new':
      await local.noteSource(database);
      return { kind: 'ours', database };
    case 'ours':
      return { kind: 'ours', database };
    case 'local':
      await local.noteMadeHere();
      return { kind: 'refused', isLocal: true, reason: refusal(where, 'the directory here was made here') };
    case 'other': {
      const from = origin.source === null ? 'another database' : `another database (${origin.source.databaseId})`;
      return { kind: 'refused', isLocal: false, reason: refusal(where, `the directory here is a copy of ${from}`) };
    }
  }
}

const refusal = (where: string, why: string): string =>
  `${why}, not from SQL Server ${where}: nothing is copied from there and nothing is sent, and calls go on by the directory here. ` +
  'To carry everything over run billing-codes move-to-sqlserver; or mend sqlserver.* in the configuration';

async function isCopyOf(pool: sql.ConnectionPool, local: Pick<CopyStore, 'directoryKeys'>): Promise<boolean> {
  for (const table of directoryTables) {
    const copy = await local.directoryKeys(table, comparedRows);
    if (
      !isKin(
        copy,
        await keysOf(
          pool,
          table,
          copy.map(({ id }) => id),
        ),
      )
    )
      return false;
  }
  return true;
}

async function keysOf(
  pool: sql.ConnectionPool,
  table: DirectoryTable,
  ids: readonly number[],
): Promise<{ id: number; key: string }[]> {
  const { sqlServer, fields, key } = { accounts, departments, destinations, extensions }[table];
  const column = fields[key]?.sqlServer ?? key;
  const rows: { id: number; key: string }[] = [];
  for (const some of portions(ids, idsAtOnce)) {
    const request = pool.request();
    const { recordset } = await request.query<{ id: number; key: string }>(
      `SELECT Id AS id, ${column} AS [key] FROM ${sqlServer} WHERE Id IN (${listOf(request, 'id', sql.Int(), some)})`,
    );
    rows.push(...recordset);
  }
  return rows;
}
