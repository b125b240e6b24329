import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sharesOf } from '../../../src/reports/actual-cost/spread.ts';
import { runs } from '../../support/random.ts';

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

it('shares add up to the invoice to the last unit, each within one unit of its exact part', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n }), weights, (invoice, all) => {
      const total = sum(all);
      fc.pre(total > 0n);
      const shareOf = sharesOf(invoice, total);
      const shares = all.map(shareOf);
      expect(sum(shares)).toBe(invoice);
      for (const [at, share] of shares.entries()) {
        // |share − invoice × weight / total| < 1
        const off = share * total - invoice * (all[at] ?? 0n);
        expect(off < total && -off < total).toBe(true);
        if (all[at] === 0n) expect(share).toBe(0n);
      }
    }),
    { numRuns: runs(2000) },
  );
});
