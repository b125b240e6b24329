import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Rate, RateTable, RateTerms } from '../../src/rating/rate.ts';
import type { RatesImport, RatesImportOptions, RatesSource, RateStore } from '../../src/store/ports/rate-store.ts';
import type { Store } from '../../src/store/ports/store.ts';
import type { Column } from '../../src/words/column.ts';
import { rateColumns, rateTableColumns } from '../../src/store/tables/rate.ts';
import { plainAccount } from './records.ts';
import { plainTerms } from '../support/rates.ts';

/** What both stores can do with rates; prices are made in the local one alone. */
export type RatesContractStore = Pick<Store, 'addAccount'> &
  Pick<
    RateStore,
    | 'listRateTables'
    | 'saveRateTable'
    | 'assignRateTable'
    | 'rateTableOf'
    | 'ratesFor'
    | 'importRates'
    | 'exportRates'
    | 'listRateVersions'
  >;

const day = 86_400_000;

export const rateTerms = (prefix: string, changes: Partial<RateTerms> = {}): RateTerms => ({
  prefix,
  ...plainTerms,
  destination: `to ${prefix}`,
  connectFeeMicros: 50_000,
  priceMicros: 120_000,
  firstIncrementMs: 30_000,
  nextIncrementMs: 6_000,
  minimumChargeMicros: 0,
  validFromMs: null,
  validUntilMs: null,
  ...changes,
});

/** What a rate has of its own, without what the store adds. */
export const termsOf = (rate: RateTerms): RateTerms =>
  Object.fromEntries(
    (Object.keys(rateColumns) as (keyof RateTerms)[]).map((field) => [field, rate[field]]),
  ) as RateTerms;

/** A value that no other field has, as large as it may be where that bounds it. */
function distinct({ type }: Column, place: number): string | number | boolean {
  switch (type.kind) {
    case 'ascii':
      return 'a'.repeat(type.maximum);
    case 'text':
      return `${place} \u00e9\u6f22`.padEnd(Math.min(type.maximum, 100), 'x');
    case 'integer':
    case 'long':
      return 1_000 + place;
    case 'moment':
      return place * day + 1;
    case 'flag':
      return true;
  }
}

const distinctValues = (columns: Readonly<Record<string, Column>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(columns).map(([field, column], place) => [field, distinct(column, place)]));

/** A rate and a table whose every field has a value of its own, whatever fields there are. */
export const fullRate = {
  ...distinctValues(rateColumns),
  prefix: '441234567890123',
  scope: 'weekend',
  status: 'closed',
  tiers: Array.from({ length: 10 }, (_, at) => `${999_990 + at}:999999.99999${at === 0 ? 9 : at}`).join(' '),
} as RateTerms;
const fullTable = {
  ...distinctValues(rateTableColumns),
  ...{ name: 'full \u6f22', currency: 'CHF', roundingMode: 'half-even' },
  ...{ peakHours: 'Mon-Fri 08:00-18:00,Sat 09:00-12:00', holidays: '12-25,2026-11-26', timeZone: 'America/Denver' },
} as Omit<RateTable, 'id'>;

/** Rates as if each stood in a line of its own, from line 2 on. */
export const ratesSource = (rates: readonly RateTerms[], currency: string | null = 'USD'): RatesSource => ({
  name: 'rates.csv',
  currency: () => currency,
  async *batches() {
    for (let at = 0; at < rates.length; at += 1000) {
      yield await Promise.resolve(
        rates.slice(at, at + 1000).map((rate, index) => ({ line: at + index + 2, rates: [rate] })),
      );
    }
  },
});

const countsOf = (result: RatesImport) => {
  if (result.kind === 'refused') return null;
  const { added, changed, removed, unchanged } = result.difference;
  return [added, changed, removed, unchanged];
};

export function ratesContract(
  name: string,
  open: () => Promise<{ store: RatesContractStore; dispose(): Promise<void> }>,
): void {
  describe(`${name}: the contract of rates`, () => {
    let store: RatesContractStore;
    let opened: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.dispose());

    const load = (rates: readonly RateTerms[], options?: RatesImportOptions, table = 'default') =>
      store.importRates(table, ratesSource(rates), options);
    async function loaded(table = 'default'): Promise<Rate[]> {
      const all: Rate[] = [];
      for await (const rates of store.exportRates(table)) all.push(...rates);
      return all;
    }
    it('keeps every version of a table, to be read and imported again', async () => {
      expect(await store.listRateVersions('default')).toEqual([]);
      await load([fullRate, rateTerms('1')]);
      await load([rateTerms('2')]);
      await load([rateTerms('3')], { dryRun: true });
      const versions = await store.listRateVersions('Default');
      expect(versions).toEqual([
        { version: 2, isCurrent: true, source: 'rates.csv', importedAtMs: expect.any(Number), rates: 1 },
        { version: 1, isCurrent: false, source: 'rates.csv', importedAtMs: expect.any(Number), rates: 2 },
      ]);
      const first: Rate[] = [];
      for await (const rates of store.exportRates('default', 1)) first.push(...rates);
      expect(first.map(termsOf)).toEqual([rateTerms('1'), fullRate]);
      const [table] = await store.listRateTables();
      // Only the version in force prices calls.
      expect(await store.ratesFor(table?.id ?? 0, '+15550100000')).toEqual([]);
      await load(first.map(termsOf));
      expect((await store.ratesFor(table?.id ?? 0, '+15550100000')).map(termsOf)).toEqual([rateTerms('1')]);
      expect((await store.listRateVersions('default')).map(({ version, isCurrent }) => [version, isCurrent])).toEqual([
        [3, true],
        [2, false],
        [1, false],
      ]);
    });
    it('keeps every field of a rate', async () => {
      await load([fullRate, rateTerms('1')]);
      expect((await loaded()).map(termsOf)).toEqual([rateTerms('1'), fullRate]);
      const [table] = await store.listRateTables();
      const [found] = await store.ratesFor(table?.id ?? 0, `+${fullRate.prefix}`);
      expect(found && termsOf(found)).toEqual(fullRate);
      // The same once more differs in nothing, a change of any field is one.
      expect(countsOf(await load([fullRate, rateTerms('1')], { dryRun: true }))).toEqual([0, 0, 0, 2]);
      for (const field of Object.keys(rateColumns) as (keyof RateTerms)[]) {
        const changed = { ...rateTerms(fullRate.prefix), validFromMs: 1, [field]: fullRate[field] };
        await load([{ ...rateTerms(fullRate.prefix), validFromMs: 1 }]);
        const isKey = ['prefix', 'scope', 'validFromMs'].includes(field);
        const expected = field === 'prefix' ? [0, 0, 0, 1] : isKey ? [1, 0, 1, 0] : [0, 1, 0, 0];
        expect([field, countsOf(await load([changed], { dryRun: true }))]).toEqual([field, expected]);
      }
    });

    it('keeps every field of a table', async () => {
      const { name, ...settings } = fullTable;
      const made = await store.saveRateTable(name, { ...settings, isDefault: true });
      expect(made).toEqual({ id: made.id, ...fullTable });
      expect(await store.listRateTables()).toMatchObject([fullTable]);
      expect((await store.rateTableOf({ accountId: null, departmentId: null }))?.table).toEqual(made);
    });

    it('makes the first table the default, and keeps the largest amounts', async () => {
      const rates = [
        rateTerms('1', { minimumChargeMicros: 7, validFromMs: 5 * day, validUntilMs: 6 * day }),
        rateTerms('1801', { priceMicros: 9_007_199_254_740_991, firstIncrementMs: 0, nextIncrementMs: 1 }),
      ];
      expect(await load(rates)).toMatchObject({ kind: 'imported', table: 'default', version: 1 });
      expect((await loaded()).map(termsOf)).toEqual(rates);
      await load(rates, {}, 'second');
      expect(await store.listRateTables()).toMatchObject([
        { name: 'default', isDefault: true, currency: 'USD', rates: 2, version: 1, source: 'rates.csv' },
        { name: 'second', isDefault: false, rates: 2 },
      ]);
    });

    it('replaces a table as a whole, and reports what changed', async () => {
      await load([rateTerms('1'), rateTerms('2'), rateTerms('3')]);
      const result = await load([rateTerms('1'), rateTerms('2', { priceMicros: 1 }), rateTerms('4')]);
      expect(countsOf(result)).toEqual([1, 1, 1, 1]);
      expect(result).toMatchObject({ kind: 'imported', version: 2 });
      expect((await loaded()).map(({ prefix }) => prefix)).toEqual(['1', '2', '4']);
    });

    it('only compares in a dry run', async () => {
      await load([rateTerms('1')]);
      expect(countsOf(await load([rateTerms('2')], { dryRun: true }))).toEqual([1, 0, 1, 0]);
      expect((await loaded()).map(({ prefix }) => prefix)).toEqual(['1']);
    });

    it('keeps the present rates until the day from which a file applies', async () => {
      await load([rateTerms('1')]);
      await load([rateTerms('1', { validFromMs: 9 * day })], { fromMs: 9 * day });
      expect((await loaded()).map(({ validFromMs, validUntilMs }) => [validFromMs, validUntilMs])).toEqual([
        [null, 9 * day],
        [9 * day, null],
      ]);
    });

    it('imports nothing of a file that contradicts itself, nor of an empty one', async () => {
      await load([rateTerms('1')]);
      expect((await load([rateTerms('2'), rateTerms('2')])).kind).toBe('refused');
      expect((await load([])).kind).toBe('refused');
      expect((await load([], {}, 'new')).kind).toBe('refused');
      expect((await loaded()).map(({ prefix }) => prefix)).toEqual(['1']);
      expect((await store.listRateTables()).map((table) => table.name)).toEqual(['default']);
    });

    it('exports thousands by prefix and valid-from', async () => {
      const rates = Array.from({ length: 2500 }, (_, index) => rateTerms(String(10_000 + Math.floor(index / 2)))).map(
        (rate, index) => (index % 2 === 0 ? { ...rate, validUntilMs: day } : { ...rate, validFromMs: day }),
      );
      await load(rates);
      expect((await loaded()).map(termsOf)).toEqual(rates);
      expect(await loaded('nothing')).toEqual([]);
    });

    it('finds the rates of a number, the longest prefix first', async () => {
      await load([rateTerms('1'), rateTerms('1801'), rateTerms('18'), rateTerms('44')]);
      const [table] = await store.listRateTables();
      const found = await store.ratesFor(table?.id ?? 0, '+18016424655');
      expect(found.map(({ prefix }) => prefix)).toEqual(['1801', '18', '1']);
      expect(found[0]).toMatchObject({ tableId: table?.id, version: 1, currency: 'USD' });
      expect(await store.ratesFor(table?.id ?? 0, '+33123')).toEqual([]);
    });

    it('rates by the account’s table, or else the department’s, or else the default one', async () => {
      await store.saveRateTable('std', { currency: 'USD', isDefault: true });
      await store.saveRateTable('sales', { currency: 'EUR' });
      await store.saveRateTable('special', { currency: 'CHF' });
      const { id, departmentId } = await store.addAccount({ ...plainAccount('1'), department: 'Sales' });
      const found = async () => {
        const { table, by } = (await store.rateTableOf({ accountId: id, departmentId })) ?? {};
        return [table?.name, by];
      };
      expect(await found()).toEqual(['std', 'default']);
      await store.assignRateTable({ department: 'SALES' }, 'sales');
      expect(await found()).toEqual(['sales', 'department']);
      await store.assignRateTable({ accountCode: '1' }, 'special');
      expect(await found()).toEqual(['special', 'account']);
      expect(await store.listRateTables()).toMatchObject([
        { name: 'std', accounts: 0, departments: 0 },
        { name: 'sales', accounts: 0, departments: 1 },
        { name: 'special', accounts: 1, departments: 0 },
      ]);
      await store.assignRateTable({ accountCode: '1' }, null);
      expect(await found()).toEqual(['sales', 'department']);
    });

    it('changes only the given settings of a table', async () => {
      const made = await store.saveRateTable('std', { currency: 'USD', markupBasisPoints: 250 });
      const changed = await store.saveRateTable('std', { roundingMode: 'up', roundingUnitMicros: 10_000 });
      expect(changed).toEqual({ ...made, roundingMode: 'up', roundingUnitMicros: 10_000 });
      expect(changed).toMatchObject({ markupBasisPoints: 250, markupPerCallMicros: 0 });
    });

    it('rounds in a new table to the smallest unit of its currency, and in another one as is stored', async () => {
      const unitOf = async (...args: Parameters<typeof store.saveRateTable>) =>
        (await store.saveRateTable(...args)).roundingUnitMicros;
      expect(await unitOf('usd', { currency: 'USD' })).toBe(10_000);
      expect(await unitOf('jpy', { currency: 'JPY' })).toBe(1_000_000);
      expect(await unitOf('kwd', { currency: 'KWD' })).toBe(1_000);
      expect(await unitOf('fine', { currency: 'USD', roundingUnitMicros: 100 })).toBe(100);
      expect(await unitOf('fine', { markupBasisPoints: 100 })).toBe(100);
      // Still without rates, in another currency: what was not chosen goes along.
      expect(await unitOf('usd', { currency: 'JPY' })).toBe(1_000_000);
      expect(await unitOf('fine', { currency: 'JPY' })).toBe(100);
      await store.importRates('imported', ratesSource([rateTerms('1')], 'KWD'));
      expect((await store.listRateTables()).find(({ name }) => name === 'imported')).toMatchObject({
        roundingUnitMicros: 1_000,
      });
    });

    it('keeps rates of each time of the week, and one for everything else', async () => {
      const rates = [
        rateTerms('', { destination: 'Everything else' }),
        rateTerms('44'),
        rateTerms('44', { scope: 'off-peak', priceMicros: 1, validFromMs: 5 * day }),
        rateTerms('44', { scope: 'peak', priceMicros: 2, validFromMs: 5 * day }),
        rateTerms('447', { status: 'closed', priceMicros: 0 }),
      ];
      expect(await load(rates)).toMatchObject({ kind: 'imported' });
      expect((await loaded()).map(termsOf)).toEqual(rates);
      expect(countsOf(await load(rates))).toEqual([0, 0, 0, 5]);
      const [table] = await store.listRateTables();
      const found = async (e164: string) => (await store.ratesFor(table?.id ?? 0, e164)).map(({ prefix }) => prefix);
      expect(await found('+447700900123')).toEqual(['447', '44', '44', '44', '']);
      expect(await found('+4930123456')).toEqual(['']);
      expect(countsOf(await load(rates.slice(0, 4)))).toEqual([0, 0, 1, 4]);
      expect(await load([...rates, rateTerms('44', { scope: 'peak', validFromMs: 5 * day })])).toMatchObject({
        kind: 'refused',
      });
    });

    it('refuses impossible values', async () => {
      const invalid = { name: 'StoreError', code: 'invalid' };
      await expect(store.saveRateTable('std', {})).rejects.toMatchObject(invalid);
      await expect(store.saveRateTable('std', { currency: 'XXQ' })).rejects.toMatchObject(invalid);
      await load([rateTerms('1')]);
      await expect(store.saveRateTable('default', { currency: 'EUR' })).rejects.toMatchObject(invalid);
      await expect(store.importRates('default', ratesSource([rateTerms('1')], 'EUR'))).rejects.toMatchObject(invalid);
      await expect(store.assignRateTable({ accountCode: '9' }, 'default')).rejects.toMatchObject(invalid);
      await expect(store.assignRateTable({ department: 'None' }, 'default')).rejects.toMatchObject(invalid);
      await store.addAccount(plainAccount('1'));
      await expect(store.assignRateTable({ accountCode: '1' }, 'nothing')).rejects.toMatchObject(invalid);
    });
  });
}
