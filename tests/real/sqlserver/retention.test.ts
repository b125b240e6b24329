import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tidyUp, type RetentionPlan } from '../../../src/operations/retention/round.ts';
import { plainRules } from '../../../src/rating/rules.ts';
import { recordSender } from '../../../src/store/sqlserver/records/sender.ts';
import { openSqlServerRetention } from '../../../src/store/sqlserver/retention.ts';
import { openSqlServerStore, type SqlServerStore } from '../../../src/store/sqlserver/store.ts';
import { totalsOf } from '../../support/totals.ts';
import { closedRecord } from '../../store/records.ts';
import { createDatabase, type TestDatabase } from './server.ts';

const dayMs = 86_400_000;
const nowMs = Date.now();

let database: TestDatabase;
let store: SqlServerStore;
beforeAll(async () => {
  database = await createDatabase();
  store = await openSqlServerStore(database.config);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

const query = async <Row>(text: string): Promise<Row[]> => (await database.pool.request().query<Row>(text)).recordset;

const called = ['+18016420100', '+14165550123', '+441481234567', '+7717212345'];

async function fill(): Promise<void> {
  for (let at = 0; at < 24; at += 1) {
    const startedAtMs = nowMs - (at % 2 === 0 ? 300 : 1) * dayMs - at * 1000;
    const e164 = called[at % called.length] ?? '';
    await store.save(
      closedRecord(`retention-${at}`, {
        ...{ startedAtMs, decidedAtMs: startedAtMs, bridgedAtMs: startedAtMs, endedAtMs: startedAtMs + 90_000 },
        ...{
          answeredAtMs: at % 3 === 0 ? null : startedAtMs,
          billableMs: at % 3 === 0 ? 0 : 1000 + at,
          callerName: 'Ann',
        },
        ...{ extension: `20${at % 3}`, calledE164: e164, calledNumber: e164.slice(1), keyedNumber: e164.slice(1) },
      }),
    );
  }
  await query(`UPDATE dbo.CallRecords SET Currency = 'USD', CostMicros = 5000, ChargeMicros = 7000 + BillableMs, PriceKind = 'priced'
WHERE AnsweredAt IS NOT NULL`);
}

const totals = () => totalsOf(store);

const plan: RetentionPlan = {
  ...{ numbersDays: 200, digitsDays: 100, recordsDays: 0, cdrDays: 0, backupsDays: 0, hiddenDigits: 4 },
  ...{ cdrDir: '', backupDir: '', controller: 'one' },
};
const nothing = () => Promise.resolve({ calls: 0, done: true });
const tidy = (fromMs = 0) =>
  tidyUp({
    ...{ plan, nowMs, fromMs, pause: () => Promise.resolve(), isStopping: () => false },
    local: { shortenSome: nothing, forgetSomeCodes: nothing, removeSome: nothing },
    openSqlServer: () => openSqlServerRetention(database.config),
  });

describe('retention in SQL Server', () => {
  it('shortens numbers and forgets codes, in corrections too, and leaves the totals; once', async () => {
    await fill();
    const before = await totals();
    const json = JSON.stringify(closedRecord('retention-0', { billableMs: 7 }));
    await database.pool
      .request()
      .input('json', json)
      .query(
        `INSERT INTO dbo.CallCorrections (CallId, CorrectedAt, RecordBefore, RecordAfter) VALUES ('retention-0', SYSUTCDATETIME(), @json, @json)`,
      );
    expect(await tidy()).toMatchObject({ sqlServerCalls: 24, problems: [] });
    const old = await query<{ e: string; n: string; k: string; c: string }>(
      `SELECT CalledE164 AS e, CalledNumber AS n, KeyedNumber AS k, Code AS c FROM dbo.CallRecords WHERE StartedAt < DATEADD(DAY, -200, SYSUTCDATETIME())`,
    );
    expect(old).toHaveLength(12);
    for (const { e, n, k, c } of old)
      expect([e.slice(-4), n.slice(-4), k.slice(-4), c]).toEqual(['****', '****', '****', '']);
    expect(
      await query(`SELECT 1 AS one FROM dbo.CallRecords WHERE CalledE164 NOT LIKE '%*' AND Code <> ''`),
    ).toHaveLength(12);
    const [correction] = await query<{ after: string }>('SELECT RecordAfter AS after FROM dbo.CallCorrections');
    expect(JSON.parse(correction?.after ?? '')).toMatchObject({ billableMs: 7, calledE164: '+1801642****', code: '' });
    expect(await totals()).toEqual(before);
    expect(await tidy()).toMatchObject({ sqlServerCalls: 0, problems: [] });
  });

  it('leaves prices of shortened calls to what they were when calls are priced again', async () => {
    const before = await totals();
    await store.rerate({ fromMs: 0, untilMs: nowMs - 100 * dayMs, madeBy: 'test' });
    expect(await totals()).toEqual(before);
  });

  it('keeps the country where a controller sends a shortened call again', async () => {
    const [row] = await query<{ id: string }>(`SELECT CallId AS id FROM dbo.CallRecords WHERE CalledE164 LIKE '+44%*'`);
    const record = await store.findCallRecord(row?.id ?? '');
    if (record === null) throw new Error('no such call');
    await query(`DELETE FROM dbo.CallRecords WHERE CallId = '${record.callId}'`);
    await recordSender(database.pool, 'test', plainRules)([{ record, price: null, country: 'GG' }]);
    expect(await query(`SELECT Country, Destination FROM dbo.CallRecords WHERE CallId = '${record.callId}'`)).toEqual([
      { Country: 'GG', Destination: 'Guernsey' },
    ]);
  });

  it('erases a person by dbo.usp_EraseCalls, which notes it', async () => {
    const before = await totals();
    const there = await openSqlServerRetention(database.config);
    try {
      const whose = { extension: '200', number: null, accountId: null };
      expect(await there.countErasable(whose)).toBe(8);
      expect(await there.erase(whose)).toBe(8);
      expect(await there.countErasable(whose)).toBe(0);
      // The number that a call went out with is looked for by both.
      await query(`UPDATE dbo.CallRecords SET CallingNumber = '+18005550100' WHERE CallId = 'retention-0'`);
      expect(await there.countErasable(whose)).toBe(1);
      expect(await there.erase(whose)).toBe(1);
      expect(await query(`SELECT CallId FROM dbo.CallRecords WHERE CallingNumber IS NOT NULL`)).toEqual([]);
    } finally {
      await there.close();
    }
    expect(await query('SELECT Extension, Calls FROM dbo.Erasures ORDER BY Calls DESC')).toEqual([
      { Extension: '200', Calls: 8 },
      { Extension: '200', Calls: 1 },
    ]);
    expect(await totals()).toEqual(before);
  });

  it('removes calls with what belongs to them, but none that limits may still count', async () => {
    await expect(query(`EXEC dbo.usp_RemoveCalls @BeforeDate = '2100-01-01'`)).rejects.toThrow('at least 62 days ago');
    const date = new Date(nowMs - 100 * dayMs).toISOString().slice(0, 10);
    expect(await query(`EXEC dbo.usp_RemoveCalls @BeforeDate = '${date}', @Batch = 5`)).toEqual([{ RemovedCalls: 12 }]);
    expect(await query('SELECT CallId FROM dbo.CallCorrections')).toEqual([]);
    expect(await query('SELECT CallId FROM dbo.CallRecords')).toHaveLength(12);
  });
});
