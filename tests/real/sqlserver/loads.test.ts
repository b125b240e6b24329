import sql from 'mssql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { plainRules } from '../../../src/rating/rules.ts';
import { load } from '../../../src/store/sqlserver/loads.ts';
import { recordSender } from '../../../src/store/sqlserver/records/sender.ts';
import { openSqlServerStore } from '../../../src/store/sqlserver/store.ts';
import { within } from '../../../src/store/sqlserver/transaction.ts';
import { startProxy, type Proxy } from '../../support/proxy.ts';
import { spoiledLoads } from '../../support/tds.ts';
import { closedRecord, plainAccount } from '../../store/records.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
let proxy: Proxy;
let config: sql.config;
/** How many loads are to be spoiled, and how many went by. */
let spoil = 0;
let spoiled = 0;
beforeAll(async () => {
  database = await sharedDatabase();
  proxy = await startProxy({ host: database.config.server, port: database.config.port ?? 1433 });
  proxy.change(
    spoiledLoads(() => {
      if (spoiled === spoil) return false;
      spoiled += 1;
      return true;
    }),
  );
  config = { ...database.config, server: '127.0.0.1', port: proxy.port };
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});
beforeEach(() => {
  [spoil, spoiled] = [0, 0];
});

const query = async <Row>(text: string): Promise<Row[]> => (await database.pool.request().query<Row>(text)).recordset;
const numbered = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('loads that the server takes for malformed', () => {
  it.each([1, 2, 3, 7])('%s of them: a set of records arrives all the same, each once', async (times) => {
    await database.empty();
    spoil = times;
    const pool = await new sql.ConnectionPool(config).connect();
    try {
      const entries = numbered(50).map((at) => ({ record: closedRecord(`load-${at}`), price: null, country: null }));
      await recordSender(pool, 'test', plainRules)(entries);
    } finally {
      await pool.close();
    }
    expect(spoiled).toBeGreaterThan(0);
    expect(await query('SELECT COUNT(*) AS calls, COUNT(DISTINCT CallId) AS ids FROM dbo.CallRecords')).toEqual([
      { calls: 50, ids: 50 },
    ]);
  });

  it('all of them: a single record and accounts arrive by statements', async () => {
    await database.empty();
    spoil = Infinity;
    const store = await openSqlServerStore(config);
    try {
      await store.save(closedRecord('single'));
      const accounts = numbered(300).map((at) => plainAccount(String(5000 + at), `"O'Neil" ${at} ünï`));
      expect(await store.importAccounts(accounts)).toEqual({ added: 300, updated: 0 });
    } finally {
      await store.close();
    }
    expect(spoiled).toBeGreaterThanOrEqual(3);
    expect(await query(`SELECT COUNT(*) AS n FROM dbo.Accounts WHERE Name LIKE N'%ünï'`)).toEqual([{ n: 300 }]);
    expect(await query('SELECT CallId FROM dbo.CallRecords')).toEqual([{ CallId: 'single' }]);
  });

  it('what is wrong with a row is still said of the row', async () => {
    await database.empty();
    spoil = Infinity;
    const store = await openSqlServerStore(config);
    try {
      await expect(store.importAccounts([plainAccount('1'), plainAccount('2', '')])).rejects.toMatchObject({
        code: 'invalid',
      });
    } finally {
      await store.close();
    }
    expect(await query('SELECT Code FROM dbo.Accounts')).toEqual([]);
  });
});

describe('a load whose last token does not fit into its packet whole', () => {
  let pool: sql.ConnectionPool;
  beforeEach(async () => {
    pool = await new sql.ConnectionPool({ ...database.config, requestTimeout: 60_000 }).connect();
  });
  afterEach(() => pool.close());

  const tableOf = (characters: number): sql.Table => {
    const table = new sql.Table('#Words');
    table.columns.add('Word', sql.VarChar(8000), { nullable: false });
    table.rows.add('x'.repeat(characters));
    return table;
  };

  // Babelfish 4.3 refuses a dozen of the 4,088 lengths; SQL Server none.
  it('arrives, as one of any other length, 340 lengths by 12 bytes', async () => {
    for (let characters = 1; characters < 4100; characters += 12) {
      const stored = await within(pool, 'test', 'The words', async (transaction) => {
        await new sql.Request(transaction)
          .batch(`IF OBJECT_ID('tempdb..#Words') IS NULL CREATE TABLE #Words (Word VARCHAR(8000) NOT NULL)
ELSE TRUNCATE TABLE #Words`);
        await load(transaction, { table: tableOf(characters) });
        const { recordset } = await new sql.Request(transaction).query<{ n: number }>(
          'SELECT LEN(Word) AS n FROM #Words',
        );
        return recordset;
      });
      expect(stored).toEqual([{ n: characters }]);
    }
  });
});
