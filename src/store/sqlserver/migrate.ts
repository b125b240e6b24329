import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type sql from 'mssql';
import { StoreError } from '../ports/store-error.ts';
import { toStoreError } from './errors.ts';

export const migrationsFolder = join(import.meta.dirname, '..', '..', '..', 'sql', 'sqlserver');

export type Migration = { version: number; name: string; batches: readonly string[] };

/** The migrations in their order: files named `0001-what-it-does.sql`, without gaps. */
export function listMigrations(folder = migrationsFolder): Migration[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return files.map((name, index) => {
    const version = Number(/^(\d{4})-/.exec(name)?.[1]);
    if (version !== index + 1) {
      throw new Error(`${join(folder, name)}: expected a name that begins with ${String(index + 1).padStart(4, '0')}-`);
    }
    return { version, name, batches: batchesOf(readFileSync(join(folder, name), 'utf8')) };
  });
}

/** `GO` alone on a line ends a batch, as in sqlcmd and Management Studio; the server itself does not know it. */
export function batchesOf(text: string): string[] {
  return text
    .split(/^\s*GO\s*$/im)
    .map((batch) => batch.trim())
    .filter((batch) => batch.replace(/--.*$/gm, '').trim() !== '');
}

/** 0: nothing of ours is there. */
export async function schemaVersion(pool: Pick<sql.ConnectionPool, 'request'>): Promise<number> {
  const found = await pool
    .request()
    .query<{ Present: number | null }>(`SELECT OBJECT_ID('dbo.SchemaMigrations', 'U') AS Present`);
  if (found.recordset[0]?.Present == null) return 0;
  const { recordset } = await pool
    .request()
    .query<{ Version: number | null }>('SELECT MAX(Version) AS Version FROM dbo.SchemaMigrations');
  return recordset[0]?.Version ?? 0;
}

/** Rejects with one line unless the schema is the one that this program knows. */
export async function checkSchema(pool: sql.ConnectionPool, where: string): Promise<void> {
  const known = listMigrations().length;
  const version = await schemaVersion(pool);
  if (version === known) return;
  // There is nothing to migrate.
  const why = version === 0 ? await systemDatabaseText(pool) : null;
  if (why !== null) throw new StoreError('unavailable', `SQL Server ${where}: ${why}`);
  throw new StoreError(
    'unavailable',
    version > known
      ? `SQL Server ${where}: its schema is version ${version}, newer than this program, which knows up to ${known}: start the newer program`
      : `SQL Server ${where}: its schema is version ${version}, this program needs ${known}: run billing-codes migrate`,
  );
}

export type MigrationPlan = { from: number; to: number; pending: readonly Migration[] };

/** What `migrate` would do. Rejects where the database is newer, or has tables of the same names that are not ours. */
export async function planMigration(pool: sql.ConnectionPool, where: string): Promise<MigrationPlan> {
  const migrations = listMigrations();
  try {
    await refuseSystemDatabase(pool, where);
    const from = await schemaVersion(pool);
    if (from > migrations.length) await checkSchema(pool, where);
    if (from === 0) await refuseForeignTables(pool, where);
    return { from, to: migrations.length, pending: migrations.filter(({ version }) => version > from) };
  } catch (error) {
    throw toStoreError(error, where);
  }
}

/** Nothing of ours belongs there: tempdb is emptied at each start, and nobody restores master as one does a database. */
const systemDatabases = ['master', 'tempdb', 'model', 'msdb'];

/** One line, where the database is one of these; null: it is not. */
export async function systemDatabaseText(pool: sql.ConnectionPool): Promise<string | null> {
  const { recordset } = await pool.request().query<{ Name: string }>('SELECT DB_NAME() AS Name');
  const name = recordset[0]?.Name ?? '';
  if (!systemDatabases.includes(name.toLowerCase())) return null;
  return `${name} belongs to SQL Server itself: make a database (CREATE DATABASE billing) and name it (sqlserver.database)`;
}

async function refuseSystemDatabase(pool: sql.ConnectionPool, where: string): Promise<void> {
  const why = await systemDatabaseText(pool);
  if (why !== null) throw new StoreError('invalid', `SQL Server ${where}: ${why}`);
}

/** Not where another controller has made ours since the version was read. */
async function refuseForeignTables(pool: sql.ConnectionPool, where: string): Promise<void> {
  const { recordset } = await pool.request().query<{ Name: string }>(
    `SELECT TABLE_NAME AS Name FROM INFORMATION_SCHEMA.TABLES
WHERE TABLE_SCHEMA = 'dbo' AND LOWER(TABLE_NAME) IN ('accounts', 'departments', 'extensions', 'callrecords')
  AND OBJECT_ID('dbo.SchemaMigrations', 'U') IS NULL`,
  );
  const [first] = recordset;
  if (first === undefined) return;
  throw new StoreError(
    'unavailable',
    `SQL Server ${where}: the database belongs to something else, it has a table ${first.Name} that was not made by this program: name another database`,
  );
}

/**
 * Brings the schema up to date, each migration as one transaction. Two controllers that start together wait for each other.
 * Rejects with a `StoreError`.
 */
export async function migrate(pool: sql.ConnectionPool, where: string): Promise<MigrationPlan> {
  const plan = await planMigration(pool, where);
  for (const migration of plan.pending) await apply(pool, where, migration);
  return plan;
}

const lockTimeoutMs = 60_000;
/** Held until the transaction ends, by whoever changes the schema or the site's clock. A wait that was too long is an answer below 0, and no error by itself. */
export const migrationLock = `DECLARE @Answer INT;
EXEC @Answer = sp_getapplock @Resource = 'billing-codes migrate', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = ${lockTimeoutMs};
IF @Answer < 0 RAISERROR('another migration of this database is still running: wait for it, then try again', 16, 1);`;

async function apply(pool: sql.ConnectionPool, where: string, { version, name, batches }: Migration): Promise<void> {
  const transaction = pool.transaction();
  try {
    await transaction.begin();
    await transaction.request().batch(migrationLock);
    // Another controller may have done it while we waited for the lock.
    if ((await schemaVersion(transaction)) < version) {
      for (const batch of batches) await transaction.request().batch(batch);
      const reached = await schemaVersion(transaction);
      if (reached !== version) throw new StoreError('invalid', `${name} does not end by noting version ${version}`);
    }
    await transaction.commit();
  } catch (error) {
    // A connection that is gone has rolled back by itself.
    await transaction.rollback().catch(() => undefined);
    throw toStoreError(error, `${where}, migration ${name}`);
  }
}
