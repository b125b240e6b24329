import { expect, it } from '@jest/globals';
import type { Database } from 'better-sqlite3';
import { openForReading } from '../../../src/store/sqlite/database.ts';
import { fileStore } from '../../../src/store/sqlite/store.ts';
import { rateTerms, ratesSource } from '../rates-contract.ts';
import { openRecord, plainAccount } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { aFile, open } = temporaryStores();

/** Statements that a connection is given from now on. */
function listenTo(db: Database): string[] {
  const given: string[] = [];
  const prepare = db.prepare.bind(db);
  db.prepare = (sql: string) => {
    given.push(sql);
    return prepare(sql);
  };
  return given;
}

const dayMs = Date.parse('2026-11-26T00:00:00Z');
const monthMs = Date.parse('2026-11-01T00:00:00Z');

it('what calls have used this month is looked up by when they began: a start does not read the calls of all time', async () => {
  const file = aFile();
  const store = await open({ file });
  await store.importRates('standard', ratesSource([rateTerms('1')]));
  await store.addAccount(plainAccount('12345'));
  const call = (callId: string, startedAtMs: number, callType: 'national' | 'emergency', accountId: number | null) =>
    store.save(
      openRecord(callId, {
        ...{ startedAtMs, bridgedAtMs: startedAtMs, answeredAtMs: startedAtMs, endedAtMs: startedAtMs + 60_000 },
        ...{ billableMs: 60_000, accountId, calledE164: '+18016424655', callType, closedBy: 'event' },
        outcome: 'answered',
      }),
    );
  await call('today', dayMs, 'national', 1);
  await call('yesterday', dayMs - 1, 'national', 1);
  await call('nobody pays', dayMs, 'national', null);
  await call('last month', monthMs - 1, 'national', 1);
  await call('emergency', dayMs, 'emergency', 1);
  const db = openForReading(file);
  try {
    const given = listenTo(db);
    const reader = fileStore(db, () => Promise.reject(new Error('nothing is written')), { file });
    const time = await reader.usedTime({ dayMs, monthMs });
    expect(time.map(({ accountId, ...used }) => [accountId, used.dayMs, used.monthMs])).toEqual([
      [null, 60_000, 60_000],
      [1, 60_000, 120_000],
    ]);
    const { used } = await reader.usedMoney({ dayMs, monthMs });
    const [nobody, account] = used;
    expect([nobody?.accountId, account?.accountId]).toEqual([null, 1]);
    expect(nobody?.monthMicros).toBeGreaterThan(0);
    expect(account?.dayMicros).toBe(nobody?.dayMicros);
    expect(account?.monthMicros).toBe(2 * (account?.dayMicros ?? 0));

    const asked = given.filter((sql) => sql.includes('@monthMs'));
    expect(asked).toHaveLength(2);
    const plans = asked.flatMap((sql) =>
      db.prepare<object, { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all({ dayMs, monthMs }),
    );
    const steps = plans.map(({ detail }) => detail);
    expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([]);
    expect(steps.filter((step) => step.includes('call_records_started_at'))).toHaveLength(2);
  } finally {
    db.close();
  }
});
