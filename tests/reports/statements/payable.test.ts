import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { payable, payableShares, roundingNote, smallestUnit } from '../../../src/reports/statements/payable.ts';
import { taxOf } from '../../../src/reports/statements/tax.ts';

const currencies = fc.constantFrom('USD', 'JPY', 'KWD', 'EUR');
const charges = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { maxLength: 60 });
const sum = (amounts: readonly bigint[]) => amounts.reduce((all, one) => all + one, 0n);

describe('what a statement asks for', () => {
  it('can be paid: each part is a whole number of the smallest unit, off by half a unit at most', () => {
    fc.assert(
      fc.property(charges, currencies, fc.integer({ min: 0, max: 1_000_000 }), (amounts, currency, tenThousandths) => {
        const unit = smallestUnit(currency);
        const exact = sum(amounts);
        const { rounding, net, tax, due } = payable(exact, currency, { name: 'VAT', tenThousandths });
        for (const part of [net, tax, due]) expect(part % unit).toBe(0n);
        expect(exact + rounding).toBe(net);
        expect(net + tax).toBe(due);
        expect(2n * rounding).toBeGreaterThan(-unit);
        expect(2n * rounding).toBeLessThanOrEqual(unit);
        // Tax of the net, as a fraction of 1,000,000.
        const off = tax * 1_000_000n - net * BigInt(tenThousandths);
        expect(2n * (off < 0n ? -off : off)).toBeLessThanOrEqual(unit * 1_000_000n);
      }),
    );
  });

  it.each([
    [
      'USD',
      292_000n,
      '0.29 USD',
      'The charges add up to 0.292 USD, rounded half up to the nearest 0.01 USD: 0.29 USD.',
    ],
    ['JPY', 12_500_000n, '13 JPY', 'The charges add up to 12.5 JPY, rounded half up to the nearest 1 JPY: 13 JPY.'],
    [
      'KWD',
      1_500n,
      '0.002 KWD',
      'The charges add up to 0.0015 KWD, rounded half up to the nearest 0.001 KWD: 0.002 KWD.',
    ],
    ['EUR', 110_000n, '0.11 EUR', 'The total is the exact sum of the charges in EUR.'],
  ])('says how it was rounded: %s %s', (currency, exact, _due, note) => {
    expect(roundingNote(payable(exact, currency, null), currency)).toBe(note);
  });

  it('has the tax that the site sets', () => {
    expect(taxOf({ taxName: 'VAT', taxPercent: '' })).toBeNull();
    const tax = taxOf({ taxName: 'MWST', taxPercent: '8.1' });
    expect(payable(100_000_000n, 'CHF', tax)).toMatchObject({ net: 100_000_000n, tax: 8_100_000n, due: 108_100_000n });
  });
});

it('shares of the total add up to it to the cent, each less than a cent from its charge', () => {
  fc.assert(
    fc.property(charges, currencies, (amounts, currency) => {
      const unit = smallestUnit(currency);
      const share = payableShares(currency);
      const shares = amounts.map(share);
      expect(sum(shares)).toBe(payable(sum(amounts), currency, null).net);
      for (const [at, one] of shares.entries()) {
        expect(one % unit).toBe(0n);
        const off = one - (amounts[at] ?? 0n);
        expect(off < 0n ? -off : off).toBeLessThan(unit + 1n);
      }
    }),
  );
});
