import { expect, it } from '@jest/globals';
import { defaultSettings } from '../../../src/rating/rate-table-settings.ts';
import type { RatesBatch, StoredRate } from '../../../src/store/ports/rate-replica.ts';
import { catchUpPrices } from '../../../src/store/replication/catch-up-prices.ts';
import type { LocalStore } from '../../../src/store/sqlite/store.ts';
import { rateTerms } from '../rates-contract.ts';
import { closedRecord, storedAccount } from '../records.ts';
import { temporaryStores } from '../sqlite/temporary.ts';

const { open } = temporaryStores();

const nothing: RatesBatch = {
  ...{ tables: null, rates: [], removedRates: [], complete: null, assignments: [], position: null },
};
const tableOf = (id: number, isDefault: boolean) => ({
  ...{ id, name: `table ${id}`, currency: 'USD', ...defaultSettings('USD'), isDefault, version: 1 },
});
/** One to all of the United States, for the connection alone. */
const rateOf = (id: number, tableId: number, connectFeeMicros: number): StoredRate => ({
  ...{ id, tableId, version: 1, ...rateTerms('1', { connectFeeMicros, priceMicros: 0 }) },
});
const tables = [tableOf(1, true), tableOf(2, false)];

let calls = 0;
async function call(store: LocalStore, accountId: number): Promise<string> {
  const callId = `call-${(calls += 1)}`;
  const startedAtMs = Date.now();
  const times = { startedAtMs, answeredAtMs: startedAtMs, endedAtMs: startedAtMs + 1000, billableMs: 1000 };
  const number = { calledE164: '+18016424655', calledNumber: '18016424655', callType: 'national' as const };
  await store.save(closedRecord(callId, { ...times, ...number, accountId, departmentId: null, outcome: 'answered' }));
  return callId;
}

async function priceOf(store: LocalStore, callId: string): Promise<number | string> {
  const { price } = (await store.listCallPrices(callId)).find(({ isCurrent }) => isCurrent) ?? {};
  return price?.kind === 'priced' ? price.chargeMicros : (price?.kind ?? 'none');
}

async function withAccounts(): Promise<LocalStore> {
  const store = await open();
  const accounts = [storedAccount(1, '1'), storedAccount(2, '2')];
  const rest = { departments: [], extensions: [], destinations: [], removed: [], complete: [], position: null };
  await store.applyDirectory({ ...rest, accounts });
  return store;
}

it('calls that were priced before the copy of the rates was complete are priced by it', async () => {
  const store = await withAccounts();
  const prices = catchUpPrices(store, Date.now, true);
  await prices.begin();
  const before = await call(store, 1);
  await store.applyRates({ ...nothing, tables, rates: [rateOf(1, 1, 10_000), rateOf(2, 2, 20_000)] });
  const between = [await call(store, 1), await call(store, 2)];
  const assignments = [{ to: 'account' as const, id: 2, tableId: 2 }];
  await store.applyRates({ ...nothing, assignments });
  const all = [before, ...between];
  const found = () => Promise.all(all.map((callId) => priceOf(store, callId)));
  expect(await found()).toEqual(['unrated', 10_000, 10_000]);
  await prices.caughtUp(Date.now(), true);
  expect(await found()).toEqual([10_000, 10_000, 20_000]);
});

it('of calls from before this link only those without a rate are priced again, and none from before the copy was last complete', async () => {
  const store = await withAccounts();
  const first = catchUpPrices(store, Date.now, true);
  await first.begin();
  const longBefore = await call(store, 1);
  await first.caughtUp(Date.now() + 1, true);
  while (Date.now() <= ((await store.ratesCompleteAtMs()) ?? 0)) await new Promise((resolve) => setImmediate(resolve));
  // The link is gone; another one follows later.
  const unrated = await call(store, 1);
  await store.applyRates({ ...nothing, tables, rates: [rateOf(1, 1, 10_000)] });
  const rated = await call(store, 1);
  await store.applyRates({ ...nothing, rates: [rateOf(1, 1, 30_000)] });
  const nextMs = Date.now() + 1000;
  const next = catchUpPrices(store, () => nextMs, true);
  await next.begin();
  await next.caughtUp(nextMs, true);
  const all = [longBefore, unrated, rated];
  expect(await Promise.all(all.map((callId) => priceOf(store, callId)))).toEqual(['unrated', 30_000, 10_000]);
});

it('a price that a re-rating gave stays', async () => {
  const store = await withAccounts();
  const prices = catchUpPrices(store, Date.now, true);
  await prices.begin();
  const callId = await call(store, 1);
  await store.applyRates({ ...nothing, tables, rates: [rateOf(1, 1, 10_000)] });
  await store.rerate({ fromMs: 0, untilMs: Date.now() + 1000, madeBy: 'test', dryRun: false });
  await store.applyRates({ ...nothing, rates: [rateOf(1, 1, 30_000)] });
  await prices.caughtUp(Date.now(), true);
  expect(await priceOf(store, callId)).toBe(10_000);
});
