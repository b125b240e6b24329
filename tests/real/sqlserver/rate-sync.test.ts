import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../../src/simulator/freeswitch.ts';
import type { Rate } from '../../../src/rating/rate.ts';
import { listMigrations } from '../../../src/store/sqlserver/migrate.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { fullRate, ratesSource, termsOf } from '../../store/rates-contract.ts';
import { openOffice } from './office.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(() => database.drop());

let controller: TestController;
beforeEach(async () => {
  await database.empty();
  controller = await startTestController({
    'sqlserver.connectionString': database.connectionString,
    'sqlserver.syncMs': '100',
    'sqlserver.lookupMs': '20000',
    'log.level': 'info',
  });
});
afterEach(() => controller.dispose());

const run = (text: string) => database.pool.request().batch(text);

async function ratesOf(table: string): Promise<[string, number][]> {
  const all: Rate[] = [];
  for await (const rates of controller.store.exportRates(table)) all.push(...rates);
  return all.map(({ prefix, priceMicros }) => [prefix, priceMicros]);
}

const shows = (table: string, rates: [string, number][]) =>
  eventually(async () => (JSON.stringify(await ratesOf(table)) === JSON.stringify(rates) ? true : null));

const addTable = (name: string, version = 1) =>
  run(`INSERT INTO dbo.RateTables (Name, Currency, Version) VALUES (N'${name}', 'USD', ${version})`);
const addRates = (table: string, values: [string, number][], version = 1) =>
  run(
    values
      .map(
        ([prefix, price]) => `INSERT INTO dbo.Rates (TableId, Version, Prefix, Destination, PriceMicros)
SELECT Id, ${version}, '${prefix}', N'to ${prefix}', ${price} FROM dbo.RateTables WHERE Name = N'${table}'`,
      )
      .join(';\n'),
  );

describe('rates of SQL Server in the controller', () => {
  it('follow what a DBA adds, changes and deletes', async () => {
    await addTable('std');
    await addRates('std', [
      ['1', 10],
      ['44', 20],
    ]);
    await shows('std', [
      ['1', 10],
      ['44', 20],
    ]);
    await run(`UPDATE dbo.Rates SET PriceMicros = 11 WHERE Prefix = '1'`);
    await run(`DELETE FROM dbo.Rates WHERE Prefix = '44'`);
    await addRates('std', [['49', 30]]);
    await shows('std', [
      ['1', 11],
      ['49', 30],
    ]);
  });

  it('are there with every field', async () => {
    const office = await openOffice(database.config);
    try {
      await office.importRates('std', ratesSource([fullRate]));
      await office.saveRateTable('std', { markupBasisPoints: 7, markupPerCallMicros: 8, roundingUnitMicros: 9 });
      const [rate] = await eventually(async () => {
        for await (const rates of controller.store.exportRates('std')) return rates.map(termsOf);
        return null;
      });
      expect(rate).toEqual(fullRate);
      const table = await eventually(async () => {
        const [first] = await controller.store.listRateTables();
        return first?.roundingUnitMicros === 9 ? first : null;
      });
      expect(table).toMatchObject({ name: 'std', currency: 'USD', markupBasisPoints: 7, markupPerCallMicros: 8 });
    } finally {
      await office.close();
    }
  });

  it('apply only once their version does, and then all of them', async () => {
    await addTable('std');
    await addRates('std', [['1', 10]]);
    await shows('std', [['1', 10]]);
    await addRates('std', [['2', 20]], 2);
    await addRates('std', [['33', 5]]);
    await shows('std', [
      ['1', 10],
      ['33', 5],
    ]);
    await run(`UPDATE dbo.RateTables SET Version = 2 WHERE Name = N'std'`);
    await shows('std', [['2', 20]]);
  });

  it('of which some are moved to a version that does not count yet are those that are left', async () => {
    await addTable('std');
    await addRates('std', [
      ['1', 10],
      ['44', 20],
    ]);
    await shows('std', [
      ['1', 10],
      ['44', 20],
    ]);
    await run(`UPDATE dbo.Rates SET Version = 2 WHERE Prefix = '1'`);
    await shows('std', [['44', 20]]);
    // Forward and back before anybody looks: as one transaction.
    await run(`BEGIN TRANSACTION; UPDATE dbo.Rates SET Version = 2; UPDATE dbo.RateTables SET Version = 2;
UPDATE dbo.RateTables SET Version = 1; COMMIT TRANSACTION`);
    await shows('std', []);
    await run('UPDATE dbo.RateTables SET Version = 2');
    await shows('std', [
      ['1', 10],
      ['44', 20],
    ]);
    await run('UPDATE dbo.Rates SET Version = 1; UPDATE dbo.RateTables SET Version = 1');
    await shows('std', [
      ['1', 10],
      ['44', 20],
    ]);
  });

  it('are assigned to accounts and departments, and by default', async () => {
    await addTable('std');
    await addTable('special');
    await run(`INSERT INTO dbo.DefaultRateTable (TableId) SELECT Id FROM dbo.RateTables WHERE Name = N'std'`);
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('1', 'a'), ('2', 'b')`);
    await run(`INSERT INTO dbo.AccountRateTables (AccountId, TableId)
SELECT a.Id, t.Id FROM dbo.Accounts a CROSS JOIN dbo.RateTables t WHERE a.Code = '1' AND t.Name = N'special'`);
    const tableOf = async (code: string) => {
      const account = await controller.store.findAccountByCode(code);
      const found =
        account && (await controller.store.rateTableOf({ accountId: account.id, departmentId: account.departmentId }));
      return found?.table.name ?? null;
    };
    await eventually(async () => ((await tableOf('1')) === 'special' && (await tableOf('2')) === 'std' ? true : null));
    await run('DELETE FROM dbo.AccountRateTables');
    await eventually(async () => ((await tableOf('1')) === 'std' ? true : null));
  });

  it('that arrive after the call that they are for is over are what it costs in the end', async () => {
    await addTable('std');
    await addRates('std', [['1', 1_000_000]]);
    await run('INSERT INTO dbo.DefaultRateTable (TableId) SELECT Id FROM dbo.RateTables');
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('1', 'a')`);
    await shows('std', [['1', 1_000_000]]);
    // What comes before what the calls depend on: some seconds' work.
    await addTable('large', 0);
    const digits = '(VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9))';
    await run(`INSERT INTO dbo.Rates (TableId, Version, Prefix, Destination, PriceMicros)
SELECT t.Id, 0, '9' + CAST(10000 * a.n + 1000 * b.n + 100 * c.n + 10 * d.n + e.n AS VARCHAR(10)), N'', 1 FROM dbo.RateTables t
CROSS JOIN ${digits} a(n) CROSS JOIN ${digits} b(n) CROSS JOIN ${digits} c(n) CROSS JOIN ${digits} d(n) CROSS JOIN ${digits} e(n)
WHERE t.Name = N'large' AND a.n < 3`);
    await addTable('own');
    await addTable('none');
    await addRates('own', [['1', 60_000]]);
    await run(`INSERT INTO dbo.Departments (Name) VALUES (N'Sales');
INSERT INTO dbo.Accounts (Code, Name, DepartmentId) SELECT '555', N'new', Id FROM dbo.Departments;
INSERT INTO dbo.Accounts (Code, Name) VALUES ('556', N'unrated');
INSERT INTO dbo.DepartmentRateTables (DepartmentId, TableId) SELECT d.Id, t.Id FROM dbo.Departments d, dbo.RateTables t WHERE t.Name = N'own';
INSERT INTO dbo.AccountRateTables (AccountId, TableId) SELECT a.Id, t.Id FROM dbo.Accounts a, dbo.RateTables t WHERE a.Code = '556' AND t.Name = N'none'`);
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 0 });
    const dial = async (code: string): Promise<string> => {
      const call = simulator.placeCall({ dialled: '9', keys: [`${code}**8016424655#`], outOfKeys: 'hang-up' });
      return (await call.finished).callId;
    };
    const calls = await Promise.all(['1', '555', '556'].map(dial));
    simulator.close();
    await addRates('none', [['1', 120_000]]);
    const charges = async (): Promise<string> => {
      const { recordset } = await database.pool
        .request()
        .query<{ Id: string; C: string | null }>('SELECT CallId AS Id, ChargeMicros AS C FROM dbo.CallRecords');
      return calls.map((callId) => recordset.find(({ Id }) => Id === callId)?.C ?? 'none').join();
    };
    const isRight = async () => ((await charges()) === '16700,1000,2000' ? true : null);
    await eventually(isRight).catch(() => undefined);
    expect(await charges()).toBe('16700,1000,2000');
  });

  it('follow a table that is renamed, and one that is gone', async () => {
    await addTable('old');
    await addTable('gone');
    const names = async () => (await controller.store.listRateTables()).map(({ name }) => name).sort();
    await eventually(async () => ((await names()).length === 2 ? true : null));
    await run(
      `DELETE FROM dbo.RateTables WHERE Name = N'gone'; UPDATE dbo.RateTables SET Name = N'new' WHERE Name = N'old'`,
    );
    await eventually(async () => ((await names()).join() === 'new' ? true : null));
  });

  it('of a table that cannot be read are left out, and the log says which', async () => {
    // A row from before there was the constraint.
    await run('ALTER TABLE dbo.RateTables DROP CONSTRAINT CK_RateTables_RoundingMode');
    try {
      await run(`INSERT INTO dbo.RateTables (Name, Currency, RoundingMode) VALUES (N'typo', 'USD', 'halfup')`);
      await eventually(() => Promise.resolve(/RoundingMode.*"halfup"/.exec(controller.logged())));
      expect(await controller.store.listRateTables()).toEqual([]);
    } finally {
      await run('DELETE FROM dbo.RateTables');
      const checks = listMigrations().flatMap(({ batches }) => batches);
      for (const batch of checks.filter((text) => text.includes('CK_RateTables_RoundingMode'))) await run(batch);
    }
  });
});
