import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { VersionedRow } from '../../../src/store/ports/console-replica.ts';
import type { LocalStore } from '../../../src/store/sqlite/store.ts';
import type { Alert, DeliveryNote } from '../../../src/words/alert.ts';
import { runs, seed } from '../../support/random.ts';
import { temporaryStores } from '../sqlite/temporary.ts';
import { database, share, shareTwice, systemOfRecord } from './two-consoles.ts';

const { open } = temporaryStores();
const day = 86_400_000;
const number = '+18016424655';

const alert = (more: Partial<Alert> = {}): Alert => ({
  ...{ id: randomUUID(), kind: 'limit', level: 'warning', atMs: 1_700_000_000_000, controller: 'first', callId: null },
  ...{ text: `calls to ${number}`, fields: { number } },
  ...more,
});

const shown = (store: LocalStore, callId?: string) =>
  store.listAlerts({ limit: 100, ...(callId === undefined ? {} : { callId }) });
const due = async (store: LocalStore): Promise<number> =>
  (await store.undelivered({ way: 'e-mail', isEmergency: false }, 100)).length;
const failed = (alertId: string, error: string): DeliveryNote => ({
  ...{ alertId, way: 'e-mail', kind: 'failed', tries: 1, error, left: null, againAtMs: 2 },
});

describe('alerts of two controllers', () => {
  it('are shown by both with what became of them, and delivered by the one that saw them', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    const [seen, other] = [alert({ callId: 'call-1' }), alert({ controller: 'second', level: 'critical', atMs: 2e12 })];
    await first.keepAlert(seen, ['e-mail', 'webhook']);
    await second.keepAlert(other, []);
    await shareTwice(record, first, second);
    expect(await shown(second)).toEqual(await shown(first));
    expect((await shown(second)).map(({ id }) => id)).toEqual([other.id, seen.id]);
    expect(await shown(second, 'call-1')).toMatchObject([
      { ...seen, deliveries: [{ way: 'e-mail', tries: 0, deliveredAtMs: null }, { way: 'webhook' }] },
    ]);
    expect([await due(first), await due(second)]).toEqual([1, 0]);

    await first.noteDelivery(failed(seen.id, 'mail.example refused'));
    await first.noteDelivery({ alertId: seen.id, way: 'webhook', kind: 'delivered', atMs: 5 });
    await shareTwice(record, first, second);
    expect(await shown(second)).toEqual(await shown(first));
    expect(await shown(second, 'call-1')).toMatchObject([
      {
        deliveries: [
          { way: 'e-mail', error: 'mail.example refused' },
          { way: 'webhook', deliveredAtMs: 5 },
        ],
      },
    ]);
    expect([await due(first), await due(second)]).toEqual([1, 0]);
  });

  it('lose a number everywhere, whichever of them takes it out, and however they meet then', async () => {
    for (const erases of [0, 1] as const) {
      const record = systemOfRecord();
      const stores = [await open(), await open()] as const;
      const seen = alert();
      await stores[0].keepAlert(seen, ['e-mail']);
      await stores[0].noteDelivery(failed(seen.id, `no mail about ${number}`));
      await shareTwice(record, ...stores);
      await stores[erases].eraseWords({ number });
      expect(await stores[erases].placesOf(number)).toEqual([]);
      // Meanwhile it goes on where it was seen.
      await stores[0].noteDelivery({ alertId: seen.id, way: 'e-mail', kind: 'delivered', atMs: 5 });
      await shareTwice(record, ...stores);
      await shareTwice(record, ...stores);
      for (const store of stores) expect(await shown(store)).toMatchObject([{ text: '(erased)', fields: {} }]);
      // What became of it stays, but for what was said of that; it is newest where it was seen.
      expect(await shown(stores[0])).toMatchObject([{ deliveries: [{ deliveredAtMs: 5 }] }]);
      const there = erases === 0 ? { deliveredAtMs: 5 } : { error: '(erased)' };
      expect(await shown(stores[1])).toMatchObject([{ deliveries: [{ way: 'e-mail', ...there }] }]);
      expect(JSON.stringify([...record.rows.values()])).not.toContain(number);
      for (const store of stores) expect(await store.placesOf(number)).toEqual([]);
    }
  });

  it('go by age on each side, and come back from none', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    await first.keepAlert(alert({ text: 'old' }), []);
    await shareTwice(record, first, second);
    await first.keepAlert(alert({ text: 'new', atMs: 1_700_000_000_000 + 401 * day }), []);
    await shareTwice(record, first, second);
    expect((await shown(first)).map(({ text }) => text)).toEqual(['new']);
    expect((await shown(second)).map(({ text }) => text)).toEqual(['new', 'old']);
    expect([...record.rows.values()].every(({ content }) => content['gone'] === undefined)).toBe(true);
  });

  it('are sent again to a database that was restored, or is another one', async () => {
    const store = await open();
    await store.keepAlert(alert(), []);
    await share(store, systemOfRecord().of('first'));
    const empty = systemOfRecord();
    await share(store, empty.of('first'), { ...database, historyId: '2' });
    expect(empty.rows.size).toBe(1);
    const another = systemOfRecord();
    await share(store, another.of('first'), { databaseId: 'b', historyId: '1' });
    expect(another.rows.size).toBe(1);
  });

  it('are sent in sets, and what others changed is read in between', async () => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    for (let count = 0; count < 1_050; count += 1) await first.keepAlert(alert({ id: `alert ${count}` }), []);
    await share(first, record.of('first'));
    expect(record.rows.size).toBe(1_000);
    await share(first, record.of('first'));
    await share(second, record.of('second'));
    expect(record.rows.size).toBe(1_050);
    expect(await second.listAlerts({ limit: 2_000 })).toHaveLength(1_050);
  });

  it.each([
    ['kind', 'nuisance', /"nuisance" is no kind of alert/],
    ['level', 'dire', /"dire" is not a level/],
    ['atMs', 'yesterday', /"yesterday" is not a moment/],
    ['atMs', 8.64e15 + 1, /is not a moment/],
    ['fields', '[1', /its fields are not a JSON object/],
    ['text', null, /NOT NULL/],
  ])('with %s %j, by hand, are named, and the others shown', async (name, value, reason) => {
    const record = systemOfRecord();
    const [first, second] = [await open(), await open()];
    await first.keepAlert(alert({ text: 'good' }), []);
    await first.keepAlert(alert({ text: 'spoilt' }), []);
    await share(first, record.of('first'));
    for (const [key, row] of record.rows)
      if (row.content['text'] === 'spoilt') record.rows.set(key, spoilt(row, name, value));
    expect(await share(second, record.of('second'))).toEqual([expect.stringMatching(reason)]);
    expect((await shown(second)).map(({ text }) => text)).toEqual(['good']);
  });

  it('whose deliveries somebody spoilt are shown without them, and lose a number all the same', async () => {
    const values = ['{', '7', '[7, null, {"way": "pigeon"}]', '[{"way": "webhook", "tries": "x", "error": 7}]'];
    for (const value of [...values, `{ "${number}`, `["${number}", {"way": "${number}"}]`]) {
      const record = systemOfRecord();
      const [first, second] = [await open(), await open()];
      await first.keepAlert(alert(), ['webhook']);
      await share(first, record.of('first'));
      for (const [key, row] of record.rows) record.rows.set(key, spoilt(row, 'deliveries', value));
      expect(await share(second, record.of('second'))).toEqual([]);
      const [only] = await shown(second);
      expect(only?.deliveries.map(({ way, tries, error }) => [way, tries, error])).toEqual(
        value.includes('webhook') ? [['webhook', 0, null]] : [],
      );
      await second.eraseWords({ number });
      expect(await second.placesOf(number)).toEqual([]);
    }
  });
});

const spoilt = (row: VersionedRow, name: string, value: string | number | null): VersionedRow => ({
  ...row,
  content: { ...row.content, [name]: value },
});

type Step = { at: number; does: 'keep' | 'deliver' | 'fail' | 'erase' | 'share' };
const steps = fc.array(
  fc.record({
    at: fc.nat({ max: 2 }),
    does: fc.constantFrom<Step['does']>('keep', 'keep', 'deliver', 'fail', 'erase', 'share', 'share', 'share'),
  }),
  { minLength: 5, maxLength: 40 },
);

async function play(stores: readonly LocalStore[], record: ReturnType<typeof systemOfRecord>, all: readonly Step[]) {
  const own: string[][] = stores.map(() => []);
  for (const [count, { at, does }] of all.entries()) {
    const [store, ids] = [stores[at], own[at]];
    if (store === undefined || ids === undefined) continue;
    const alertId = ids[count % Math.max(1, ids.length)] ?? '';
    if (does === 'keep') {
      const kept = alert({ controller: `c${at}`, atMs: 1_700_000_000_000 + count });
      await store.keepAlert(kept, ['e-mail']);
      ids.push(kept.id);
    } else if (does === 'deliver') await store.noteDelivery({ alertId, way: 'e-mail', kind: 'delivered', atMs: count });
    else if (does === 'fail') await store.noteDelivery(failed(alertId, `error ${count} of ${number}`));
    else if (does === 'erase') await store.eraseWords({ number });
    else await share(store, record.of(`c${at}`));
  }
  return own;
}

it('whatever happens at three controllers, all show the same in the end, each delivers its own, and a number that all took out is nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const record = systemOfRecord();
      const stores = [await open(), await open(), await open()];
      const own = await play(stores, record, all);
      const meet = async () => {
        for (let look = 0; look < 3; look += 1)
          for (const [at, store] of stores.entries()) expect(await share(store, record.of(`c${at}`))).toEqual([]);
      };
      await meet();
      const [first, ...others] = await Promise.all(stores.map((store) => shown(store)));
      expect(first).toHaveLength(own.flat().length);
      for (const other of others) expect(other).toEqual(first);
      for (const [at, store] of stores.entries()) {
        const waiting = await store.undelivered({ way: 'e-mail', isEmergency: false }, 100);
        expect(waiting.filter((one) => !own[at]?.includes(one.alert.id))).toEqual([]);
      }
      for (const store of stores) await store.eraseWords({ number });
      await meet();
      expect(JSON.stringify([...record.rows.values()])).not.toContain(number);
      for (const store of stores) expect(await store.placesOf(number)).toEqual([]);
    }),
    { numRuns: runs(60, 12), seed },
  );
}, 1_300_000);
