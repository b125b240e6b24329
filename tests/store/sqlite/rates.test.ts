import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it } from '@jest/globals';
import type { Rate, RateTerms } from '../../../src/rating/rate.ts';
import { pickRate } from '../../../src/rating/rate.ts';
import type { RatesImport, RatesImportOptions, RatesSource } from '../../../src/store/ports/rate-store.ts';
import type { LocalStore } from '../../../src/store/sqlite/store.ts';
import { randomFrom } from '../../support/random.ts';
import { rateTerms as terms } from '../rates-contract.ts';
import { closedRecord, openRecord, plainAccount } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { open, aFile } = temporaryStores();
const day = 86_400_000;

/** Rates as if each stood in a line of its own, from line 2 on. */
const sourceOf = (rates: readonly RateTerms[], currency: string | null = 'USD'): RatesSource => ({
  name: 'rates.csv',
  currency: () => currency,
  async *batches() {
    for (let at = 0; at < rates.length; at += 1000) {
      await pause(0);
      yield rates.slice(at, at + 1000).map((rate, index) => ({ line: at + index + 2, rates: [rate] }));
    }
  },
});

const load = (store: LocalStore, rates: readonly RateTerms[], options?: RatesImportOptions, table = 'default') =>
  store.importRates(table, sourceOf(rates), options);

async function loaded(store: LocalStore, table = 'default'): Promise<Rate[]> {
  const all: Rate[] = [];
  for await (const rates of store.exportRates(table)) all.push(...rates);
  return all;
}
const withoutIds = (rates: readonly Rate[]): RateTerms[] =>
  rates.map((rate) => {
    const { prefix, destination, connectFeeMicros, priceMicros, firstIncrementMs, nextIncrementMs } = rate;
    const { minimumChargeMicros, validFromMs, validUntilMs, scope, status, graceMs, tiers } = rate;
    const times = { firstIncrementMs, nextIncrementMs, validFromMs, validUntilMs };
    return {
      prefix,
      destination,
      connectFeeMicros,
      priceMicros,
      minimumChargeMicros,
      scope,
      status,
      graceMs,
      tiers,
      ...times,
    };
  });
const problemsOf = (result: RatesImport) =>
  result.kind === 'refused' ? result.problems.list().map(({ line, error }) => `${line}: ${error}`) : [];
const countsOf = (result: RatesImport) => {
  if (result.kind === 'refused') return null;
  const { added, changed, removed, unchanged } = result.difference;
  return [added, changed, removed, unchanged];
};

describe('importing rates', () => {
  it('makes the first table the default, and keeps every field', async () => {
    const store = await open();
    const rates = [
      terms('1', { minimumChargeMicros: 7, validFromMs: 5, validUntilMs: day }),
      terms('1801', { firstIncrementMs: 100, nextIncrementMs: 100 }),
    ];
    const result = await load(store, rates);
    expect(result).toMatchObject({ kind: 'imported', table: 'default', version: 1 });
    expect(countsOf(result)).toEqual([2, 0, 0, 0]);
    expect(withoutIds(await loaded(store))).toEqual(rates);
    expect(await store.listRateTables()).toMatchObject([
      { name: 'default', isDefault: true, currency: 'USD', rates: 2, version: 1, source: 'rates.csv' },
    ]);
    await load(store, rates, {}, 'second');
    expect((await store.listRateTables()).map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['default', true],
      ['second', false],
    ]);
  });

  it('replaces the whole table, and shows the difference', async () => {
    const store = await open();
    await load(store, [terms('1'), terms('44'), terms('33')]);
    const next = [terms('1'), terms('44', { priceMicros: 1 }), terms('49')];
    const dry = await load(store, next, { dryRun: true });
    expect(countsOf(dry)).toEqual([1, 1, 1, 1]);
    expect(dry).toMatchObject({
      kind: 'compared',
      difference: {
        examples: {
          added: [{ prefix: '49' }],
          changed: [{ from: { prefix: '44', priceMicros: 120_000 }, to: { prefix: '44', priceMicros: 1 } }],
          removed: [{ prefix: '33' }],
        },
      },
    });
    expect((await loaded(store)).map(({ prefix }) => prefix)).toEqual(['1', '33', '44']);

    expect(await load(store, next)).toMatchObject({ kind: 'imported', version: 2 });
    expect((await loaded(store)).map(({ prefix, version }) => [prefix, version])).toEqual([
      ['1', 2],
      ['44', 2],
      ['49', 2],
    ]);
  });

  it('from a given day on keeps the present rates until then', async () => {
    const store = await open();
    await load(store, [terms('1', { priceMicros: 1 }), terms('44', { validFromMs: 20 * day }), terms('33')]);
    const result = await load(store, [terms('1', { priceMicros: 2, validFromMs: 10 * day })], { fromMs: 10 * day });
    expect(countsOf(result)).toEqual([1, 2, 1, 0]);
    expect(
      (await loaded(store)).map(({ prefix, priceMicros, validUntilMs }) => [prefix, priceMicros, validUntilMs]),
    ).toEqual([
      ['1', 1, 10 * day],
      ['1', 2, null],
      ['33', 120_000, 10 * day],
    ]);
    const early = await load(store, [terms('1', { validFromMs: 5 })], { fromMs: day });
    expect(problemsOf(early)).toEqual([expect.stringContaining('before the day from which')]);
  });

  it.each<[string, RateTerms[], string]>([
    ['a duplicate', [terms('1'), terms('44'), terms('1')], '4: prefix 1 is a duplicate of the one in line 2'],
    [
      'validity that overlaps',
      [terms('1', { validFromMs: 5, validUntilMs: 9 }), terms('1', { validFromMs: 8 })],
      '3: prefix 1: its validity period overlaps with the one in line 2',
    ],
    ['nothing', [], '1: the file contains no rates'],
  ])('refuses %s and keeps the present rates', async (_what, rates, problem) => {
    const store = await open();
    await load(store, [terms('7')]);
    expect(problemsOf(await load(store, rates))).toEqual([problem]);
    expect((await loaded(store)).map(({ prefix }) => prefix)).toEqual(['7']);
  });

  it('refuses another currency than the table’s, none, or an unknown one', async () => {
    const store = await open();
    const none = store.importRates('new', sourceOf([terms('1')], null));
    await expect(none).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('needs a currency') });
    const unknown = store.importRates('new', sourceOf([terms('1')], 'XXX'));
    await expect(unknown).rejects.toMatchObject({ code: 'invalid' });
    await load(store, [terms('1')]);
    const other = store.importRates('default', sourceOf([terms('1')], 'EUR'));
    await expect(other).rejects.toMatchObject({ message: 'The rates are in EUR, and the table "default" is in USD.' });
    expect((await store.listRateTables()).length).toBe(1);
  });

  it('leaves nothing behind if its file breaks off', async () => {
    const store = await open();
    await load(store, [terms('7')]);
    const broken: RatesSource = {
      ...sourceOf([]),
      async *batches() {
        yield await Promise.resolve([{ line: 2, rates: [terms('1')] }]);
        throw new Error('the network drive is gone');
      },
    };
    await expect(store.importRates('default', broken)).rejects.toThrow('the network drive is gone');
    expect((await loaded(store)).map(({ prefix }) => prefix)).toEqual(['7']);
  });

  it('keeps every version, and removes what a killed import left', async () => {
    const file = aFile();
    const store = await open({ file });
    const versions = () => {
      const db = new Database(file, { readonly: true });
      const found = db.prepare('SELECT DISTINCT version FROM rates ORDER BY version').pluck().all();
      db.close();
      return found;
    };
    for (let n = 0; n < 3; n++) await load(store, [terms('1', { priceMicros: n })]);
    expect(versions()).toEqual([1, 2, 3]);
    // As a process that was killed two hours ago leaves it.
    const db = new Database(file);
    db.prepare("INSERT INTO rate_imports (table_id, version, source, started_at) VALUES (1, 4, 'x', ?)").run(
      Date.now() - 7_200_000,
    );
    db.prepare(
      `INSERT INTO rates (table_id, version, prefix, destination, connect_fee_micros, price_micros, first_increment_ms, next_increment_ms, minimum_charge_micros)
SELECT 1, 4, '99', 'x', 0, 0, 0, 1, 0 FROM rates WHERE version = 3`,
    ).run();
    db.close();
    expect((await loaded(store)).map(({ prefix }) => prefix)).toEqual(['1']);
    await load(store, [terms('1', { priceMicros: 9 })]);
    expect(versions()).toEqual([1, 2, 3, 4]);
    expect((await loaded(store)).map(({ prefix, priceMicros }) => [prefix, priceMicros])).toEqual([['1', 9]]);
  });

  it('gives way to call records, which are saved meanwhile', async () => {
    const store = await open();
    const rates = Array.from({ length: 100_000 }, (_, index) => terms(String(1_000_000 + index)));
    const state = { running: true };
    const importing = load(store, rates).finally(() => (state.running = false));
    const waits: number[] = [];
    while (state.running) {
      const start = performance.now();
      await store.save(openRecord(`call-${waits.length}`));
      waits.push(performance.now() - start);
      await pause(5);
    }
    expect(await importing).toMatchObject({ kind: 'imported' });
    waits.sort((a, b) => a - b);
    expect(waits.length).toBeGreaterThan(10);
    // Generous, because fsync is as slow as the disk: without the pauses it is the whole import.
    expect(waits[Math.floor(waits.length * 0.9)]).toBeLessThan(250);
  });

  it('finds the same rate as a scan of all rates does, through one query', async () => {
    const store = await open();
    const random = randomFrom(11);
    const prefixes = new Set<string>();
    while (prefixes.size < 20_000) prefixes.add(String(1 + random(10 ** (1 + random(8)))));
    const rates = [...prefixes].flatMap((prefix) => [
      terms(prefix, { priceMicros: random(1e6) }),
      ...(random(3) === 0 ? [terms(prefix, { priceMicros: random(1e6), validFromMs: random(100) })] : []),
    ]);
    await load(store, rates);
    const table = (await store.listRateTables())[0];
    const stored = await loaded(store);
    expect(stored.length).toBe(rates.length);
    for (let n = 0; n < 300; n++) {
      const number = `+${1 + random(9)}${String(random(1e9)).padStart(9, '0')}`;
      const atMs = random(100);
      const candidates = await store.ratesFor(table?.id ?? 0, number);
      const scanned = stored.filter(({ prefix }) => number.startsWith(`+${prefix}`));
      expect(pickRate(candidates, atMs)).toEqual(pickRate(scanned, atMs));
    }
  });
});

describe('rate tables', () => {
  it('are the account’s, or else the department’s, or else the default one', async () => {
    const store = await open();
    const account = await store.addAccount({ ...plainAccount('100'), department: 'Legal' });
    const call = { accountId: account.id, departmentId: account.departmentId };
    expect(await store.rateTableOf(call)).toBeNull();
    for (const name of ['main', 'legal', 'special']) await store.saveRateTable(name, { currency: 'USD' });
    await store.saveRateTable('main', { isDefault: true });
    await store.assignRateTable({ department: 'Legal' }, 'legal');
    await store.assignRateTable({ accountCode: '100' }, 'special');
    const found = async (of: Parameters<LocalStore['rateTableOf']>[0]) => {
      const assigned = await store.rateTableOf(of);
      return [assigned?.table.name, assigned?.by];
    };
    expect(await found(call)).toEqual(['special', 'account']);
    await store.assignRateTable({ accountCode: '100' }, null);
    expect(await found(call)).toEqual(['legal', 'department']);
    expect(await found({ accountId: null, departmentId: null })).toEqual(['main', 'default']);
  });

  it('refuse accounts, departments and tables that do not exist', async () => {
    const store = await open();
    await store.addAccount(plainAccount('100'));
    const refused = (promise: Promise<unknown>, message: string) =>
      expect(promise).rejects.toMatchObject({ name: 'StoreError', code: 'invalid', message });
    await refused(store.saveRateTable('x', {}), 'The new rate table "x" needs a currency.');
    await refused(store.saveRateTable('x', { currency: 'usd' }), '"usd" is not an ISO 4217 currency.');
    await refused(store.assignRateTable({ accountCode: '100' }, 'x'), 'There is no rate table "x".');
    await refused(store.assignRateTable({ accountCode: '101' }, null), 'No account has this code.');
    await refused(store.assignRateTable({ department: 'Y' }, null), 'There is no department "Y".');
    await load(store, [terms('1')]);
    await refused(
      store.saveRateTable('default', { currency: 'EUR' }),
      '"default" has rates in USD: import those in EUR into another table.',
    );
  });
});

const answeredCall = (callId: string, e164: string | null, changes = {}) =>
  closedRecord(callId, { calledE164: e164, callType: 'international', billableMs: 18_000, ...changes });

describe('the price of a call', () => {
  it('is kept with the closed record, with rate and arithmetic', async () => {
    const store = await open();
    await load(store, [terms('44'), terms('4420', { priceMicros: 240_000 })]);
    const record = answeredCall('a', '+442071234567');
    await store.save(openRecord('a'));
    expect(await store.listCallPrices('a')).toEqual([]);
    await store.save(record);
    const [rate] = await store.ratesFor(1, '+4420');
    expect(await store.listCallPrices('a')).toEqual([
      {
        callId: 'a',
        version: 1,
        isCurrent: true,
        pricedAtMs: expect.any(Number),
        reratingId: null,
        settles: null,
        price: {
          kind: 'priced',
          currency: 'USD',
          costMicros: 170_000,
          chargeMicros: 170_000,
          billedMs: 30_000,
          tableId: 1,
          rateId: rate?.id,
          rateVersion: 1,
          prefix: '4420',
          destination: 'to 4420',
          arithmetic: '18 s → 1×30 s first + 0×6 s × 0.24/min + 0.05 connect = 0.17',
        },
      },
    ]);
    // Closing twice changes nothing.
    await store.save({ ...record, billableMs: 600_000 });
    expect((await store.listCallPrices('a')).length).toBe(1);
  });

  it('goes by the rate at the moment it was answered', async () => {
    const store = await open();
    const at = 1_770_000_000_000;
    await load(store, [terms('44'), terms('44', { priceMicros: 0, validFromMs: at })]);
    await store.save(answeredCall('before', '+4420', { answeredAtMs: at - 1 }));
    await store.save(answeredCall('after', '+4420', { answeredAtMs: at }));
    const costs = ['before', 'after'].map(async (id) => (await store.listCallPrices(id))[0]?.price);
    expect(await Promise.all(costs)).toMatchObject([{ costMicros: 110_000 }, { costMicros: 50_000 }]);
  });

  it('is distinguished as free, unrated or none', async () => {
    const store = await open({ rules: { freeCallTypes: ['internal'], timeZone: 'UTC' } });
    const priceOf = async (callId: string) => (await store.listCallPrices(callId))[0]?.price;
    await store.save(answeredCall('no table', '+4420'));
    await load(store, [terms('44')]);
    await store.save(answeredCall('no rate', '+3312345678'));
    await store.save(answeredCall('no number', null));
    await store.save(answeredCall('internal', null, { callType: 'internal' }));
    await store.save(answeredCall('toll-free', '+448001234567', { callType: 'toll-free' }));
    await store.save(answeredCall('busy', '+4420', { answeredAtMs: null, outcome: 'busy', billableMs: 0 }));
    expect(await priceOf('no table')).toEqual({ kind: 'unrated', why: 'no-rate-table' });
    expect(await priceOf('no rate')).toEqual({ kind: 'unrated', why: 'no-rate' });
    expect(await priceOf('no number')).toEqual({ kind: 'unrated', why: 'no-number' });
    expect(await priceOf('internal')).toEqual({ kind: 'free', why: 'free-call-type' });
    expect(await priceOf('toll-free')).toMatchObject({ kind: 'priced' });
    expect(await priceOf('busy')).toBeUndefined();
  });

  it('never keeps a record from being saved', async () => {
    const file = aFile();
    const store = await open({ file });
    await load(store, [terms('44')]);
    const db = new Database(file);
    db.prepare("UPDATE rate_tables SET rounding_mode = 'sideways'").run();
    db.close();
    await store.save(answeredCall('a', '+4420'));
    expect(await store.findCallRecord('a')).toMatchObject({ callId: 'a', billableMs: 18_000 });
    expect(await store.listCallPrices('a')).toEqual([]);
  });
});

describe('re-rating', () => {
  const period = { fromMs: 0, untilMs: 2_000_000_000_000, madeBy: 'anna' };

  async function withCalls() {
    const store = await open();
    await load(store, [terms('44'), terms('33')]);
    for (let n = 0; n < 450; n++) await store.save(answeredCall(`uk-${n}`, '+4420'));
    await store.save(answeredCall('fr', '+3312345678'));
    await store.save(answeredCall('at', '+4312345678'));
    return store;
  }
  const charges = async (store: LocalStore, callId: string) =>
    (await store.listCallPrices(callId)).map(({ price, isCurrent, reratingId }) => [
      price.kind === 'priced' ? price.chargeMicros : price.why,
      isCurrent,
      reratingId,
    ]);

  it('appends a version if the price changes, deletes nothing, and can be undone', async () => {
    const store = await withCalls();
    await load(store, [terms('44', { priceMicros: 240_000 }), terms('33'), terms('43')]);
    expect(await store.rerate({ ...period, dryRun: true })).toEqual({ id: null, calls: 452, changed: 451 });
    expect(await charges(store, 'uk-7')).toEqual([[110_000, true, null]]);

    const changes: string[] = [];
    const result = await store.rerate({ ...period, onChange: ({ callId }) => changes.push(callId) });
    expect(result).toEqual({ id: 1, calls: 452, changed: 451 });
    expect(changes.length).toBe(451);
    expect(await charges(store, 'uk-7')).toEqual([
      [170_000, true, 1],
      [110_000, false, null],
    ]);
    expect(await charges(store, 'at')).toEqual([
      [110_000, true, 1],
      ['no-rate', false, null],
    ]);
    expect((await charges(store, 'fr')).length).toBe(1);
    expect(await store.rerate(period)).toEqual({ id: null, calls: 452, changed: 0 });

    expect(await store.undoRerating(1, 'bert')).toEqual({ id: 2, calls: 451, changed: 451 });
    expect(await charges(store, 'uk-7')).toEqual([
      [110_000, true, 2],
      [170_000, false, 1],
      [110_000, false, null],
    ]);
    expect(await store.listReratings()).toMatchObject([
      { id: 2, undoes: 1, isUndone: false, madeBy: 'bert', calls: 451 },
      { id: 1, undoes: null, isUndone: true, madeBy: 'anna', calls: 451 },
    ]);
    await expect(store.undoRerating(1, 'bert')).rejects.toMatchObject({ message: 'Re-rating 1 was undone already.' });
    await expect(store.undoRerating(9, 'bert')).rejects.toMatchObject({ message: 'There is no re-rating 9.' });
  });

  it('affects calls that began in the period; undoing it skips those that were rerated since', async () => {
    const store = await withCalls();
    const start = (await store.findCallRecord('fr'))?.startedAtMs ?? 0;
    await store.save(answeredCall('later', '+4420', { startedAtMs: start + 1 }));
    await load(store, [terms('44', { priceMicros: 240_000 }), terms('33')]);
    expect(await store.rerate({ ...period, fromMs: start + 1 })).toMatchObject({ calls: 1, changed: 1 });
    expect(await store.rerate({ ...period, untilMs: start })).toMatchObject({ calls: 0 });
    await load(store, [terms('44', { priceMicros: 360_000 }), terms('33')]);
    await store.rerate(period);
    expect(await store.undoRerating(1, 'bert')).toMatchObject({ changed: 0 });
    expect((await charges(store, 'later'))[0]).toEqual([230_000, true, 2]);
  });

  it('gives a price to a call without one, which undoing removes', async () => {
    const file = aFile();
    const store = await open({ file });
    await load(store, [terms('44')]);
    await store.save(answeredCall('a', '+4420'));
    const db = new Database(file);
    db.prepare('DELETE FROM call_prices').run();
    db.close();
    expect(await store.rerate(period)).toMatchObject({ changed: 1 });
    await store.undoRerating(1, 'bert');
    expect(await charges(store, 'a')).toEqual([[110_000, false, 1]]);
  });
});
