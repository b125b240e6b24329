import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chained, chainStart } from '../../../src/ledger/transfer.ts';
import { sha256 } from '../../../src/store/sqlite/ledger/writing.ts';
import type { ChainedEntry } from '../../../src/store/ports/ledger-replica.ts';
import type { FarEnd } from '../../../src/simulator/far-end.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/freeswitch.ts';
import { openScratchStore } from '../../../src/store/sqlite/scratch.ts';
import { openSqlServerStore } from '../../../src/store/sqlserver/store.ts';
import { account, eventually, startTestController, type TestController } from '../../support/controller.ts';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { createDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
const controllers: TestController[] = [];
const simulators: Simulator[] = [];

/** 6 CHF a minute, by the second. */
const rates = [
  rateTerms('1', { connectFeeMicros: 0, priceMicros: 6_000_000, firstIncrementMs: 0, nextIncrementMs: 1000 }),
];

beforeAll(async () => {
  database = await createDatabase();
  const store = await openSqlServerStore(database.config);
  await store.importRatesIn(openScratchStore, 'standard', ratesSource(rates, 'CHF'));
  await store.addAccount(account('11111', { moneyPerDay: 900_000 }));
  await store.addAccount(account('22222', { prepaid: true }));
  await store.addAccount(account('33333'));
  await store.addAccount(account('44444'));
  await store.addAccount(account('55555', { moneyPerContract: 60_000_000 }));
  await store.close();
  for (const name of ['first', 'second']) {
    const controller = await startTestController({
      ...{
        'controller.name': name,
        'sqlserver.connectionString': database.connectionString,
        'sqlserver.syncMs': '200',
      },
      ...{ 'limits.warnSeconds': '0', 'limits.reserveMinutes': '1', 'sqlserver.lookupMs': '20000' },
    });
    controllers.push(controller);
    simulators.push(createSimulator({ controllers: `127.0.0.1:${controller.port}` }));
  }
  for (const { store: local } of controllers) {
    await eventually(async () =>
      (await local.rateTableOf({ accountId: null, departmentId: null })) === null ? null : true,
    );
    await eventually(() => local.findAccountByCode('22222'));
  }
});
afterAll(async () => {
  for (const simulator of simulators) simulator.close();
  for (const controller of controllers) await controller.dispose();
  await database.drop();
});

const forever: FarEnd = { kind: 'answers', afterMs: 5, talkMs: 60_000, hangsUp: 'callee' };

async function callAt(place: number, code: string) {
  const [simulator, controller] = [simulators[place], controllers[place]];
  if (simulator === undefined || controller === undefined) throw new Error('no such controller');
  const { callId } = await simulator.placeCall({ dialled: '9', keys: [`${code}**8016424655#`], farEnd: forever })
    .finished;
  return eventually(async () => {
    const record = await controller.store.findCallRecord(callId);
    return record?.endedAtMs == null ? null : record;
  });
}

/** In millionths, of both. */
async function usedBy(code: string): Promise<number> {
  let used = 0;
  for (const { store } of controllers) {
    const found = await store.findAccountByCode(code);
    const money = found === null ? null : await store.moneyOf(found.id);
    used += money?.byCurrency.reduce((sum, { usedMicros }) => sum + usedMicros, 0) ?? 0;
  }
  return used;
}

async function untilRefused(place: number, code: string): Promise<string[]> {
  const outcomes: string[] = [];
  for (let tries = 0; tries < 20; tries += 1) {
    const { outcome, reason } = await callAt(place, code);
    outcomes.push(reason ?? outcome ?? '');
    if (outcome === 'refused') return outcomes;
  }
  return outcomes;
}

describe('two controllers on one SQL Server', () => {
  it('never spend more of an amount together, at the same time and one after the other', async () => {
    const outcomes = await Promise.all([untilRefused(0, '11111'), untilRefused(1, '11111')]);
    for (const each of outcomes) expect(each.at(-1)).toBe('money-used-up');
    expect(await usedBy('11111')).toBeGreaterThan(0);
    expect(await usedBy('11111')).toBeLessThanOrEqual(900_000);
  });

  it('spend what was paid in at one of them at both', async () => {
    const [first] = controllers as [TestController];
    const { id } = (await first.store.findAccountByCode('22222')) ?? { id: 0 };
    expect((await callAt(1, '22222')).reason).toBe('money-used-up');
    await first.store.payIn({ id: 'p', accountId: id, currency: 'CHF', micros: 700_000, madeBy: 'Ann' });
    const answered = await eventually(async () => {
      const record = await callAt(1, '22222');
      return record.outcome === 'answered' ? record : null;
    });
    expect(answered.hangupCause).toBe('ALLOTTED_TIMEOUT');
    await untilRefused(0, '22222');
    expect(await usedBy('22222')).toBeLessThanOrEqual(700_000);
  });

  it('have their ledgers there, each transfer once, with its chain', async () => {
    for (const { store } of controllers) {
      const local = await store.transfersAfter(0, 10_000);
      const { fileId } = await store.copyOrigin();
      const there = await eventually(async () => {
        const { recordset } = await database.pool
          .request()
          .input('fileId', fileId)
          .query<Record<string, unknown>>('SELECT * FROM dbo.LedgerTransfers WHERE FileId = @fileId ORDER BY Seq');
        return recordset.length >= local.length ? recordset : null;
      });
      expect(there).toHaveLength(local.length);
      let hash = chainStart;
      there.forEach((row, place) => {
        hash = chained(hash, entryOf(row), sha256);
        expect(hash).toBe(local[place]?.hash);
      });
    }
    await expect(database.pool.request().query('UPDATE dbo.LedgerTransfers SET Amount = 1')).rejects.toThrow(
      /never changed/,
    );
    await expect(database.pool.request().query('DELETE FROM dbo.LedgerTransfers')).rejects.toThrow(
      /nothing is deleted/,
    );
  });
});

describe('what SQL Server says of calls that are over', () => {
  const idOf = async (code: string): Promise<number> =>
    (await controllers[0]?.store.findAccountByCode(code))?.id ?? Number.NaN;
  const query = <Row>(text: string) => database.pool.request().query<Row>(text);
  /** Until both have said the same as SQL Server. */
  const agreed = () =>
    eventually(async () => {
      const waiting = await Promise.all(controllers.map(({ store }) => store.outboxCounts()));
      if (waiting.some((one) => one.waiting > 0)) return null;
      for (const { store } of controllers) {
        const { fileId } = await store.copyOrigin();
        const { recordset } = await query<{ seq: string | null }>(
          `SELECT MAX(Seq) AS seq FROM dbo.LedgerTransfers WHERE FileId = '${fileId}'`,
        );
        if ((await store.transfersAfter(Number(recordset[0]?.seq ?? 0), 1)).length > 0) return null;
      }
      const { recordset } = await query<{ CallId: string }>('SELECT CallId FROM dbo.LedgerDisagreements');
      return recordset.length === 0 ? true : null;
    });

  it('the ledgers follow: moves, re-ratings and corrections, also while a controller is away, each once', async () => {
    const talk: FarEnd = { kind: 'answers', afterMs: 5, talkMs: 400, hangsUp: 'callee' };
    const calls: string[] = [];
    for (const place of [0, 1]) {
      const done = await simulators[place]?.placeCall({ dialled: '9', keys: ['33333**8016424655#'], farEnd: talk })
        .finished;
      calls.push(done?.callId ?? '');
      // The switch has ended it; its record, and what that is charged, follow.
      await eventually(async () =>
        (await controllers[place]?.store.findCallRecord(done?.callId ?? ''))?.endedAtMs == null ? null : true,
      );
    }
    await agreed();
    const [first = '', second = ''] = calls;
    const [from, to] = [await idOf('33333'), await idOf('44444')];
    const charged = async (place: number, id: number): Promise<number> => {
      const money = await controllers[place]?.store.moneyOf(id);
      return money?.byCurrency.reduce((sum, { usedMicros }) => sum + usedMicros, 0) ?? Number.NaN;
    };
    expect([await charged(0, from), await charged(1, from), await charged(0, to)]).toEqual([100_000, 100_000, 0]);

    await query(`EXEC dbo.usp_MoveCall @CallId = '${first}', @ToAccountId = ${to}, @Why = N'wrong code'`);
    await eventually(async () => ((await charged(0, to)) === 100_000 ? true : null));
    expect([await charged(0, from), await charged(1, from)]).toEqual([0, 100_000]);
    await agreed();

    // A DBA corrects the time; the price is made anew by the rates of now, which were raised.
    await query(`UPDATE dbo.CallRecords SET BillableMs = 3000 WHERE CallId = '${second}'`);
    await query('UPDATE dbo.Rates SET PriceMicros = 12000000');
    await query(`EXEC dbo.usp_RerateCalls @FromDate = '2020-01-01', @UntilDate = '2048-01-01', @Why = N'new rates'`);
    await eventually(async () => ((await charged(1, from)) === 600_000 ? true : null));
    await eventually(async () => ((await charged(0, to)) === 200_000 ? true : null));
    await agreed();
    for (const { store } of controllers) expect((await store.verifyLedger()).problems).toEqual([]);
    const corrections = (await controllers[0]?.store.transfersOf(to, 50))?.map(({ unit, why, amount }) => [
      unit,
      why,
      amount,
    ]);
    expect(corrections?.filter(([unit]) => unit === 'CHF')).toEqual([
      ['CHF', 'correction', 100_000],
      ['CHF', 'correction', 100_000],
    ]);
  });
});

describe('a share that was not spent', () => {
  const query = <Row>(text: string) => database.pool.request().query<Row>(text);

  it('comes back when the controller stops, and of one that is gone when an administrator says so, once', async () => {
    const [first] = controllers as [TestController];
    const { id } = (await first.store.findAccountByCode('55555')) ?? { id: 0 };
    const key = `account:${id}/CHF/contract`;
    const budget = async () => {
      const { recordset } = await query<{ micros: string }>(
        `SELECT GrantedMicros AS micros FROM dbo.LedgerBudgets WHERE BudgetKey = '${key}'`,
      );
      return Number(recordset[0]?.micros ?? 0);
    };
    const talk: FarEnd = { kind: 'answers', afterMs: 5, talkMs: 400, hangsUp: 'callee' };
    const call = simulators[0]?.placeCall({ dialled: '9', keys: ['55555**8016424655#'], farEnd: talk });
    expect((await call?.finished)?.answered).toBe(true);
    expect(await budget()).toBeGreaterThanOrEqual(6_000_000);
    await expect(query(`EXEC dbo.usp_ReturnShares @Controller = N'first'`)).rejects.toThrow(/it is connected/);
    await first.stop(0);
    expect(await budget()).toBe(200_000);

    // One that died with a share in hand.
    await query(`UPDATE dbo.LedgerBudgets SET GrantedMicros = 700000 WHERE BudgetKey = '${key}'`);
    await query(`UPDATE dbo.LedgerShares SET GrantedMicros = 700000 WHERE BudgetKey = '${key}'`);
    for (const returned of [[{ BudgetKey: key, ReturnedMicros: '500000' }], []]) {
      expect((await query(`EXEC dbo.usp_ReturnShares @Controller = N'first'`)).recordset).toEqual(returned);
      expect(await budget()).toBe(200_000);
    }
    await expect(query(`EXEC dbo.usp_ReturnShares @Controller = N'nobody'`)).rejects.toThrow(/drawn nothing/);
  });
});

const ms = (value: unknown): number | null => (value instanceof Date ? value.getTime() : null);

const entryOf = (row: Record<string, unknown>): ChainedEntry =>
  ({
    ...{ seq: Number(row['Seq']), id: row['Id'], kind: row['Kind'], debit: row['Debit'], credit: row['Credit'] },
    ...{
      unit: row['Unit'],
      amount: Number(row['Amount']),
      pendingId: row['PendingId'],
      timesOutMs: ms(row['TimesOutAt']),
    },
    ...{
      callId: row['CallId'],
      why: row['Why'],
      madeAtMs: ms(row['MadeAt']) ?? 0,
      madeBy: row['MadeBy'],
      hash: row['Hash'],
    },
  }) as ChainedEntry;
