import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/freeswitch.ts';
import { readCallRecords } from '../../../src/store/sqlserver/records/records.ts';
import { importTable } from '../../store/moves-contract.ts';
import { plainAccount } from '../../store/records.ts';
import { eventually, happens, startTestController, type TestController } from '../../support/controller.ts';
import { quickest, underLoad } from '../../support/load.ts';
import { openOffice } from './office.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

/** For what has no deadline of its own, on a machine that has much else to do. */
const patienceMs = 120_000;

let database: TestDatabase;
let controller: TestController;
let simulator: Simulator;

beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.empty();
  controller = await startTestController({
    'sqlserver.connectionString': database.connectionString,
    'sqlserver.syncMs': '200',
    'sqlserver.lookupMs': '1500',
    'log.level': 'info',
  });
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 0 });
  await eventually(
    () => Promise.resolve(controller.logged().includes('SQL Server is reachable') ? true : null),
    patienceMs,
  );
});
afterEach(async () => {
  simulator.close();
  await controller.dispose();
});

const run = (text: string) => database.pool.request().batch(text);
const sent = (callId: string): Promise<CallRecord> =>
  eventually(async () => {
    const record = await readCallRecords(database.pool, database.name).findCallRecord(callId);
    return record?.endedAtMs == null ? null : record;
  }, patienceMs);
const dial = (code: string) =>
  simulator.placeCall({ dialled: '9', keys: [`${code}**8016424655#`], outOfKeys: 'hang-up' }).finished;

describe('a controller with a SQL Server', () => {
  it('revokes codes and sends records though a trigger of the site refuses the ledger, and sends that once it does not', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('1', 'a'), ('2', 'b')`);
    await eventually(async () => ((await controller.store.listAccounts()).length === 2 ? true : null), patienceMs);
    const transfers = async (): Promise<number> =>
      Number(
        (await database.pool.request().query<{ N: number }>('SELECT COUNT(*) AS N FROM dbo.LedgerTransfers'))
          .recordset[0]?.N,
      );
    await run(
      `CREATE TRIGGER dbo.site_objects ON dbo.LedgerTransfers AFTER INSERT AS RAISERROR('not at this site', 16, 1)`,
    );
    try {
      const first = await dial('1');
      await eventually(
        () => Promise.resolve(/the ledger is not sent.*not at this site/.test(controller.logged()) ? true : null),
        patienceMs,
      );
      await sent(first.callId);
      await run(`UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '2'`);
      await eventually(
        async () => ((await controller.store.findAccountByCode('2'))?.enabled === false ? true : null),
        patienceMs,
      );
      await sent((await dial('1')).callId);
      expect(controller.logged()).not.toContain('unreachable');
    } finally {
      await run('DROP TRIGGER dbo.site_objects');
    }
    await eventually(async () => ((await transfers()) > 0 ? true : null), 2 * patienceMs);
  });

  it('accepts a code at once that was inserted with plain T-SQL', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', 'Smith & Co')`);
    const call = await dial('12345');
    expect(call.answered).toBe(true);
    const record = await sent(call.callId);
    expect(record).toMatchObject({ outcome: 'answered', accountName: 'Smith & Co', billableMs: call.billableMs });
    expect(await controller.store.findCallRecord(call.callId)).toEqual(record);
  });

  it('refuses a code within a second of the commit that revokes it, or deletes it', async () => {
    for (const statement of ['UPDATE dbo.Accounts SET Enabled = 0', 'DELETE FROM dbo.Accounts']) {
      const tookMs = await oneAtATime(() =>
        quickest(underLoad(1000), async (nth) => {
          const code = String(100 + nth);
          await run(
            `DELETE FROM dbo.Accounts WHERE Code = '${code}'; INSERT INTO dbo.Accounts (Code, Name) VALUES ('${code}', 'a')`,
          );
          const isGood = async () => (await controller.store.findAccountByCode(code))?.enabled === true;
          await eventually(async () => ((await isGood()) ? true : null), patienceMs);
          expect((await dial(code)).answered).toBe(true);
          await run(`${statement} WHERE Code = '${code}'`);
          const committedAt = performance.now();
          await eventually(async () => ((await isGood()) ? null : true));
          const took = performance.now() - committedAt;
          expect((await dial(code)).answered).toBe(false);
          return took;
        }),
      );
      expect(tookMs).toBeLessThan(underLoad(1000));
    }
  });

  it('skips no change whose transaction commits after a later one', async () => {
    const slow = database.pool.transaction();
    await slow.begin();
    await slow.request().query(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('111', 'began first')`);
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('222', 'committed first')`);
    await eventually(() => controller.store.findAccountByCode('222'), patienceMs);
    await slow.commit();
    expect(await eventually(() => controller.store.findAccountByCode('111'), patienceMs)).toMatchObject({
      name: 'began first',
    });
  });

  it('disables an account whose limits cannot be read, and says which', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name, AllowedNumbers) VALUES ('5', 'typo', '101, one hundred')`);
    expect(await eventually(() => controller.store.findAccountByCode('5'), patienceMs)).toMatchObject({
      enabled: false,
    });
    expect(controller.logged()).toMatch(/dbo\.Accounts, Id \d+, AllowedNumbers.*its code is refused/);
  });

  it('prices a moved call by the table of the account that pays now, whatever is rerated afterwards', async () => {
    const office = await openOffice(database.config);
    try {
      const smith = await office.addAccount(plainAccount('1', 'Smith'));
      await office.addAccount(plainAccount('2', 'Jones'));
      await importTable(office, 'default', 100_000);
      await office.saveRateTable('default', { isDefault: true });
      await importTable(office, 'cheap', 10_000);
      await office.assignRateTable({ accountCode: '2' }, 'cheap');
      const rated = (table: string, priceMicros: number) =>
        eventually(async () => {
          const { id = 0 } = (await controller.store.listRateTables()).find(({ name }) => name === table) ?? {};
          const rates = await controller.store.ratesFor(id, '+18016424655');
          return rates.some((rate) => rate.priceMicros === priceMicros) ? true : null;
        }, patienceMs);
      await rated('default', 100_000);
      await rated('cheap', 10_000);
      await eventually(() => controller.store.findAccountByCode('1'), patienceMs);
      const { callId } = await dial('1');
      expect(await sent(callId)).toMatchObject({ accountId: smith.id });
      const { charge } = await office.moveCall({ callId, toAccountCode: '2', why: 'wrong code', movedBy: 'Anna' });
      expect(charge).toEqual({
        from: { currency: 'USD', chargeMicros: 100_000 },
        to: { currency: 'USD', chargeMicros: 10_000 },
      });

      await importTable(office, 'default', 200_000);
      await rated('default', 200_000);
      // The move has come here, too: the table of who paid before says nothing of the call any more.
      const isFollowed = async () => (await controller.store.findCallRecord(callId))?.accountName === 'Jones' || null;
      await eventually(isFollowed, patienceMs);
      const rerate = () =>
        controller.store.rerate({ fromMs: Date.now() - 3_600_000, untilMs: Date.now() + 1000, madeBy: 'Anna' });
      expect(await rerate()).toMatchObject({ changed: 0 });
      await importTable(office, 'cheap', 20_000);
      await rated('cheap', 20_000);
      expect(await rerate()).toMatchObject({ changed: 1 });
      await eventually(async () => ((await controller.store.outboxCounts()).waiting === 0 ? true : null), patienceMs);
      const { recordset } = await database.pool
        .request()
        .query<object>('SELECT AccountName, ChargeMicros, PriceArithmetic FROM dbo.CallRecords');
      expect(recordset).toEqual([
        { AccountName: 'Jones', ChargeMicros: '20000', PriceArithmetic: expect.stringContaining('0.02') },
      ]);
    } finally {
      await office.close();
    }
  });

  it('sets aside a record that SQL Server refuses, with the reason, and sends the others', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', 'Smith & Co')`);
    await run(`ALTER TABLE dbo.CallRecords ADD CONSTRAINT CK_Test CHECK (CallerName <> N'poison')`);
    try {
      const script = { dialled: '9', keys: ['12345**8016424655#'], outOfKeys: 'hang-up' as const };
      const poisoned = await simulator.placeCall({ ...script, callerName: 'poison' }).finished;
      const other = await dial('12345');
      expect(await sent(other.callId)).toMatchObject({ outcome: 'answered' });
      await eventually(async () => {
        const { refused, waiting } = await controller.store.outboxCounts();
        return refused === 1 && waiting === 0 ? true : null;
      }, patienceMs);
      await happens(() => controller.logged().includes(`refused the record of call ${poisoned.callId}`));
    } finally {
      await run('ALTER TABLE dbo.CallRecords DROP CONSTRAINT CK_Test');
    }
  });
});
