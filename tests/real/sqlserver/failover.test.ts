import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { readCallRecords } from '../../../src/store/sqlserver/records/records.ts';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import { eventually } from '../../support/controller.ts';
import { failOver, number, type Failover } from '../../support/failover.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
let run: Failover;
beforeAll(async () => {
  database = await sharedDatabase();
  await database.pool.request().batch(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', 'Smith & Co')`);
  const flags = {
    ...{ '--entry-first-digit-ms': '1000', '--entry-digit-ms': '500', '--sqlserver-sync-ms': '200' },
    '--sqlserver-connection-string': database.connectionString,
  };
  run = await failOver(flags, (local) => eventually(() => local.findAccountByCode('12345')));
});
afterAll(async () => {
  await run.dispose();
  await database.drop();
});

const record = (callId: string): Promise<CallRecord | null> =>
  readCallRecords(database.pool, database.name).findCallRecord(callId);
const closed = (callId: string): Promise<CallRecord> =>
  eventually(async () => {
    const found = await record(callId);
    return found?.endedAtMs == null ? null : found;
  });

describe('two controllers on one SQL Server, the first of which is killed', () => {
  it('leave one record of each call there, closed by the second one', async () => {
    for (const [state, end] of Object.entries(run.ends)) {
      expect(await closed(end.callId)).toMatchObject({
        ...{ outcome: 'answered', estimated: false, billableMs: end.billableMs, calledNumber: number, code: '12345' },
        ...(state === 'keying'
          ? { controller: 'second', closedBy: 'event' }
          : { controller: 'first', closedBy: 'json-cdr' }),
      });
    }
    const { recordset } = await database.pool.request().query('SELECT CallId FROM dbo.CallRecords');
    expect(recordset).toHaveLength(4);
  });

  it('keep what the second one knows when the first one, which can only guess, is back', async () => {
    const all = Object.values(run.ends).map(({ callId }) => callId);
    const ofEnd = (each: CallRecord | null): object => ({
      ...{ outcome: each?.outcome, billableMs: each?.billableMs, endedAtMs: each?.endedAtMs },
      ...{ closedBy: each?.closedBy, estimated: each?.estimated, controller: each?.controller },
    });
    const before = await Promise.all(all.map(record));
    await run.first.start();
    const local = await openLocalStore({ file: run.first.file });
    await eventually(async () => {
      const open = await local.listCallRecords({ open: true });
      return open.length === 0 && (await local.outboxCounts()).waiting === 0 ? true : null;
    });
    const estimates = (await local.listCallRecords()).filter(({ estimated }) => estimated);
    expect(estimates.map(({ callId }) => callId).sort()).toEqual(
      [run.ends.ringing.callId, run.ends.talking.callId].sort(),
    );
    await local.close();
    const after = await Promise.all(all.map(record));
    expect(after.map(ofEnd)).toEqual(before.map(ofEnd));
    // What its open records alone could say is there now: which rule allowed the call, and when.
    for (const each of after) {
      expect(each?.rule).toMatch(/./);
      expect(each?.decidedAtMs).toBeGreaterThan(0);
    }
  });
});
