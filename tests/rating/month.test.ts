import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { allowanceFor, monthAt, type CallMonth } from '../../src/rating/month.ts';
import { chargeByRate, priceAt, priceByRate, type PricedCall } from '../../src/rating/price.ts';
import type { Rate, RateTable } from '../../src/rating/rate.ts';
import { formatTiers, parseTiers } from '../../src/rating/tiers.ts';
import { plainTerms } from '../support/rates.ts';

const table: RateTable = {
  ...{ id: 1, name: 'default', currency: 'USD', roundingMode: 'half-up', roundingUnitMicros: 10_000 },
  ...{ markupBasisPoints: 0, markupPerCallMicros: 0, peakHours: '', holidays: '', timeZone: 'UTC' },
};
const rate = (more: Partial<Rate> = {}): Rate => ({
  ...{ ...plainTerms, id: 1, version: 1, tableId: 1, currency: 'USD', prefix: '44', destination: 'UK' },
  ...{ connectFeeMicros: 0, priceMicros: 120_000, firstIncrementMs: 60_000, nextIncrementMs: 60_000 },
  ...{ minimumChargeMicros: 0, validFromMs: null, validUntilMs: null },
  ...more,
});
const minutes = (count: number): number => count * 60_000;
const month = (allowance: number | null, includedMinutes: number, tieredMinutes = 0): CallMonth => ({
  ...{ month: '2026-11', allowanceMs: allowance === null ? null : minutes(allowance) },
  place: { includedMs: minutes(includedMinutes), tieredMs: minutes(tieredMinutes) },
});
const priced = (ms: number, one: Rate, of: CallMonth, by = table): PricedCall => {
  const made = priceByRate(ms, one, by, of);
  if (made.kind !== 'priced') throw new Error(made.why);
  return made;
};

describe('minutes that an account has free', () => {
  it('cost the carrier’s price, and are charged to nobody', () => {
    const price = priced(90_000, rate(), month(10, 3));
    expect(price).toMatchObject({
      costMicros: 240_000,
      chargeMicros: 0,
      billedMs: 120_000,
      month: { freeMs: 120_000 },
    });
    expect(price.arithmetic).toBe(
      '90 s → 1×60 s first + 1×60 s × 0.12/min = 0.24, 120 s of 10 min a month included = 0.00',
    );
  });

  it('leave the rest of a call to be charged', () => {
    const price = priced(minutes(5), rate({ connectFeeMicros: 50_000 }), month(10, 8));
    expect(price).toMatchObject({ costMicros: 650_000, chargeMicros: 410_000, month: { freeMs: minutes(2) } });
    expect(price.arithmetic).toBe(
      '300 s → 1×60 s first + 4×60 s × 0.12/min + 0.05 connect = 0.65, 120 s of 10 min a month included: 180 s × 0.12/min + 0.05 connect = 0.41',
    );
  });

  it('are no more than there are', () => {
    expect(priced(60_000, rate(), month(10, 10))).toMatchObject({ chargeMicros: 120_000, month: { freeMs: 0 } });
  });

  it('bear no markup where the whole call is free', () => {
    const marked = { ...table, markupBasisPoints: 5000, markupPerCallMicros: 20_000 };
    expect(priced(60_000, rate(), month(10, 0), marked).chargeMicros).toBe(0);
    expect(priced(minutes(3), rate(), month(10, 8), marked).chargeMicros).toBe(200_000);
  });

  it('are for the calls that they are for', () => {
    const account = { includedMinutes: 5, includedCallTypes: ['national' as const], includedPrefixes: ['1801'] };
    expect(allowanceFor(account, { callType: 'national', e164: '18015550100' })).toBe(minutes(5));
    expect(allowanceFor(account, { callType: 'mobile', e164: '18015550100' })).toBeNull();
    expect(allowanceFor(account, { callType: 'national', e164: '12125550100' })).toBeNull();
    expect(allowanceFor({ ...account, includedPrefixes: [] }, { callType: 'national', e164: null })).toBe(minutes(5));
    expect(allowanceFor(null, { callType: 'national', e164: '1801' })).toBeNull();
  });

  it('count by the calendar of the site', () => {
    const justBefore = Date.UTC(2026, 11, 1, 6, 59);
    expect(monthAt(justBefore, 'America/Denver')).toBe('2026-11');
    expect(monthAt(justBefore + 60_000, 'America/Denver')).toBe('2026-12');
    expect(monthAt(justBefore, 'UTC')).toBe('2026-12');
  });
});

describe('tiers', () => {
  const tiered = rate({ tiers: '100:0.1 500:0.05' });

  it('price the part of a call that falls into them', () => {
    const price = priced(minutes(10), tiered, month(null, 0, 95));
    expect(price.chargeMicros).toBe(5 * 120_000 + 5 * 100_000);
    expect(price.arithmetic).toBe('600 s → 1×60 s first + 9×60 s: 300 s × 0.12/min + 300 s × 0.10/min = 1.10');
    expect(priced(minutes(3), tiered, month(null, 0, 600)).chargeMicros).toBe(150_000);
  });

  it('count what is free as well, and then price the rest', () => {
    expect(priced(minutes(10), tiered, month(20, 13, 95))).toMatchObject({
      costMicros: 1_100_000,
      chargeMicros: 300_000,
    });
  });

  it('make a call that may be charged as the dearest', () => {
    expect(chargeByRate(60_000, rate({ tiers: '100:0.5' }), table)).toBe(500_000);
  });

  it.each([
    ['500', 'is not MINUTES:PRICE'],
    ['500:0.1 400:0.05', 'rise'],
    ['0:0.1', 'rise'],
    ['500:-1', 'negative'],
    ['1.5:0.1', 'more than 0 decimals'],
  ])('%s is refused', (text, problem) => {
    expect(parseTiers(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it('are written as they are read', () => {
    const parsed = parseTiers('100:0,10  500:0,05', ',');
    expect(parsed.ok && formatTiers(parsed.value)).toBe('100:0.1 500:0.05');
  });
});

describe('a price of a month', () => {
  const calls = fc.array(
    fc.record({ ms: fc.integer({ min: 1, max: 900_000 }), price: fc.integer({ min: 0, max: 500_000 }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  );

  it('is the same by what it was made of, wherever it was made', () => {
    fc.assert(
      fc.property(calls, fc.nat({ max: 40 }), fc.nat({ max: 60 }), (made, allowance, before) => {
        for (const { ms, price } of made) {
          const one = rate({
            priceMicros: price,
            tiers: '3:0.07 20:0.01',
            firstIncrementMs: 6000,
            nextIncrementMs: 6000,
          });
          const here = month(allowance, before, before);
          const elsewhere = priced(ms, one, month(allowance, 0, 0));
          expect(priceAt(elsewhere, here.place)).toEqual(priced(ms, one, here));
        }
      }),
    );
  });

  it('sums to the month as one: every free minute is given once, and every tier begins where it does', () => {
    fc.assert(
      fc.property(calls, fc.nat({ max: 40 }), (made, allowance) => {
        const exact = { ...table, roundingUnitMicros: 1 };
        const one = rate({ tiers: '3:0.07 20:0.01', firstIncrementMs: 6000, nextIncrementMs: 6000 });
        let [place, free, charged] = [0, 0, 0];
        for (const { ms } of made) {
          const of: CallMonth = {
            month: '',
            allowanceMs: minutes(allowance),
            place: { includedMs: place, tieredMs: place },
          };
          const price = priced(ms, one, of, exact);
          place += price.billedMs;
          free += price.month?.freeMs ?? 0;
          charged += price.chargeMicros;
        }
        const tier = (from: number, to: number, a: number, b: number): number =>
          Math.max(0, Math.min(b, to) - Math.max(a, from));
        const start = Math.min(place, minutes(allowance));
        const byHand =
          (tier(0, minutes(3), start, place) * 120_000 +
            tier(minutes(3), minutes(20), start, place) * 70_000 +
            tier(minutes(20), Infinity, start, place) * 10_000) /
          60_000;
        expect(free).toBe(start);
        expect(Math.abs(charged - byHand)).toBeLessThanOrEqual(made.length);
      }),
    );
  });
});
