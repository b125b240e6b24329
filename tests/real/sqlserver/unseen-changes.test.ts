import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { run as billing } from '../../cli/run.ts';
import { eventually, happens, startTestController, type TestController } from '../../support/controller.ts';
import { createDatabase, type TestDatabase } from './server.ts';

/** Rows are counted every half a minute. */
const patienceMs = 120_000;

let database: TestDatabase;
let controller: TestController;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.empty();
  await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('111', N'Smith'), ('222', N'Jones');
INSERT INTO dbo.Extensions (Number, Name) VALUES ('201', N'Desk'), ('202', N'Lobby');
INSERT INTO dbo.RateTables (Name, Currency) VALUES (N'Standard', 'USD');
INSERT INTO dbo.DefaultRateTable (TableId) SELECT Id FROM dbo.RateTables;
INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros) SELECT Id, '1', N'US', 5000 FROM dbo.RateTables;
INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros) SELECT Id, '1801', N'Utah', 9000 FROM dbo.RateTables`);
  controller = await startTestController({
    ...{ 'sqlserver.connectionString': database.connectionString, 'sqlserver.syncMs': '100', 'log.level': 'info' },
  });
  await soon(async () => (await prefixes()).join() === '1,1801');
});
afterEach(() => controller.dispose());

const run = (text: string) => database.pool.request().batch(text);
const soon = (is: () => Promise<boolean>) => eventually(async () => ((await is()) ? true : null), patienceMs);
async function prefixes(): Promise<string[]> {
  const all: string[] = [];
  for await (const some of controller.store.exportRates('Standard')) all.push(...some.map(({ prefix }) => prefix));
  return all.sort();
}

describe('rows that come or go without triggers', () => {
  it('are followed though the list of changes was pruned, and then counts from the beginning again', async () => {
    await run('DELETE FROM dbo.RateChanges');
    // So that nothing of the list is noted any more by which its loss would show.
    const marks = async () =>
      Number(
        (await database.pool.request().query<{ B: string }>('SELECT MAX(Beat) AS B FROM dbo.ControllerMarks'))
          .recordset[0]?.B,
      );
    const before = await marks();
    await soon(async () => (await marks()) > before + 1);
    await run('TRUNCATE TABLE dbo.RateChanges');
    await run(
      `INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros) SELECT Id, '44', N'UK', 9000 FROM dbo.RateTables`,
    );
    await soon(async () => (await prefixes()).join() === '1,1801,44');
    await happens(() => controller.logged().includes('its list of changes begins with 1 again'));
  });

  it('are copied all the same: a table that was emptied at a stroke and loaded again', async () => {
    await run('TRUNCATE TABLE dbo.Rates; TRUNCATE TABLE dbo.Extensions');
    await run(`INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros) SELECT Id, '44', N'UK', 5000 FROM dbo.RateTables;
INSERT INTO dbo.Extensions (Number, Name) VALUES ('201', N'Desk')`);
    await soon(async () => (await prefixes()).join() === '44');
    await soon(async () => (await controller.store.findExtension('202')) === null);
    expect(await controller.store.findExtension('201')).not.toBeNull();
    await happens(() => controller.logged().includes('of which no change tells'));
  });

  it('are copied all the same: codes that went or were revoked while triggers were off, which is told', async () => {
    await run('DISABLE TRIGGER TR_Accounts_Changes ON dbo.Accounts');
    await run(`DELETE FROM dbo.Accounts WHERE Code = '111'; UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '222'`);
    await soon(async () => (await controller.store.findAccountByCode('111')) === null);
    expect(controller.logged()).toMatch(
      /not even that a code is revoked.*ENABLE TRIGGER tr_accounts_changes ON dbo\.accounts/i,
    );
    const checked = await billing(['sqlserver', 'check'], {
      BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString,
    });
    expect(checked.code).toBe(1);
    expect(checked.stderr).toMatch(/ENABLE TRIGGER tr_accounts_changes ON dbo\.accounts/i);
    await run('ENABLE TRIGGER TR_Accounts_Changes ON dbo.Accounts');
    await soon(async () => (await controller.store.findAccountByCode('222'))?.enabled === false);
  });
});

it('rows with ids below 0, as IDENTITY_INSERT may give them, are in a whole copy, too', async () => {
  await run(`SET IDENTITY_INSERT dbo.Accounts ON; INSERT INTO dbo.Accounts (Id, Code, Name) VALUES (-5, '992', N'Below');
SET IDENTITY_INSERT dbo.Accounts OFF;
SET IDENTITY_INSERT dbo.Rates ON; INSERT INTO dbo.Rates (Id, TableId, Prefix, Destination, PriceMicros) SELECT -7, Id, '49', N'DE', 1 FROM dbo.RateTables;
SET IDENTITY_INSERT dbo.Rates OFF;
INSERT INTO dbo.AccountRateTables (AccountId, TableId) SELECT -5, Id FROM dbo.RateTables`);
  const other = await startTestController({
    ...{ 'sqlserver.connectionString': database.connectionString, 'sqlserver.syncMs': '100' },
    'controller.name': 'another',
  });
  try {
    await soon(async () => (await other.store.rateTableOf({ accountId: -5, departmentId: null }))?.by === 'account');
    expect((await other.store.listAccounts()).map(({ code }) => code)).toEqual(['111', '222', '992']);
    const all: string[] = [];
    for await (const some of other.store.exportRates('Standard')) all.push(...some.map(({ prefix }) => prefix));
    expect(all.sort()).toEqual(['1', '1801', '49']);
  } finally {
    await other.dispose();
  }
});
