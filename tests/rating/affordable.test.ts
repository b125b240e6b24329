import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { longestFor } from '../../src/rating/affordable.ts';
import { roundingModes } from '../../src/rating/money.ts';
import { chargeByRate } from '../../src/rating/price.ts';
import type { Rate, RateTable } from '../../src/rating/rate.ts';
import { noPeak } from '../support/rates.ts';

const table: RateTable = {
  ...{ id: 1, name: 'standard', currency: 'CHF', roundingMode: 'half-up', roundingUnitMicros: 1 },
  ...{ markupBasisPoints: 0, markupPerCallMicros: 0, ...noPeak },
};
const rate: Rate = {
  ...{ id: 1, version: 1, tableId: 1, currency: 'CHF', prefix: '1', destination: 'x', connectFeeMicros: 0 },
  ...{ priceMicros: 1_200_000, firstIncrementMs: 60_000, nextIncrementMs: 60_000, minimumChargeMicros: 0 },
  ...{ validFromMs: null, validUntilMs: null, scope: 'all', status: 'open', graceMs: 0, tiers: '' },
};

const longestOf = (micros: number, its: Rate, by: RateTable) =>
  longestFor(micros, its, (ms) => chargeByRate(ms, its, by));

describe('how long a call may be for an amount', () => {
  it.each<[string, number, Partial<Rate>, number | null]>([
    ['of exactly three minutes', 3_600_000, {}, 180_000],
    ['of a millionth less', 3_599_999, {}, 120_000],
    ['that is not enough for the first increment', 1_199_999, {}, 0],
    ['that is enough for it alone', 1_200_000, {}, 60_000],
    ['by the second', 1_000_000, { firstIncrementMs: 0, nextIncrementMs: 1_000 }, 50_000],
    ['with a fee for the connection', 2_000_000, { connectFeeMicros: 800_000 }, 60_000],
    ['that is not enough for the fee', 700_000, { connectFeeMicros: 800_000, firstIncrementMs: 0 }, 0],
    ['below the minimum charge', 1_999_999, { minimumChargeMicros: 2_000_000 }, 0],
    ['that is enough for its grace alone', 1_000_000, { graceMs: 10_500 }, 10_500],
    ['of a rate that costs nothing', 0, { priceMicros: 0 }, null],
    ['of a rate that cannot be read', 5_000_000, { priceMicros: 2 ** 60 }, 0],
  ])('%s', (_, micros, changes, longest) => {
    expect(longestOf(micros, { ...rate, ...changes }, table)).toBe(longest);
  });

  it('is the longest that can be paid for: a millisecond more costs too much', () => {
    const amounts = fc.nat(5_000_000);
    fc.assert(
      fc.property(
        fc.record({
          ...{
            micros: fc.nat(50_000_000),
            connectFeeMicros: amounts,
            priceMicros: amounts,
            minimumChargeMicros: amounts,
          },
          ...{ firstIncrementMs: fc.nat(90_000), nextIncrementMs: fc.integer({ min: 1, max: 90_000 }) },
          graceMs: fc.constantFrom(0, 500, 30_000, 120_000),
          ...{
            roundingMode: fc.constantFrom(...roundingModes),
            roundingUnitMicros: fc.constantFrom(1, 10_000, 1_000_000),
          },
          ...{ markupBasisPoints: fc.nat(5_000), markupPerCallMicros: fc.nat(100_000) },
        }),
        ({ micros, roundingMode, roundingUnitMicros, markupBasisPoints, markupPerCallMicros, ...terms }) => {
          const by = { ...table, roundingMode, roundingUnitMicros, markupBasisPoints, markupPerCallMicros };
          const its = { ...rate, ...terms };
          const longest = longestOf(micros, its, by);
          const costs = (ms: number): number => chargeByRate(ms, its, by) ?? Number.POSITIVE_INFINITY;
          if (longest === null) {
            expect(costs(604_800_000)).toBeLessThanOrEqual(micros);
            return;
          }
          if (longest > 0) expect(costs(longest)).toBeLessThanOrEqual(micros);
          expect(costs(longest + 1)).toBeGreaterThan(micros);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
