import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { RateTerms } from '../../../src/rating/rate.ts';
import { createSimulator } from '../../../src/simulator/freeswitch.ts';
import { openLocalStore, type LocalStore } from '../../../src/store/sqlite/store.ts';
import { readCallRecords } from '../../../src/store/sqlserver/records/records.ts';
import { openSqlServerStore, type SqlServerStore } from '../../../src/store/sqlserver/store.ts';
import { unrestricted } from '../../../src/words/directory.ts';
import { run, start } from '../../cli/run.ts';
import { call } from '../../reports/site.ts';
import { plainAccount } from '../../store/records.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { createDatabase, type TestDatabase } from './server.ts';
import { plainTerms } from '../../support/rates.ts';

const patienceMs = 120_000;
const records = 1200;
/** Processes start and end, on a machine that may have much else to do. */
const longMs = 300_000;

let database: TestDatabase;
let folder: string;
let controller: TestController | null;
let remote: SqlServerStore | null;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.empty();
  folder = mkdtempSync(join(tmpdir(), 'billing-move-'));
  controller = remote = null;
});
afterEach(async () => {
  await controller?.dispose();
  await remote?.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => join(folder, 'billing-codes.db');
const environment = () => ({
  BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString,
  BILLING_DATA_DIR: folder,
});
const command = (...args: string[]) => run(args, environment());
const scalar = async (text: string): Promise<number> =>
  Number((await database.pool.request().query<{ N: number | string }>(text)).recordset[0]?.N);
const rows = async (text: string): Promise<unknown[]> => (await database.pool.request().query(text)).recordset;
/** What SQLite has of a table. */
const local = (text: string): unknown[] => {
  const db = new Database(file(), { readonly: true });
  try {
    return db.prepare(text).all();
  } finally {
    db.close();
  }
};

const rate = (prefix: string, priceMicros: number): RateTerms => ({
  ...plainTerms,
  ...{ prefix, destination: `To ${prefix}`, priceMicros, connectFeeMicros: 1000, minimumChargeMicros: 0 },
  ...{ firstIncrementMs: 60_000, nextIncrementMs: 6000, validFromMs: null, validUntilMs: null },
});
const tariff = (store: LocalStore, table: string, priceMicros: number) =>
  store.importRates(table, {
    name: `${table}.csv`,
    currency: () => 'USD',
    async *batches() {
      const prefixes = ['1', ...Array.from({ length: 6000 }, (_, index) => String(2_000_000 + index))];
      yield await Promise.resolve(
        prefixes.map((prefix, line) => ({ line: line + 2, rates: [rate(prefix, priceMicros)] })),
      );
    },
  });

/** A site that worked for a while without SQL Server: everything that there is, and rows that are gone. */
async function furnish(): Promise<void> {
  const store = await openLocalStore({ file: file() });
  try {
    await store.importAccounts(
      Array.from({ length: 150 }, (_, index) => ({
        ...plainAccount(String(1000 + index), `Payer ${index}`),
        ...{ department: index % 3 === 0 ? 'Legal' : index % 3 === 1 ? 'Tax' : null, enabled: index % 10 !== 9 },
        restriction: { ...unrestricted, blockedPrefixes: index % 7 === 0 ? ['1900', '+44'] : [] },
      })),
    );
    const accounts = await store.listAccounts();
    for (const number of ['201', '202', '203']) {
      await store.addExtension({
        ...{ number, name: `Phone ${number}`, department: 'Tax', restriction: unrestricted },
        ...{ defaultAccountId: accounts[5]?.id ?? null, place: 'Räume 214' },
      });
    }
    const removed = await store.findExtension('203');
    await store.removeExtension('203');
    await store.addDepartment({ name: 'Closed' });
    await store.removeDepartment('Closed');
    await tariff(store, 'Standard', 5000);
    await tariff(store, 'Legal', 9000);
    await tariff(store, 'Standard', 6000);
    await store.assignRateTable({ department: 'Legal' }, 'Legal');
    await store.assignRateTable({ accountCode: '1001' }, 'Legal');
    const saves = Array.from({ length: records }, (_, index) => {
      const payer = accounts[index % accounts.length];
      return store.save(
        call(`call-${index}`, new Date(Date.UTC(2026, 2, 1) + index * 60_000).toISOString(), {
          ...{
            accountId: payer?.id ?? null,
            accountName: payer?.name ?? null,
            departmentId: payer?.departmentId ?? null,
          },
          ...{ code: payer?.code ?? '', calledE164: '+18015550100', callType: 'national', billableMs: 61_000 },
          extensionId: index % 11 === 0 ? (removed?.id ?? null) : null,
        }),
      );
    });
    await Promise.all(saves);
    await store.moveCall({ callId: 'call-1', toAccountCode: '1003', why: 'the wrong code', movedBy: 'Anna' });
    await store.moveCall({ callId: 'call-1', toAccountCode: '1004', why: 'wrong again', movedBy: 'Anna' });
    await store.saveRateTable('Standard', { markupBasisPoints: 1000 });
    const period = { fromMs: Date.UTC(2026, 2, 1), untilMs: Date.UTC(2026, 2, 2) };
    await store.rerate({ ...period, madeBy: 'Ben' });
  } finally {
    await store.close();
  }
}

/** Everything here is there, once, with the same ids. */
async function expectEqual(): Promise<void> {
  const here = await openLocalStore({ file: file() });
  remote ??= await openSqlServerStore(database.config);
  const there = readCallRecords(database.pool, database.name);
  try {
    const byCallId = (all: { callId: string }[]) => new Map(all.map((one) => [one.callId, one]));
    const ours = byCallId(await here.listCallRecords());
    const theirs = byCallId(await there.listCallRecords());
    expect(theirs).toEqual(ours);
    expect(await remote.listAccounts()).toEqual(await here.listAccounts());
    expect(await remote.listExtensions()).toEqual(await here.listExtensions());
    expect(await remote.listDepartments()).toEqual(await here.listDepartments());
    const unnumbered = (all: readonly object[]): object[] => all.map((one) => ({ ...one, id: 0 }));
    expect(unnumbered(await remote.listMoves())).toEqual(unnumbered(await here.listMoves()));
    expect(await remote.listRateTables()).toEqual(await here.listRateTables());
  } finally {
    await here.close();
  }
  expect(
    await rows(
      'SELECT CallId AS c, Version AS v, ChargeMicros AS m FROM dbo.CallPriceHistory ORDER BY CallId, Version',
    ).then((all) => all.map((row) => JSON.stringify(row)).sort()),
  ).toEqual(
    local('SELECT call_id AS c, version AS v, CAST(charge_micros AS TEXT) AS m FROM call_prices')
      .map((row) => JSON.stringify(row))
      .sort(),
  );
  expect(await scalar('SELECT COUNT(*) AS N FROM dbo.CallCorrections')).toBe(
    local('SELECT 1 FROM call_record_corrections').length,
  );
  expect(await rows('SELECT MadeBy, Calls FROM dbo.Reratings')).toEqual(
    local('SELECT made_by AS MadeBy, calls AS Calls FROM reratings'),
  );
  expect(await scalar(`SELECT SUM(ChargeMicros) AS N FROM dbo.CallRecords`)).toBe(
    (local('SELECT sum(charge_micros) AS n FROM call_prices WHERE is_current = 1')[0] as { n: number }).n,
  );
}

jest.setTimeout(longMs);

describe('billing-codes move-to-sqlserver', () => {
  it('says first what it would do, changes nothing without --yes, and names what it is run for', async () => {
    await furnish();
    const before = local('SELECT name, value FROM settings ORDER BY name');
    const dry = await command('move-to-sqlserver', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toMatch(/accounts +150\n/);
    expect(dry.stdout).toMatch(/call records +1,200\n/);
    expect(dry.stdout).toContain('nothing is changed');
    const unmeant = await command('move-to-sqlserver');
    expect(unmeant).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await scalar('SELECT COUNT(*) AS N FROM dbo.Accounts')).toBe(0);
    expect(local('SELECT name, value FROM settings ORDER BY name')).toEqual(before);
  });

  it('carries everything over while calls run, though it is killed again and again, and the controller goes on with it', async () => {
    await furnish();
    controller = await startTestController({
      ...{ 'data.dir': folder, 'sqlserver.connectionString': database.connectionString, 'sqlserver.syncMs': '100' },
    });
    const running = controller;
    const simulator = createSimulator({ controllers: `127.0.0.1:${running.port}`, paceMs: 0 });
    const site = { isOver: false };
    const made: string[] = [];
    const calling = (async () => {
      while (!site.isOver) {
        const placed = simulator.placeCall({ dialled: '9', keys: ['1001**8016424655#'], outOfKeys: 'hang-up' });
        const { callId, answered } = await placed.finished;
        expect(answered).toBe(true);
        made.push(callId);
        await pause(100);
      }
    })();
    let kills = 0;
    try {
      for (;;) {
        const moving = start(['move-to-sqlserver', '--yes'], environment());
        const timer = kills < 6 ? setTimeout(() => moving.child.kill('SIGKILL'), 900 + 500 * kills) : undefined;
        const { code, stderr } = await moving.ended;
        clearTimeout(timer);
        if (code === 0) break;
        expect({ code, stderr }).toEqual({ code: null, stderr: '' });
        kills += 1;
        // Somebody works on meanwhile.
        const store = await openLocalStore({ file: file() });
        if ((await store.copyOrigin()).source === null)
          await store.updateAccount('1002', { name: `Payer 2, changed ${kills}` });
        await store.close();
      }
      await eventually(
        () => Promise.resolve(running.logged().includes('SQL Server is reachable') ? true : null),
        patienceMs,
      );
    } finally {
      site.isOver = true;
      await calling;
      simulator.close();
    }
    expect(kills).toBeGreaterThan(1);
    await eventually(async () => ((await running.store.outboxCounts()).waiting === 0 ? true : null), patienceMs);
    await running.stop(0);
    expect(made.length).toBeGreaterThan(5);
    expect(await scalar('SELECT COUNT(*) AS N FROM dbo.CallRecords')).toBe(records + made.length);
    await expectEqualRecords();
    expect(await command('move-to-sqlserver', '--yes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('already'),
    });
    // Ids of rows that were removed are nobody else's.
    await database.pool.request().batch(`INSERT INTO dbo.Extensions (Number, Name) VALUES ('299', N'New')`);
    expect(await scalar(`SELECT Id AS N FROM dbo.Extensions WHERE Number = '299'`)).toBeGreaterThan(3);
  });

  it('carries over directory, rates, records, moves and histories without a difference', async () => {
    await furnish();
    expect(await command('move-to-sqlserver', '--yes')).toMatchObject({ code: 0, stderr: '' });
    await expectEqual();

    // And back, with a call of another controller, and what was done in SQL Server meanwhile.
    const before = await everything();
    remote ??= await openSqlServerStore(database.config);
    const elsewhere = call('elsewhere', '2026-03-05T10:00:00Z', { controller: 'controller-2', billableMs: 5000 });
    await remote.save(elsewhere);
    await remote.moveCall({ callId: 'call-2', toAccountCode: '1003', why: 'late', movedBy: 'Cora' });
    await database.pool.request().batch(`UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '1004'`);
    const status = await command('sqlserver', 'status');
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/copy of +[0-9a-f]{8}-/) });
    expect((await command('move-to-embedded', '--dry-run')).stdout).toContain('1,201 call records');
    const back = await command('move-to-embedded', '--yes');
    expect(back).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('system of record') });
    const after = await everything();
    expect(after.records.get('elsewhere')).toEqual(elsewhere);
    expect(after.records.get('call-2')).toMatchObject({ accountName: 'Payer 3' });
    for (const callId of ['elsewhere', 'call-2']) for (const one of [before, after]) one.records.delete(callId);
    expect(after.records).toEqual(before.records);
    expect(after.accounts.find(({ code }) => code === '1004')?.enabled).toBe(false);
    expect(after.moves).toHaveLength(3);
    expect(after.prices).toBeGreaterThanOrEqual(before.prices);
    expect((await command('sqlserver', 'status')).stdout).toContain('the directory was made here');
  });

  it('begun to a database that is gone, it says so, and is made to another one where that is meant', async () => {
    const store = await openLocalStore({ file: file() });
    await store.addAccount(plainAccount('1000', 'Payer'));
    await store.save(call('own', '2026-03-01T10:00:00Z', { accountId: 1, code: '1000', billableMs: 1000 }));
    const gone = '11111111-2222-3333-4444-555555555555';
    while (await store.queueRecords(100));
    await store.settleOutbox((await store.readOutbox(100)).upTo ?? 0, []);
    await store.noteMove({
      ...{ databaseId: gone, keepIds: true, phase: 'records', rates: null, moves: 0, corrections: 0 },
      prices: { callId: '', version: 0 },
    });
    await store.close();
    const refused = await command('move-to-sqlserver', '--yes');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(gone) });
    expect(refused.stderr).toContain('--leave-unfinished');
    expect(await command('move-to-sqlserver', '--yes', '--leave-unfinished')).toMatchObject({ code: 0, stderr: '' });
    expect(await scalar('SELECT COUNT(*) AS N FROM dbo.Accounts')).toBe(1);
    expect(await scalar('SELECT COUNT(*) AS N FROM dbo.CallRecords')).toBe(1);
    expect(await command('move-to-embedded', '--dry-run', '--leave-unfinished')).toMatchObject({ code: 2 });
  });

  it('back, where the database has lost its directory: the copy is kept where that is meant, and may be carried over anew', async () => {
    const store = await openLocalStore({ file: file() });
    await store.addAccount(plainAccount('1001', 'Payer'));
    await tariff(store, 'Standard', 5000);
    await store.save(call('own', '2026-03-01T10:00:00Z', { accountId: 1, code: '1001', billableMs: 1000 }));
    await store.close();
    expect(await command('move-to-sqlserver', '--yes')).toMatchObject({ code: 0, stderr: '' });
    controller = await startTestController({
      ...{ 'data.dir': folder, 'sqlserver.connectionString': database.connectionString, 'sqlserver.syncMs': '100' },
    });
    const isMarked = async () => ((await scalar('SELECT MAX(Beat) AS N FROM dbo.ControllerMarks')) > 1 ? true : null);
    await eventually(isMarked, patienceMs);
    await controller.stop(0);
    // A backup of before the move, restored: no directory, no marks, and a call of another controller.
    await database.empty();
    remote ??= await openSqlServerStore(database.config);
    await remote.save(call('elsewhere', '2026-03-05T10:00:00Z', { controller: 'controller-2', billableMs: 5000 }));
    for (const args of [['--dry-run'], ['--yes']]) {
      const refused = await command('move-to-embedded', ...args);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--keep-copy') });
    }
    expect(await command('move-to-embedded', '--yes', '--keep-copy')).toMatchObject({ code: 0, stderr: '' });
    const { accounts, records: all } = await everything();
    expect(accounts.map(({ code }) => code)).toEqual(['1001']);
    expect([...all.keys()].sort()).toEqual(['elsewhere', 'own']);
    expect(local('SELECT COUNT(*) AS rates FROM rates')).toEqual([{ rates: 6001 }]);
    expect((await command('sqlserver', 'status')).stdout).toContain('the directory was made here');
    expect(await command('move-to-sqlserver', '--yes')).toMatchObject({ code: 0, stderr: '' });
    expect(await scalar(`SELECT COUNT(*) AS N FROM dbo.Accounts WHERE Code = '1001'`)).toBe(1);
    expect(await scalar('SELECT COUNT(*) AS N FROM dbo.CallRecords')).toBe(2);
  });

  it('leaves a copy by which calls go on, though the server cannot be reached after it', async () => {
    const store = await openLocalStore({ file: file() });
    await store.addAccount(plainAccount('1001', 'Payer'));
    await store.close();
    expect(await command('move-to-sqlserver', '--yes')).toMatchObject({ code: 0, stderr: '' });
    const away = 'Server=127.0.0.1,1;Database=away;User Id=nobody;Password=none';
    controller = await startTestController({ 'data.dir': folder, 'sqlserver.connectionString': away });
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 0 });
    const placed = simulator.placeCall({ dialled: '9', keys: ['1001**8016424655#'], outOfKeys: 'hang-up' });
    expect(await placed.finished).toMatchObject({ answered: true });
    simulator.close();
  });

  it('brings back what was archived, of other controllers too, and the country of what was shortened', async () => {
    const store = await openLocalStore({ file: file() });
    await store.addAccount(plainAccount('1000', 'Payer'));
    const own = call('own', '2026-03-01T10:00:00Z', { accountId: 1, code: '1000', billableMs: 1000 });
    await store.save(own);
    await store.close();
    expect(await command('move-to-sqlserver', '--yes')).toMatchObject({ code: 0, stderr: '' });
    remote ??= await openSqlServerStore(database.config);
    const there = (callId: string, at: string) =>
      call(callId, at, { controller: 'controller-2', calledE164: '+41445550177', code: '1000', billableMs: 5000 });
    const [archived, again] = [there('archived', '2026-03-02T10:00:00Z'), there('again', '2026-03-02T11:00:00Z')];
    for (const one of [archived, again, there('kept', '2026-11-20T10:00:00Z')]) await remote.save(one);
    await database.pool.request().batch("EXEC dbo.usp_ShortenCalls @Before = '2026-04-01', @HiddenDigits = 6");
    await database.pool.request().batch("EXEC dbo.usp_ArchiveCalls @BeforeDate = '2026-04-01'");
    expect(await scalar('SELECT COUNT(*) AS N FROM dbo.CallArchive')).toBe(3);
    await remote.save({ ...again, billableMs: 7000 });

    expect((await command('move-to-embedded', '--dry-run')).stdout).toContain(': 4 call records');
    expect(await command('move-to-embedded', '--yes')).toMatchObject({ code: 0, stderr: '' });
    const { records: all } = await everything();
    expect([...all.keys()].sort()).toEqual(['again', 'archived', 'kept', 'own']);
    expect(all.get('archived')).toMatchObject({ code: '', calledE164: '+41445******', billableMs: 5000 });
    expect(all.get('again')).toEqual({ ...again, billableMs: 7000 });
    expect(all.get('own')).toEqual({ ...own, code: '' });
    expect(local("SELECT country FROM call_records WHERE call_id = 'archived'")).toEqual([{ country: 'CH' }]);
  });
});

/** What the local file has. */
async function everything() {
  const here = await openLocalStore({ file: file() });
  try {
    const all = await here.listCallRecords();
    return {
      records: new Map(all.map((record) => [record.callId, record])),
      accounts: await here.listAccounts(),
      moves: await here.listMoves(),
      prices: local('SELECT 1 FROM call_prices').length,
    };
  } finally {
    await here.close();
  }
}

/** Of a file that went on taking calls. */
async function expectEqualRecords(): Promise<void> {
  const here = await openLocalStore({ file: file() });
  try {
    const theirs = await readCallRecords(database.pool, database.name).listCallRecords();
    const ours = await here.listCallRecords();
    const sorted = (all: typeof ours) => [...all].sort((a, b) => (a.callId < b.callId ? -1 : 1));
    expect(sorted(theirs)).toEqual(sorted(ours));
  } finally {
    await here.close();
  }
}
