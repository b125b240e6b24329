import { describe, expect, it } from '@jest/globals';
import type { LocalStore } from '../../../src/store/sqlite/store.ts';
import { callRecordOf } from '../../../src/words/call-record.ts';
import { temporaryStores } from './temporary.ts';

const { open } = temporaryStores();
const record = callRecordOf({
  ...{ callId: 'call-1', switchName: 'fs1', controller: 'c1', entry: 'shortcut', extension: '201', callerName: 'Kim' },
  ...{ startedAtMs: 1_800_000_000_000, endedAtMs: 1_800_000_001_000, outcome: 'abandoned', closedBy: 'event' },
});
const waiting = async (store: LocalStore, target: string): Promise<string[]> =>
  (await store.dueHooks(target, Infinity, 100)).map(({ event }) => `${event.kind} ${event.told.record.callId}`);

describe('events that programs are told', () => {
  it('are kept with the record, for those who want them, until each has taken them', async () => {
    const store = await open();
    await store.save(record);
    await store.keepHookTargets([
      { name: 'crm', kinds: ['ended', 'moved'] },
      { name: 'erp', kinds: ['ended', 'started'] },
      { name: 'pop', kinds: ['answered'] },
    ]);
    await store.save({ ...record, callId: 'call-2' });
    const [post] = await store.dueHooks('crm', Infinity, 100);
    expect(await waiting(store, 'crm')).toEqual(['ended call-2']);
    expect(await waiting(store, 'erp')).toEqual(['ended call-2']);
    expect(await waiting(store, 'pop')).toEqual([]);
    await store.settleHooks([{ target: 'crm', seq: post?.seq ?? 0, taken: true }]);
    expect([await waiting(store, 'crm'), await waiting(store, 'erp')]).toEqual([[], ['ended call-2']]);
    await store.keepHookTargets([{ name: 'crm', kinds: ['ended'] }]);
    await store.keepHookTargets([{ name: 'erp', kinds: ['ended'] }]);
    expect(await waiting(store, 'erp')).toEqual([]);
  });

  it('come again only when they are due, and all at once where their target is back', async () => {
    const store = await open();
    await store.keepHookTargets([{ name: 'crm', kinds: ['ended'] }]);
    await store.save(record);
    await store.save({ ...record, callId: 'call-2' });
    const far = Date.now() + 1e9;
    const due = await store.dueHooks('crm', far, 100);
    await store.settleHooks(due.map(({ seq }) => ({ target: 'crm', seq, taken: false, tries: 1, againAtMs: far })));
    expect(await store.dueHooks('crm', far - 1, 100)).toEqual([]);
    await store.hurryHooks('crm');
    expect((await store.dueHooks('crm', 1, 100)).map(({ tries }) => tries)).toEqual([1, 1]);
  });

  it('that are too many or too old are dropped, the oldest first, and counted', async () => {
    const store = await open();
    await store.keepHookTargets([{ name: 'crm', kinds: ['started'] }]);
    const told = { price: null, before: null, move: null };
    await store.noteHooks(
      [1, 2, 3, 4, 5].map((n) => ({
        kind: 'started',
        atMs: n,
        told: { ...told, record: { ...record, callId: `c${n}` } },
      })),
    );
    expect(await store.countHooks('crm')).toEqual({ waiting: 5, oldestAtMs: 1 });
    expect(await store.trimHooks('crm', 3, 2)).toEqual({ tooOld: 1, tooMany: 1 });
    expect(await waiting(store, 'crm')).toEqual(['started c3', 'started c4', 'started c5']);
    expect(await store.trimHooks('crm', 3, 2)).toEqual({ tooOld: 0, tooMany: 0 });
  });

  it('say nothing any more of somebody who was erased, or of calls whose numbers were shortened or removed', async () => {
    for (const forget of ['erase', 'shorten', 'codes', 'remove'] as const) {
      const store = await open();
      await store.keepHookTargets([{ name: 'crm', kinds: ['ended'] }]);
      await store.save({ ...record, code: '12345', keyedNumber: '8016424655' });
      expect(await waiting(store, 'crm')).toHaveLength(1);
      const old = { beforeMs: record.startedAtMs + 1, limit: 10 };
      if (forget === 'erase')
        await store.eraseCalls({ whose: { extension: '201', accountId: null, number: null }, callIds: ['call-1'] });
      if (forget === 'shorten') await store.shortenSome({ ...old, hiddenDigits: 3 });
      if (forget === 'codes') await store.forgetSomeCodes(old);
      if (forget === 'remove') await store.removeSome(old);
      expect(await waiting(store, 'crm')).toEqual([]);
    }
  });
});
