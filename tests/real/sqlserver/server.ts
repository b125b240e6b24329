import { setTimeout as delay } from 'node:timers/promises';
import sql from 'mssql';
import { loadConfig } from '../../../src/config/load.ts';
import { poolConfig } from '../../../src/store/sqlserver/settings.ts';
import { migrate } from '../../../src/store/sqlserver/migrate.ts';

/** A database of our own on the server that BILLING_TEST_SQLSERVER names. */
export type TestDatabase = {
  name: string;
  /** Connection string to it. */
  connectionString: string;
  config: sql.config;
  /** Open as long as the database is. */
  pool: sql.ConnectionPool;
  empty(): Promise<void>;
  drop(): Promise<void>;
};

export function serverString(env: NodeJS.ProcessEnv = process.env): string {
  const text = env['BILLING_TEST_SQLSERVER'];
  if (text === undefined || text === '') {
    throw new Error(
      'set BILLING_TEST_SQLSERVER to a connection string, e.g. Server=127.0.0.1,1433;User Id=sa;Password=…;Encrypt=false',
    );
  }
  return text;
}

async function onServer(work: (master: sql.ConnectionPool) => Promise<unknown>): Promise<void> {
  const master = await new sql.ConnectionPool(configOf(serverString())).connect();
  try {
    await work(master);
  } finally {
    await master.close();
  }
}

/** A connection that was just closed may be in use a moment longer on the server. */
export function dropDatabase(name: string): Promise<void> {
  return onServer(async (master) => {
    for (let tries = 1; ; tries += 1) {
      try {
        await master.request().batch(`DROP DATABASE ${name}`);
        return;
      } catch (error) {
        if (tries === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  });
}

function configOf(connectionString: string): sql.config {
  const flags = { 'sqlserver.connectionString': connectionString };
  return poolConfig(loadConfig({ file: null, env: {}, flags }).sqlserver);
}

/** Makes it, with the schema unless `bare`. */
export async function createDatabase(bare = false): Promise<TestDatabase> {
  const name = `billing_test_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  await onServer((master) => master.request().batch(`CREATE DATABASE ${name}`));
  const database = await openDatabase(name);
  const drop = async (): Promise<void> => {
    await database.pool.close();
    await dropDatabase(name);
  };
  try {
    if (!bare) await migrate(database.pool, name);
  } catch (error) {
    await drop();
    throw error;
  }
  return { ...database, drop };
}

/** Names the database of each worker of this run, counted from 1, which set-up.ts makes and tear-down.ts drops. */
export const sharedNameOf = (worker: string | number): string => `BILLING_TEST_SHARED_DATABASE_${worker}`;

/** The one of this run, emptied, for tests that leave its schema as it is: a migration of its own takes each of them half a minute. */
export async function sharedDatabase(): Promise<TestDatabase> {
  const database = await openDatabase(process.env[sharedNameOf(process.env['JEST_WORKER_ID'] ?? 1)] ?? '');
  await database.empty();
  return { ...database, drop: () => database.pool.close() };
}

async function openDatabase(name: string): Promise<Omit<TestDatabase, 'drop'>> {
  const connectionString = `${serverString()
    .replace(/;?\s*Database=[^;]*/i, '')
    .replace(/;$/, '')};Database=${name}`;
  const config = configOf(connectionString);
  const pool = await new sql.ConnectionPool(config).connect();
  return {
    ...{ name, connectionString, config, pool },
    async empty() {
      for (const table of emptied) await pool.request().batch(`DELETE FROM dbo.${table}`);
      // Their triggers let nobody delete.
      await pool.request().batch('TRUNCATE TABLE dbo.CallMoves; TRUNCATE TABLE dbo.ConsoleAudit');
    },
  };
}

/** Those first that refer to others. */
const emptied = [
  'AccountsImport',
  'Rates',
  'RateImports',
  'AccountRateTables',
  'DepartmentRateTables',
  'DefaultRateTable',
  'RateTables',
  'RateChanges',
  'CallRecords',
  'CallArchive',
  'Erasures',
  'Accounts',
  'Extensions',
  'Departments',
  'Destinations',
  'DirectoryChanges',
  'CallChanges',
  'ControllerMarks',
  'CarriedIds',
  'CallPriceHistory',
  'CallCorrections',
  'Reratings',
  'Requests',
  'Controllers',
  'PhoneLocks',
  'ConsoleRows',
] as const;

/** A login with its user. What was connected by it may take a moment to be gone, and nobody who is connected can be dropped. */
export async function dropLogin(pool: sql.ConnectionPool, name: string): Promise<void> {
  await pool.request().batch(`DROP USER ${name}`);
  for (let left = 100; ; left -= 1) {
    try {
      await pool.request().batch(`DROP LOGIN ${name}`);
      return;
    } catch (error) {
      if (left === 0) throw error;
      await delay(100);
    }
  }
}
