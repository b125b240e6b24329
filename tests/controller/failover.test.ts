import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../src/words/call-record.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { eventually } from '../support/controller.ts';
import { failOver, number, type Failover } from '../support/failover.ts';

let run: Failover;
beforeAll(async () => {
  run = await failOver({ '--entry-first-digit-ms': '1000', '--entry-digit-ms': '500' });
}, 60_000);
afterAll(() => run.dispose());

async function records(file: string): Promise<Map<string, CallRecord>> {
  const store = await openLocalStore({ file });
  const all = await store.listCallRecords();
  await store.close();
  return new Map(all.map((record) => [record.callId, record]));
}

describe('when the first of two controllers is killed', () => {
  it('the next call goes to the second one at once', async () => {
    const { end, heardAfterMs } = run.late;
    expect(end).toMatchObject({ served: true, answered: true });
    expect(heardAfterMs).toBeLessThan(1_500);
    const record = (await records(run.second.file)).get(end.callId);
    expect(record).toMatchObject({ controller: 'second', outcome: 'answered', billableMs: end.billableMs });
  });

  it('a caller who was keying is asked again by the second one', async () => {
    const { keying } = run.ends;
    expect(keying).toMatchObject({ answered: true, calledNumber: number, keyed: ['123', `12345**${number}#`] });
    const record = (await records(run.second.file)).get(keying.callId);
    expect(record).toMatchObject({ controller: 'second', closedBy: 'event', billableMs: keying.billableMs });
  });

  it.each(['ringing', 'talking'] as const)(
    'and a call that was %s goes on, and is closed by its CDR at the second one, which never had it',
    async (state) => {
      const end = run.ends[state];
      expect(end.answered).toBe(true);
      expect(end.billableMs).toBeGreaterThanOrEqual(2_480);
      const mine = await records(run.second.file);
      expect(mine.get(end.callId)).toMatchObject({
        ...{ controller: 'first', outcome: 'answered', closedBy: 'json-cdr', estimated: false },
        ...{ billableMs: end.billableMs, calledNumber: number, code: '12345', accountName: 'Account 12345' },
      });
      expect((await records(run.first.file)).get(end.callId)).toMatchObject({ endedAtMs: null, code: '12345' });
    },
  );

  it('it closes the records that it left open once it is back', async () => {
    await run.first.start();
    const left = Object.values(run.ends).map(({ callId }) => callId);
    const closed = await eventually(async () => {
      const own = await records(run.first.file);
      return left.every((callId) => own.get(callId)?.endedAtMs != null) ? own : null;
    }, 20_000);
    // Nobody can tell it how those ended: it says that it estimates, and the system of record keeps what the other one knows.
    for (const callId of left) expect(closed.get(callId)).toMatchObject({ reason: 'connection-lost' });
    for (const state of ['ringing', 'talking'] as const) {
      expect(closed.get(run.ends[state].callId)).toMatchObject({ estimated: true });
    }
  });
});
