import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ratesContract, ratesSource, rateTerms } from '../../store/rates-contract.ts';
import { openOffice } from './office.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(() => database.drop());

async function open() {
  await database.empty();
  const store = await openOffice(database.config);
  return { store, dispose: () => store.close() };
}

ratesContract('SQL Server', open);

describe('importing rates into SQL Server', () => {
  it('keeps superseded versions, and leaves nothing behind of a failed import', async () => {
    const { store, dispose } = await open();
    const count = async () => {
      const { recordset } = await database.pool.request().query<{ n: number }>('SELECT COUNT(*) AS n FROM dbo.Rates');
      return recordset[0]?.n;
    };
    await database.pool.request().batch(`ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Test CHECK (Destination <> N'to 5')`);
    try {
      await store.importRates('std', ratesSource([rateTerms('1'), rateTerms('2')]));
      await store.importRates('std', ratesSource([rateTerms('3')]));
      expect(await count()).toBe(3);
      const failing = store.importRates('std', ratesSource([rateTerms('4'), rateTerms('5')]));
      await expect(failing).rejects.toMatchObject({ name: 'StoreError' });
      expect(await count()).toBe(3);
      const failingToo = store.importRates('new', ratesSource([rateTerms('5')]));
      await expect(failingToo).rejects.toMatchObject({ name: 'StoreError' });
      expect((await store.listRateTables()).map(({ name }) => name)).toEqual(['std']);
    } finally {
      await database.pool.request().batch('ALTER TABLE dbo.Rates DROP CONSTRAINT CK_Test');
      await dispose();
    }
  });
});
