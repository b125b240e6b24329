import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beginningWith, prefixesOfCountry } from '../../src/numbers/country-prefixes.ts';
import type { PrefixSpan } from '../../src/words/prefix-span.ts';

const isIn = (spans: readonly PrefixSpan[], prefix: string): boolean =>
  spans.some(({ from, until }) => prefix >= from && (until === null || prefix < until));

describe('the prefixes of a country', () => {
  it.each([
    ['DE', ['4', '49', '491', '4930'], ['44', '5', '48']],
    ['CA', ['1', '1204', '12045'], ['1212', '1876']],
    ['US', ['1', '1212', '12125'], ['1204', '1876']],
    ['KZ', ['7', '77', '7701'], ['7495']],
    ['GB', ['44', '4420', '447'], ['441481', '49']],
    ['NO', ['47', '4722'], ['46']],
  ])('%s has its own and those that all of them begin with', (country, its, others) => {
    const spans = prefixesOfCountry(country);
    for (const prefix of its) expect({ prefix, isIn: isIn(spans, prefix) }).toEqual({ prefix, isIn: true });
    for (const prefix of others) expect({ prefix, isIn: isIn(spans, prefix) }).toEqual({ prefix, isIn: false });
    expect(spans.length).toBeLessThan(300);
  });

  it('are in order and apart, and none of what is no country', () => {
    for (const country of ['US', 'GB', 'RU', 'IT']) {
      const spans = prefixesOfCountry(country);
      for (const [at, { from }] of spans.entries()) {
        const before = spans[at - 1];
        if (before !== undefined) expect(before.until !== null && before.until < from).toBe(true);
      }
    }
    expect(prefixesOfCountry('XX')).toEqual([]);
  });
});

it('what begins with digits is between two texts', () => {
  const digits = fc.stringMatching(/^\d{1,6}$/);
  fc.assert(
    fc.property(digits, digits, (prefix, other) => {
      expect(isIn([beginningWith(prefix)], other)).toBe(other.startsWith(prefix));
      expect(isIn([beginningWith(prefix)], prefix + other)).toBe(true);
    }),
  );
});
