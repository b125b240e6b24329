import { beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryStores } from '../store/sqlite/temporary.ts';
import { openUpkeep } from '../../src/store/sqlite/reports/hours/upkeep.ts';
import type { RateTerms } from '../../src/rating/rate.ts';
import { plainAccount } from '../store/records.ts';
import { plainTerms } from '../support/rates.ts';
import { call, report } from './site.ts';

/** A site with calls in euro, yen and dinar: 50 EUR is more than 100 JPY, and nobody knows here how much more. */

const { aFile, open } = temporaryStores();
let file: string;

const prices = { EUR: 5_000_000, JPY: 10_000_000, KWD: 250_000 } as const;

beforeEach(async () => {
  file = aFile();
  const store = await open({ file });
  for (const [at, [currency, priceMicros]] of Object.entries(prices).entries()) {
    await store.addAccount(plainAccount(`100${at + 1}`, `In ${currency}`));
    const terms: RateTerms = {
      ...{ prefix: '1', destination: 'USA', priceMicros, ...plainTerms, connectFeeMicros: 0, minimumChargeMicros: 0 },
      ...{ firstIncrementMs: 60_000, nextIncrementMs: 60_000, validFromMs: null, validUntilMs: null },
    };
    await store.importRates(currency, {
      ...{ name: `${currency}.csv`, currency: () => currency },
      async *batches() {
        yield await Promise.resolve([{ line: 2, rates: [terms] }]);
      },
    });
    await store.assignRateTable({ accountCode: `100${at + 1}` }, currency);
    for (let nth = 1; nth <= 3; nth += 1) {
      const paid = {
        accountId: at + 1,
        accountName: `In ${currency}`,
        calledE164: '+18016424655',
        billableMs: nth * 600_000,
      };
      await store.save(call(`${currency} ${nth}`, `2026-03-0${nth}T1${at}:00:00Z`, paid));
    }
  }
  await store.save(
    call('unrated', '2026-03-09T12:00:00Z', { accountId: 1, calledE164: '+442079460000', billableMs: 60_000 }),
  );
  await store.close();
});

const march = ['--preset', 'last-month', '--format', 'json'];
type Json = { rows: { currency: string | null; charge: string | null }[]; notes: string[] };
async function chargesOf(...args: string[]): Promise<{ charges: string[]; notes: string[] }> {
  const { code, out, err } = await report(file, ...args, ...march);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { rows, notes } = JSON.parse(out) as Json;
  return { charges: rows.map(({ currency, charge }) => `${charge ?? ''} ${currency ?? ''}`.trim()), notes };
}

describe('the most expensive calls of several currencies', () => {
  it.each(['from the records', 'from hours'])('are those of each currency, %s', async (from) => {
    if (from === 'from hours') {
      const upkeep = openUpkeep(file);
      await upkeep.layBy({ fromMs: 0, untilMs: Date.now() }, Date.now());
      upkeep.close();
    }
    const { charges, notes } = await chargesOf('most-expensive-calls', '--limit', '2');
    expect(charges).toEqual(['150.00 EUR', '100.00 EUR', '300 JPY', '200 JPY', '7.500 KWD', '5.000 KWD', '']);
    expect(notes).toContain('Charges in different currencies are not compared with each other: up to 2 calls of each.');
    const ordered = await chargesOf('calls', '--order', 'charge');
    expect(ordered.charges.slice(0, 4)).toEqual(['150.00 EUR', '100.00 EUR', '50.00 EUR', '300 JPY']);
  });

  it('are those of one that is asked for, in which an amount can be asked for', async () => {
    const { charges, notes } = await chargesOf('most-expensive-calls', '--filter', 'currency=jpy');
    expect(charges).toEqual(['300 JPY', '200 JPY', '100 JPY']);
    expect(notes).toEqual([]);
    const large = await chargesOf('calls', '--filter', 'currency=EUR', '--filter', 'min-charge=60');
    expect(large.charges).toEqual(['100.00 EUR', '150.00 EUR']);
    const { code, err } = await report(file, 'calls', '--filter', 'currency=EURO', ...march);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('"EURO" is no currency') as unknown });
  });
});
