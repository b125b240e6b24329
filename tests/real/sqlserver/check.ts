import sql from 'mssql';
import { loadConfig } from '../../../src/config/load.ts';
import { poolConfig } from '../../../src/store/sqlserver/settings.ts';
import { messageOf } from '../../../src/words/thrown.ts';
import { serverString } from './server.ts';

/** Run before the suites: what is missing is said once, in one line. */
try {
  const flags = { 'sqlserver.connectionString': serverString() };
  const pool = await new sql.ConnectionPool(poolConfig(loadConfig({ file: null, env: {}, flags }).sqlserver)).connect();
  const { recordset } = await pool.request().query<{ Version: string }>('SELECT @@VERSION AS Version');
  process.stdout.write(`test:sqlserver: ${(recordset[0]?.Version ?? '').replaceAll(/\s+/g, ' ')}\n`);
  await pool.close();
} catch (error) {
  process.stderr.write(`test:sqlserver: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
