import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../cli/run.ts';
import { call } from '../../reports/site.ts';
import { movesContract } from '../../store/moves-contract.ts';
import { plainAccount } from '../../store/records.ts';
import { openOffice, type Office } from './office.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
let store: Office | null = null;
beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(async () => {
  await store?.close();
  await database.drop();
});

describe('moving a call, in SQL Server', () => {
  movesContract(async () => {
    await store?.close();
    await database.empty();
    store = await openOffice(database.config);
    return store;
  });

  it('with the command shows in the next report', async () => {
    await store?.close();
    await database.empty();
    store = await openOffice(database.config);
    const smith = await store.addAccount(plainAccount('1001', 'Smith'));
    await store.addAccount(plainAccount('1002', 'Jones'));
    await store.save(
      call('a', '2026-03-08T12:00:00Z', { accountId: smith.id, accountName: 'Smith', billableMs: 60_000 }),
    );
    const billing = (...args: string[]) =>
      run(args, { BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString, BILLING_DATA_DIR: '/nowhere' });
    const usage = ['report', 'usage-by-account', '--from', '2026-03-01', '--to', '2026-03-31', '--format', 'csv'];
    expect((await billing(...usage)).stdout).toMatch(/\r\nSmith,1,1,1,0,1\.0000,60,60,1\r\n$/);
    expect(await billing('calls', 'move', 'a', '--to-account', '1002', '--why', 'wrong code', '--by', 'Anna')).toEqual({
      code: 0,
      stdout: 'Call a: from Smith to Jones.\n',
      stderr: '',
    });
    expect((await billing(...usage)).stdout).toMatch(/\r\nJones,1,1,1,0,1\.0000,60,60,1\r\n$/);
    expect((await billing('calls', 'moves')).stdout).toMatch(/Anna +a +Smith +Jones +wrong code/);
  });

  it('leaves a trail that nobody can change', async () => {
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
