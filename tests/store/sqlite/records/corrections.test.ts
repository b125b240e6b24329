import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../../src/words/call-record.ts';
import type { LocalStore } from '../../../../src/store/sqlite/store.ts';
import { closedRecord, openRecord } from '../../records.ts';
import { temporaryStores } from '../temporary.ts';

describe('a closed record in the local store', () => {
  const { open } = temporaryStores();
  let store: LocalStore;
  beforeEach(async () => {
    store = await open();
  });

  const estimate = closedRecord('call', { closedBy: 'controller', estimated: true, billableMs: 1000 });
  const cdr = closedRecord('call', { closedBy: 'json-cdr', estimated: false, billableMs: 2000 });
  const event = closedRecord('call', { closedBy: 'event', estimated: false, billableMs: 2001 });
  const stored = (): Promise<CallRecord | null> => store.findCallRecord('call');

  it('that was estimated is corrected by better knowledge, and its earlier version is kept', async () => {
    await store.save(estimate);
    await store.save(cdr);
    expect(await stored()).toEqual(cdr);
    const corrections = await store.listCorrections('call');
    expect(corrections).toMatchObject([{ before: estimate, after: cdr }]);
    expect(corrections).toHaveLength(1);
  });

  it('is never changed by equal or lesser knowledge', async () => {
    await store.save(event);
    for (const later of [cdr, estimate, { ...event, billableMs: 5 }, openRecord('call')]) await store.save(later);
    expect(await stored()).toEqual(event);
    expect(await store.listCorrections('call')).toEqual([]);
  });

  it('is priced again when corrected, and has no price if it was not answered after all', async () => {
    const prices = async (): Promise<unknown[]> =>
      (await store.listCallPrices('call')).map(({ version, isCurrent }) => ({ version, isCurrent }));
    await store.save(estimate);
    await store.save(cdr);
    expect(await prices()).toEqual([
      { version: 2, isCurrent: true },
      { version: 1, isCurrent: false },
    ]);
    await store.save({ ...event, outcome: 'cancelled', answeredAtMs: null, billableMs: 0 });
    expect(await prices()).toEqual([
      { version: 2, isCurrent: false },
      { version: 1, isCurrent: false },
    ]);
  });

  it('is reopened when a controller takes over a call that was given up as lost', async () => {
    await store.save({ ...estimate, answeredAtMs: null, billableMs: 0, outcome: 'interrupted' });
    await store.save(openRecord('call'));
    expect(await stored()).toEqual(openRecord('call'));
    await store.save(event);
    expect(await stored()).toEqual(event);
  });

  it('of a conversation stays as it is when its id comes again', async () => {
    await store.save(estimate);
    expect(await store.save(openRecord('call'))).toBe('call-over');
    expect(await stored()).toEqual(estimate);
  });

  it('leaves no trace if the better source says the same', async () => {
    await store.save(cdr);
    await store.save({ ...cdr, closedBy: 'event' });
    expect(await stored()).toMatchObject({ closedBy: 'event' });
    expect(await store.listCorrections('call')).toEqual([]);
  });

  it('needs no heartbeat any more', async () => {
    await store.save(openRecord('call'));
    await store.saveHeartbeats([{ callId: 'call', answeredAtMs: 5, heardAtMs: 10 }]);
    await store.saveHeartbeats([{ callId: 'call', answeredAtMs: null, heardAtMs: 20 }]);
    expect(await store.findHeartbeat('call')).toEqual({ callId: 'call', answeredAtMs: 5, heardAtMs: 20 });
    await store.save(event);
    await store.saveHeartbeats([]);
    expect(await store.findHeartbeat('call')).toBeNull();
  });
});
