import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sql from 'mssql';
import { StoreError } from '../store.ts';
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

const versionsTable = `IF OBJECT_ID('dbo.SchemaMigrations', 'U') IS NULL
CREATE TABLE dbo.SchemaMigrations (
  Version   INT NOT NULL CONSTRAINT PK_SchemaMigrations PRIMARY KEY,
  Name      NVARCHAR(200) NOT NULL,
  AppliedAt DATETIME2(3) NOT NULL CONSTRAINT DF_SchemaMigrations_AppliedAt DEFAULT SYSUTCDATETIME()
)`;

/** 0: nothing of ours is there. */
export async function schemaVersion(pool: sql.ConnectionPool): Promise<number> {
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
  const from = await schemaVersion(pool);
  if (from > migrations.length) await checkSchema(pool, where);
  if (from === 0) await refuseForeignTables(pool, where);
  return { from, to: migrations.length, pending: migrations.filter(({ version }) => version > from) };
}

async function refuseForeignTables(pool: sql.ConnectionPool, where: string): Promise<void> {
  const { recordset } = await pool.request().query<{ Name: string }>(
    `SELECT TABLE_NAME AS Name FROM INFORMATION_SCHEMA.TABLES
WHERE TABLE_SCHEMA = 'dbo' AND LOWER(TABLE_NAME) IN ('accounts', 'departments', 'extensions', 'callrecords')`,
  );
  const [first] = recordset;
  if (first === undefined) return;
  throw new StoreError(
    'unavailable',
    `SQL Server ${where}: the database belongs to something else, it has a table ${first.Name} that was not made by this program: name another database`,
  );
}

/**
 * Brings the schema up to date, each migration as one transaction. Two controllers that start together wait for each other
 * (sp_getapplock). Rejects with a `StoreError`.
 */
export async function migrate(pool: sql.ConnectionPool, where: string): Promise<MigrationPlan> {
  const plan = await planMigration(pool, where);
  if (plan.pending.length === 0) return plan;
  await pool.request().batch(versionsTable);
  for (const migration of plan.pending) await apply(pool, where, migration);
  return plan;
}

async function apply(pool: sql.ConnectionPool, where: string, { version, name, batches }: Migration): Promise<void> {
  const transaction = new sql.Transaction(pool);
  await transaction.begin();
  try {
    await new sql.Request(transaction).batch(
      `EXEC sp_getapplock @Resource = 'billing-codes migrate', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000`,
    );
    const { recordset } = await new sql.Request(transaction)
      .input('version', sql.Int, version)
      .query('SELECT 1 AS Applied FROM dbo.SchemaMigrations WHERE Version = @version');
    if (recordset.length === 0) {
      for (const batch of batches) await new sql.Request(transaction).batch(batch);
      await new sql.Request(transaction)
        .input('version', sql.Int, version)
        .input('name', sql.NVarChar(200), name)
        .query('INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (@version, @name)');
    }
    await transaction.commit();
  } catch (error) {
    // A connection that is gone has rolled back by itself.
    await transaction.rollback().catch(() => undefined);
    throw toStoreError(error, `${where}, migration ${name}`);
  }
}
