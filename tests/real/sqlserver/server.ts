import sql from 'mssql';
import { loadConfig } from '../../../src/config/load.ts';
import { poolConfig } from '../../../src/store/sqlserver/connect.ts';
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

/** A connection that was just closed may be in use a moment longer on the server. */
async function dropped(master: sql.ConnectionPool, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await master.request().batch(`DROP DATABASE ${name}`);
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function configOf(connectionString: string): sql.config {
  const flags = { 'sqlserver.connectionString': connectionString };
  return poolConfig(loadConfig({ file: null, env: {}, flags }).sqlserver);
}

/** Makes it, with the schema unless `bare`. */
export async function createDatabase(bare = false): Promise<TestDatabase> {
  const server = serverString();
  const name = `billing_test_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const master = await new sql.ConnectionPool(configOf(server)).connect();
  await master.request().batch(`CREATE DATABASE ${name}`);
  const connectionString = `${server.replace(/;?\s*Database=[^;]*/i, '').replace(/;$/, '')};Database=${name}`;
  const config = configOf(connectionString);
  const pool = await new sql.ConnectionPool(config).connect();
  if (!bare) await migrate(pool, name);
  return {
    ...{ name, connectionString, config, pool },
    async empty() {
      for (const table of [
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
        'DirectoryChanges',
        'ControllerMarks',
        'CarriedIds',
        'CallPriceHistory',
        'CallCorrections',
        'Reratings',
        'Controllers',
        'PhoneLocks',
      ]) {
        await pool.request().batch(`DELETE FROM dbo.${table}`);
      }
      // Its trigger lets nobody delete.
      await pool.request().batch('TRUNCATE TABLE dbo.CallMoves');
    },
    async drop() {
      await pool.close();
      await dropped(master, name);
      await master.close();
    },
  };
}
