import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSqlServerStore, type SqlServerStore } from '../../src/store/sqlserver/store.ts';
import { movesContract } from '../store/moves-contract.ts';
import { createDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
let store: SqlServerStore | null = null;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => {
  await store?.close();
  await database.drop();
});

describe('moving a call, in SQL Server', () => {
  movesContract(async () => {
    await store?.close();
    await database.empty();
    store = await openSqlServerStore(database.config);
    return store;
  });

  it('keeps the trail from whoever writes to the table', async () => {
    await database.empty();
    const insert = `INSERT INTO dbo.CallMoves (CallId, MovedAt, MovedBy, Why, ToAccountId, ToAccountName)
VALUES ('a', SYSUTCDATETIME(), N'Anna', N'x', 1, N'Smith')`;
    await database.pool.request().batch(insert);
    for (const statement of [`UPDATE dbo.CallMoves SET Why = N'y'`, 'DELETE FROM dbo.CallMoves']) {
      await expect(database.pool.request().batch(statement)).rejects.toThrow(/CallMoves is never changed/);
    }
    const { recordset } = await database.pool.request().query<{ Why: string }>('SELECT Why FROM dbo.CallMoves');
    expect(recordset).toEqual([{ Why: 'x' }]);
  });
});
