import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSqlServerStore } from '../../../src/store/sqlserver/store.ts';
import { storeContract } from '../../store/contract.ts';
import { plainAccount } from '../../store/records.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(() => database.drop());

storeContract('SQL Server', async () => {
  await database.empty();
  const store = await openSqlServerStore(database.config);
  return { store, dispose: () => store.close() };
});

describe('SQL Server alone', () => {
  it('imports 100,000 accounts at once, and changes them at once', async () => {
    await database.empty();
    // Most of it is one statement, which takes longer than one of any other kind may.
    const importing = await openSqlServerStore({ ...database.config, requestTimeout: 500 });
    const accounts = Array.from({ length: 100_000 }, (_, index) => plainAccount(String(100_000 + index)));
    expect(await oneAtATime(() => importing.importAccounts(accounts))).toEqual({ added: 100_000, updated: 0 });
    await importing.close();
    const store = await openSqlServerStore(database.config);
    const renamed = accounts.slice(0, 1000).map((account) => ({ ...account, name: `${account.name} & Co` }));
    expect(await store.importAccounts(renamed)).toEqual({ added: 0, updated: 1000 });
    expect(await store.importAccounts(renamed)).toEqual({ added: 0, updated: 0 });
    expect(await store.findAccountByCode('199999')).toMatchObject({ name: 'Account 199999' });
    await store.close();
  });

  it('reads lists as a DBA types them, and switches off and names what cannot be read', async () => {
    await database.empty();
    await database.pool
      .request()
      .batch(
        `INSERT INTO dbo.Accounts (Code, Name, BlockedPrefixes, CustomerNumbers) VALUES ('1', 'typed', '1900,  +44 ,1900', '801-642-4655')`,
      );
    const store = await openSqlServerStore(database.config);
    expect(await store.findAccountByCode('1')).toMatchObject({
      customerNumbers: ['8016424655'],
      restriction: { blockedPrefixes: ['1900', '+44'] },
    });
    await database.pool.request().batch(`UPDATE dbo.Accounts SET BlockedPrefixes = 'nonsense' WHERE Code = '1'`);
    expect(await store.findAccountByCode('1')).toMatchObject({
      enabled: false,
      unreadable: [{ field: 'blockedPrefixes', problem: expect.stringContaining('nonsense') }],
    });
    await store.close();
  });
});
