import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { rerateCalls } from '../../../src/store/sqlserver/rates/rerating.ts';
import { sqlServerRates } from '../../../src/store/sqlserver/rates/rates.ts';
import { carryOut } from '../../../src/store/sqlserver/requests/carry-out.ts';
import { claimRequest } from '../../../src/store/sqlserver/requests/claims.ts';
import { connect } from '../../../src/store/sqlserver/connect.ts';
import { run, start } from '../../cli/run.ts';
import { call } from '../../reports/site.ts';
import { importTable } from '../../store/moves-contract.ts';
import { plainAccount } from '../../store/records.ts';
import { eventually, happens, startTestController, type TestController } from '../../support/controller.ts';
import { quickest, underLoad } from '../../support/load.ts';
import { openOffice, type Office } from './office.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { dropLogin, sharedDatabase, type TestDatabase } from './server.ts';

const patienceMs = 120_000;
let database: TestDatabase;
let office: Office;
const started: TestController[] = [];

beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  // Before the store connects: a table that was emptied meanwhile is unknown to an open connection of Babelfish.
  await database.empty();
  office = await openOffice(database.config);
});
afterEach(async () => {
  for (const controller of started.splice(0)) await controller.dispose();
  await office.close();
});

async function startController(name: string, more: Record<string, string> = {}): Promise<TestController> {
  const controller = await startTestController({
    'sqlserver.connectionString': database.connectionString,
    ...{ 'controller.name': name, 'log.level': 'info', ...more },
  });
  started.push(controller);
  await eventually(
    () => Promise.resolve(controller.logged().includes('SQL Server is reachable') ? true : null),
    patienceMs,
  );
  return controller;
}

const batch = (text: string) => database.pool.request().batch(text);
const rows = async <Row extends object>(text: string): Promise<Row[]> =>
  (await database.pool.request().query<Row>(text)).recordset;

/** Runs a procedure that asks; answers the number of the request. */
async function ask(text: string): Promise<number> {
  const { recordset } = await database.pool.request().batch<{ RequestId: number }>(text);
  return recordset[0]?.RequestId ?? 0;
}

type State = {
  State: string;
  Result: string | null;
  AskedBy: string;
  MoveId: number | null;
  ReratingId: number | null;
  ToAccount: string | null;
};
const states = (condition = '1 = 1') =>
  rows<State>(`SELECT State, Result, AskedBy, MoveId, ReratingId, ToAccount FROM dbo.RequestStates WHERE ${condition}`);
const settled = (id: number): Promise<State> =>
  eventually(async () => {
    const [state] = await states(`RequestId = ${id}`);
    return state?.State === 'done' || state?.State === 'refused' ? state : null;
  }, patienceMs);

const march = `@FromDate = '2026-03-01', @UntilDate = '2026-04-01', @Why = N'new rates'`;
const dialled = { calledE164: '+18015550100', callType: 'national' as const, billableMs: 60_000 };

/** Smith pays by the default table, Jones by one of his own; an answered call of Smith's on each of these dates. */
async function furnish(calls: Record<string, string>) {
  const smith = await office.addAccount({ ...plainAccount('1001', 'Smith'), department: 'Legal' });
  const jones = await office.addAccount({ ...plainAccount('1002', 'Jones'), department: 'Tax' });
  await importTable(office, 'default', 100_000);
  await office.saveRateTable('default', { isDefault: true });
  await importTable(office, 'cheap', 10_000);
  await office.assignRateTable({ accountCode: '1002' }, 'cheap');
  for (const [callId, date] of Object.entries(calls)) await office.save(paidBy(smith, callId, date));
  return { smith, jones };
}
const paidBy = (
  { id, name, departmentId }: { id: number; name: string; departmentId: number | null },
  callId: string,
  date: string,
): CallRecord =>
  call(callId, `${date}T12:00:00Z`, { ...dialled, accountId: id, accountName: name, departmentId, code: '1001' });

const charges = async (): Promise<Record<string, number | null>> =>
  Object.fromEntries(
    (
      await rows<{ id: string; charge: string | null }>(
        'SELECT CallId AS id, ChargeMicros AS charge FROM dbo.CallRecords',
      )
    ).map(({ id, charge }) => [id, charge === null ? null : Number(charge)]),
  );
const versions = (): Promise<{ callId: string; versions: number }[]> =>
  rows('SELECT CallId AS callId, COUNT(*) AS versions FROM dbo.CallPriceHistory GROUP BY CallId');

describe('a call that T-SQL moves', () => {
  it('is charged to the other account by its rate table within a second, in the name of whoever asked', async () => {
    const { jones } = await furnish({ a: '2026-03-08', b: '2026-03-08' });
    const controller = await startController('one');
    // The first statements of a new connection take longer.
    await settled(await ask(`EXEC dbo.usp_MoveCall 'b', N'Jones', @Why = N'first'`));
    const tookMs = await oneAtATime(() =>
      quickest(underLoad(1500), async () => {
        const began = performance.now();
        await settled(await ask(`EXEC dbo.usp_MoveCall 'b', N'Smith', @Why = N'to'`));
        const took = performance.now() - began;
        await settled(await ask(`EXEC dbo.usp_MoveCall 'b', N'Jones', @Why = N'fro'`));
        return took;
      }),
    );
    expect(tookMs).toBeLessThan(underLoad(1500));
    const id = await ask(
      `EXEC dbo.usp_MoveCall @CallId = 'a', @ToAccountName = N'Jones', @Why = N' keyed the wrong code '`,
    );
    const state = await settled(id);
    expect(state).toMatchObject({ State: 'done', AskedBy: 'sa', ToAccount: 'Jones' });
    expect(state.Result).toBe('From Smith to Jones; charge none -> 0.01 USD.');
    expect(await office.findCallRecord('a')).toMatchObject({
      ...{ accountId: jones.id, accountName: 'Jones', departmentId: jones.departmentId },
    });
    expect(await charges()).toEqual({ a: 10_000, b: 10_000 });
    expect(await office.listMoves({ callId: 'a' })).toEqual([
      expect.objectContaining({
        id: state.MoveId,
        movedBy: 'sa',
        why: 'keyed the wrong code',
        fromAccountName: 'Smith',
      }),
    ]);
    await happens(() => controller.logged().includes('From Smith to Jones; charge none -> 0.01 USD.'));
    const env = { BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString, BILLING_DATA_DIR: '/nowhere' };
    expect((await run(['calls', 'moves'], env)).stdout).toMatch(/ sa +a +Smith +Jones +keyed the wrong code/);
    const usage = ['report', 'usage-by-account', '--from', '2026-03-01', '--to', '2026-03-31', '--format', 'csv'];
    expect((await run(usage, env)).stdout).toMatch(/\r\nJones,2,2,/);
  });

  it('is moved as often as it was asked, each once, however many controllers there are', async () => {
    const calls = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`c${at}`, '2026-03-08']));
    const { jones } = await furnish(calls);
    await office.addAccount(plainAccount('1003', 'Brown'));
    for (const callId of Object.keys(calls)) {
      await ask(`EXEC dbo.usp_MoveCall '${callId}', @ToAccountId = ${jones.id}, @Why = N'to Jones'`);
      await ask(`EXEC dbo.usp_MoveCall '${callId}', N'Brown', @Why = N'to Brown'`);
    }
    const names = ['one', 'two'];
    for (const name of names) await startController(name);
    await eventually(async () => ((await states(`State <> 'done'`)).length === 0 ? true : null), patienceMs);
    const moves = await office.listMoves();
    expect(moves).toHaveLength(12);
    for (const callId of Object.keys(calls)) {
      const [last, first] = moves.filter((move) => move.callId === callId);
      expect([first?.fromAccountName, last?.fromAccountName]).toEqual(['Smith', first?.toAccountName]);
      expect((await office.findCallRecord(callId))?.accountName).toBe(last?.toAccountName);
    }
    expect(new Set(moves.map(({ id }) => id))).toEqual(new Set((await states()).map(({ MoveId }) => MoveId)));
    const had = started.filter((controller) => controller.logged().includes('a request was carried out'));
    expect(had.length).toBeGreaterThan(1);
  });
});

describe('calls that T-SQL prices again', () => {
  it('are those of the site’s days, or of one rate table, in the name of whoever asked', async () => {
    const { jones } = await furnish({ a: '2026-02-28', b: '2026-03-01', c: '2026-03-31', d: '2026-04-01' });
    await office.save(paidBy(jones, 'j', '2026-03-08'));
    await startController('one');
    const first = await settled(await ask(`EXEC dbo.usp_RerateCalls ${march}, @RateTable = N'Default'`));
    expect(first).toMatchObject({
      State: 'done',
      Result: `2 of 2 answered calls have a new price (re-rating ${first.ReratingId}).`,
    });
    expect(await charges()).toEqual({ a: null, b: 100_000, c: 100_000, d: null, j: null });
    expect(await office.listReratings()).toEqual([
      expect.objectContaining({ id: first.ReratingId, madeBy: 'sa', calls: 2, fromMs: Date.UTC(2026, 2, 1) }),
    ]);
    const second = await settled(await ask(`EXEC dbo.usp_RerateCalls ${march}`));
    expect(second.Result).toMatch(/^1 of 3 answered calls have a new price/);
    expect(await charges()).toMatchObject({ b: 100_000, j: 10_000 });
    const third = await settled(await ask(`EXEC dbo.usp_RerateCalls ${march}`));
    expect(third).toMatchObject({ State: 'done', ReratingId: null, Result: '0 of 3 answered calls have a new price.' });
    expect((await office.undoRerating(first.ReratingId ?? 0, 'Anna')).changed).toBe(2);
  });
});

describe('a call that is moved while it is priced again', () => {
  it('pays by the table of the account that it was moved to', async () => {
    await furnish({ a: '2026-03-08', b: '2026-03-08' });
    const [pool, where] = [database.pool, database.name];
    const rates = sqlServerRates(pool, where);
    let marks = 0;
    const rerated = await rerateCalls(
      { pool, where, rates, rules: undefined },
      { fromMs: Date.UTC(2026, 2, 1), untilMs: Date.UTC(2026, 3, 1), madeBy: 'Anna' },
      {
        ...{ id: null, tableId: null, check: () => undefined },
        async mark() {
          marks += 1;
          // Between the reading of the calls and the writing of their prices.
          if (marks === 2) await office.moveCall({ callId: 'a', toAccountCode: '1002', why: 'x', movedBy: 'Ben' });
        },
      },
    );
    expect(rerated).toMatchObject({ calls: 2, changed: 1 });
    expect(await charges()).toEqual({ a: 10_000, b: 100_000 });
  });
});

describe('a request that a controller does not finish', () => {
  it('of many calls goes on where it was, when the controller is killed, and prices no call twice', async () => {
    const count = 1200;
    const { smith } = await furnish({ first: '2026-03-08' });
    await batch(`DECLARE @N INT; SET @N = 1;
WHILE @N < ${count}
BEGIN
  INSERT INTO dbo.CallRecords (CallId, SwitchName, Controller, EntryMode, Extension, CallerName, Code, AccountId, AccountName, KeyedNumber,
    CalledNumber, CalledE164, CallType, Outcome, StartedAt, AnsweredAt, EndedAt, BillableMs, ClosedBy, Estimated)
  VALUES ('k' + CAST(@N AS VARCHAR(10)), 'fs1', 'one', 'direct', '201', N'n', '1001', ${smith.id}, N'Smith', '18015550100', '18015550100',
    '+18015550100', 'national', 'answered', DATEADD(SECOND, @N, '2026-03-09'), DATEADD(SECOND, @N, '2026-03-09'),
    DATEADD(SECOND, @N + 60, '2026-03-09'), 60000, 'event', 0);
  SET @N = @N + 1;
END;`);
    const id = await ask(`EXEC dbo.usp_RerateCalls ${march}`);
    const folder = mkdtempSync(join(tmpdir(), 'billing-requests-'));
    const victim = start(['start'], {
      ...{ BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString, BILLING_CONTROLLER_NAME: 'victim' },
      ...{ BILLING_DATA_DIR: folder, BILLING_ESL_PORT: '0', BILLING_CONSOLE_PORT: '-1' },
    });
    const changed = async () => (await versions()).length;
    await eventually(async () => ((await changed()) >= 500 ? true : null), patienceMs);
    victim.child.kill('SIGKILL');
    await victim.ended;
    rmSync(folder, { recursive: true, force: true });
    const before = await changed();
    expect(before).toBeLessThan(count);
    const [state] = await states(`RequestId = ${id}`);
    expect(state).toMatchObject({ State: 'taken-up' });
    // What takes a minute otherwise.
    await batch(`UPDATE dbo.Requests SET ClaimedUntil = SYSUTCDATETIME() WHERE Id = ${id}`);
    await startController('other');
    expect(await settled(id)).toMatchObject({
      ReratingId: state?.ReratingId,
      Result: `${count} of ${count} answered calls have a new price (re-rating ${state?.ReratingId}).`,
    });
    expect(await office.listReratings()).toEqual([expect.objectContaining({ id: state?.ReratingId, calls: count })]);
    const all = await versions();
    expect(all).toHaveLength(count);
    expect(all.filter((one) => one.versions !== 2)).toEqual([]);
    expect(Object.values(await charges()).every((charge) => charge === 100_000)).toBe(true);
  }, 600_000);
});

describe('what T-SQL may not ask', () => {
  it('is refused at once, by the name of the argument, and nothing is asked', async () => {
    const { smith, jones } = await furnish({ a: '2026-03-08' });
    await office.addAccount(plainAccount('1003', 'Twin'));
    await office.addAccount(plainAccount('1004', 'Twin'));
    await office.save({ ...paidBy(smith, 'up', '2026-03-08'), outcome: null, endedAtMs: null, answeredAtMs: null });
    const ids = { none: smith.id + 1_000_000 };
    const why = `@Why = N'x'`;
    const period = `'2026-03-01', '2026-04-01'`;
    const wrong: [string, RegExp][] = [
      ['usp_MoveCall', /@CallId is missing/],
      [`usp_MoveCall NULL, N'Jones', ${why}`, /@CallId is missing/],
      [`usp_MoveCall '', N'Jones', ${why}`, /@CallId is missing/],
      [`usp_MoveCall 'nobody', N'Jones', ${why}`, /@CallId: there is no call of this id/],
      [`usp_MoveCall '${'a'.padEnd(81, 'x')}', N'Jones', ${why}`, /@CallId: there is no call of this id/],
      [`usp_MoveCall 'up', N'Jones', ${why}`, /@CallId: the call is still up/],
      [`usp_MoveCall 'a', ${why}`, /@ToAccountName or @ToAccountId is missing/],
      [`usp_MoveCall 'a', N'Jones', ${jones.id}, ${why}`, /by one of the two/],
      [`usp_MoveCall 'a', N'1002', ${why}`, /@ToAccountName: there is no account of this name/],
      [`usp_MoveCall 'a', N'', ${why}`, /@ToAccountName: there is no account of this name/],
      [`usp_MoveCall 'a', N'Twin', ${why}`, /several accounts have this name: give @ToAccountId/],
      [`usp_MoveCall 'a', @ToAccountId = ${ids.none}, ${why}`, /@ToAccountId: there is no account of this id/],
      [`usp_MoveCall 'a', N'Smith', ${why}`, /already charged to this account/],
      [`usp_MoveCall 'a', N'Jones'`, /@Why is missing/],
      [`usp_MoveCall 'a', N'Jones', @Why = N'  '`, /@Why is missing/],
      [`usp_MoveCall 'a', N'Jones', @Why = N'${'x'.repeat(401)}'`, /@Why is missing or too long/],
      ['usp_RerateCalls', /@FromDate is missing/],
      [`usp_RerateCalls '2026-03-01', NULL, N'x'`, /@UntilDate is missing/],
      [`usp_RerateCalls '2026-04-01', '2026-03-01', N'x'`, /@FromDate is not before @UntilDate/],
      [`usp_RerateCalls '1999-04-01', '2026-03-01', N'x'`, /@FromDate is outside/],
      [`usp_RerateCalls ${period}`, /@Why is missing/],
      [`usp_RerateCalls ${period}, N' '`, /@Why is missing/],
      [`usp_RerateCalls ${period}, N'${'x'.repeat(401)}'`, /@Why is missing or too long/],
      [`usp_RerateCalls ${period}, N'x', N'nothing'`, /@RateTable: there is no rate table of this name/],
      [`usp_RerateCalls ${period}, N'x', N''`, /@RateTable: there is no rate table of this name/],
    ];
    for (const [procedure, message] of wrong) {
      const answer = await batch(`EXEC dbo.${procedure}`).catch(String);
      expect([procedure, answer]).toEqual([procedure, expect.stringMatching(message)]);
    }
    expect(await states()).toEqual([]);
  });
});

describe('a request that cannot be carried out', () => {
  it('says why, once', async () => {
    const { jones } = await furnish({ a: '2026-03-08' });
    await office.addAccount(plainAccount('1003', 'Brown'));
    const gone = await ask(`EXEC dbo.usp_MoveCall 'a', N'Brown', @Why = N'x'`);
    await batch(`DELETE FROM dbo.Accounts WHERE Name = N'Brown'`);
    const [first, second] = [
      await ask(`EXEC dbo.usp_MoveCall 'a', N'Jones', @Why = N'x'`),
      await ask(`EXEC dbo.usp_MoveCall 'a', @ToAccountId = ${jones.id}, @Why = N'pressed twice'`),
    ];
    await startController('one');
    expect(await settled(gone)).toMatchObject({
      State: 'refused',
      Result: expect.stringMatching(/^There is no account \d+ any more/),
    });
    expect(await settled(first)).toMatchObject({ State: 'done' });
    expect(await settled(second)).toMatchObject({ State: 'refused', Result: 'Call a is already charged to Jones.' });
    expect(await rows('SELECT Claims FROM dbo.Requests')).toEqual([{ Claims: 1 }, { Claims: 1 }, { Claims: 1 }]);
    expect(await office.listMoves()).toHaveLength(1);
  });

  it('for a reason that may pass is tried again, but not for ever, and holds nothing else up', async () => {
    await furnish({ a: '2026-03-08', b: '2026-03-08' });
    await batch(`CREATE TRIGGER dbo.TR_Test_Moves ON dbo.CallMoves AFTER INSERT AS
IF EXISTS (SELECT 1 FROM inserted WHERE CallId = 'a')
BEGIN
  RAISERROR ('not on my watch', 16, 1);
  ROLLBACK TRANSACTION;
END;`);
    try {
      const never = await ask(`EXEC dbo.usp_MoveCall 'a', N'Jones', @Why = N'x'`);
      const other = await ask(`EXEC dbo.usp_MoveCall 'b', N'Jones', @Why = N'x'`);
      const controller = await startController('one');
      expect(await settled(other)).toMatchObject({ State: 'done' });
      const [waiting] = await states(`RequestId = ${never}`);
      expect(waiting).toMatchObject({ Result: expect.stringMatching(/^Will be tried again: .*not on my watch/) });
      await batch(`UPDATE dbo.Requests SET Claims = 9, ClaimedUntil = NULL WHERE Id = ${never} AND DoneAt IS NULL`);
      const refused = await settled(never);
      expect(refused).toMatchObject({
        State: 'refused',
        Result: expect.stringMatching(/^Tried 1\d times: .*not on my watch/),
      });
      expect(await office.listMoves()).toHaveLength(1);
      expect((await office.findCallRecord('a'))?.accountName).toBe('Smith');
      expect(controller.logged()).not.toContain('SQL Server is unreachable');
    } finally {
      await batch('DROP TRIGGER dbo.TR_Test_Moves');
    }
  });
});

describe('a request that two controllers have', () => {
  it('is carried out by the one that took it up last', async () => {
    await furnish({ a: '2026-03-08' });
    const id = await ask(`EXEC dbo.usp_MoveCall 'a', N'Jones', @Why = N'x'`);
    const context = {
      pool: database.pool,
      where: database.name,
      rules: { freeCallTypes: [], timeZone: 'UTC' },
      isOver: () => false,
    };
    const claim = (name: string) => claimRequest(database.pool, name, 'move');
    const stuck = await claim('one');
    expect(await claim('two')).toBeNull();
    await batch(`UPDATE dbo.Requests SET ClaimedUntil = SYSUTCDATETIME() WHERE Id = ${id}`);
    const taken = await claim('two');
    if (stuck === null || taken === null) throw new Error('nobody has it');
    expect(await carryOut(stuck, context)).toBeNull();
    expect(await office.listMoves()).toEqual([]);
    expect(await carryOut(taken, context)).toMatch(/^From Smith to Jones/);
    expect(await carryOut(taken, context)).toBeNull();
    expect(await office.listMoves()).toHaveLength(1);
    expect(await states()).toEqual([expect.objectContaining({ State: 'done' })]);
  });
});

describe('a controller that is stopped while it prices calls again', () => {
  it('gives the request back at once, with nothing half done', async () => {
    await furnish({ a: '2026-03-08', b: '2026-03-08' });
    const id = await ask(`EXEC dbo.usp_RerateCalls ${march}`);
    const context = { pool: database.pool, where: database.name, rules: { freeCallTypes: [], timeZone: 'UTC' } };
    const first = await claimRequest(database.pool, 'one', 'rerate');
    if (first === null) throw new Error('nobody has it');
    let asked = 0;
    // As the calls are read, as their prices are written, and at each of the two.
    expect(await carryOut(first, { ...context, isOver: () => (asked += 1) > 3 })).toBeNull();
    expect(asked).toBe(4);
    expect(await states()).toEqual([expect.objectContaining({ State: 'waiting', ReratingId: null })]);
    expect(await charges()).toEqual({ a: null, b: null });
    const second = await claimRequest(database.pool, 'two', 'rerate');
    if (second === null) throw new Error('nobody may have it');
    expect(await carryOut(second, { ...context, isOver: () => false })).toMatch(/^2 of 2 answered calls/);
    expect(await settled(id)).toMatchObject({ State: 'done' });
    expect(await charges()).toEqual({ a: 100_000, b: 100_000 });
  });
});

describe('who may ask', () => {
  const password = 'Of-a-test-1';
  const roles = ['controller', 'report', 'admin'] as const;
  type Role = (typeof roles)[number];
  const login = (role: Role) => `${database.name}_asks_${role}`;

  async function as(role: Role, statement: string): Promise<string> {
    const pool = await connect({ ...database.config, user: login(role), password }, () => undefined);
    try {
      await pool.request().batch(statement);
      return 'done';
    } catch (error) {
      return String(error);
    } finally {
      await pool.close();
    }
  }

  it('is an administrator, in his own name; a report writer sees what was asked', async () => {
    await furnish({ a: '2026-03-08', b: '2026-03-08' });
    for (const role of roles) {
      await batch(`CREATE LOGIN ${login(role)} WITH PASSWORD = '${password}'`);
      await batch(`CREATE USER ${login(role)} FOR LOGIN ${login(role)}`);
      await batch(`EXEC sp_addrolemember 'billing_${role}', '${login(role)}'`);
    }
    try {
      const move = `EXEC dbo.usp_MoveCall 'a', N'Jones', @Why = N'x'`;
      for (const statement of [move, `EXEC dbo.usp_RerateCalls ${march}`, 'SELECT * FROM dbo.RequestStates']) {
        expect(await as('admin', statement)).toBe('done');
      }
      expect(await states()).toEqual(
        [login('admin'), login('admin')].map((AskedBy) => expect.objectContaining({ AskedBy })),
      );
      const insert = `INSERT INTO dbo.Requests (Kind, Why, CallId, ToAccountId, AskedBy) VALUES ('move', N'x', 'b', 1, N'sa')`;
      const forbidden: [Role, string][] = [
        ['admin', insert],
        ['admin', `UPDATE dbo.Requests SET Why = N'y'`],
        ['admin', 'DELETE FROM dbo.Requests'],
        ['report', move],
        ['report', `EXEC dbo.usp_RerateCalls ${march}`],
        ['report', insert],
        ['controller', move],
        ['controller', insert],
        ['controller', `UPDATE dbo.Requests SET AskedBy = N'sa'`],
        ['controller', 'DELETE FROM dbo.Requests'],
      ];
      for (const [role, statement] of forbidden) {
        expect([role, statement, await as(role, statement)]).not.toContain('done');
      }
      expect(await as('report', 'SELECT * FROM dbo.RequestStates')).toBe('done');
      const string = database.connectionString
        .replace(/User Id=[^;]*/i, `User Id=${login('controller')}`)
        .replace(/Password=[^;]*/i, `Password=${password}`);
      await startController('one', { 'sqlserver.connectionString': string });
      await eventually(async () => ((await states(`State <> 'done'`)).length === 0 ? true : null), patienceMs);
      expect(await charges()).toEqual({ a: 10_000, b: 100_000 });
      expect(await office.listMoves()).toEqual([expect.objectContaining({ movedBy: login('admin') })]);
      expect(await office.listReratings()).toEqual([expect.objectContaining({ madeBy: login('admin') })]);
    } finally {
      await started.pop()?.dispose();
      for (const role of roles) {
        await dropLogin(database.pool, login(role));
      }
    }
  });
});
