import { describe, expect, it } from '@jest/globals';
import { assignedTable, pickRate, prefixesOf } from '../../src/rating/rate.ts';
import type { RateTerms } from '../../src/rating/rate.ts';
import { randomFrom, runs, seed, seedText } from '../support/random.ts';
import { plainTerms } from '../support/rates.ts';

const terms = (prefix: string, changes: Partial<RateTerms> = {}): RateTerms => ({
  prefix,
  ...plainTerms,
  destination: `to ${prefix}`,
  connectFeeMicros: 0,
  priceMicros: 100_000,
  firstIncrementMs: 60_000,
  nextIncrementMs: 60_000,
  minimumChargeMicros: 0,
  validFromMs: null,
  validUntilMs: null,
  ...changes,
});

describe('prefixesOf', () => {
  it('gives every prefix, the longest first', () => {
    expect(prefixesOf('+18016424655')).toEqual([
      '18016424655',
      '1801642465',
      '180164246',
      '18016424',
      '1801642',
      '180164',
      '18016',
      '1801',
      '180',
      '18',
      '1',
      '',
    ]);
  });

  it('gives only the empty one for no digits, and none that is longer than a number can be', () => {
    expect(prefixesOf('+')).toEqual(['']);
    expect(prefixesOf('+12345678901234567')[0]).toBe('123456789012345');
  });
});

describe('the rate that applies', () => {
  const rates = [
    terms('1', { priceMicros: 10 }),
    terms('1801', { priceMicros: 900 }),
    terms('18016424655', { priceMicros: 5000 }),
    terms('44', { priceMicros: 1 }),
    terms('44', { priceMicros: 2, validFromMs: 1000 }),
    terms('44', { priceMicros: 3, validFromMs: 2000, validUntilMs: 3000 }),
    terms('4420', { priceMicros: 4, validUntilMs: 500 }),
  ];
  it.each([
    ['the longest prefix, not the cheapest', '+18015551234', 0, 900],
    ['a single number', '+18016424655', 0, 5000],
    ['the country, where nothing is longer', '+12125551234', 0, 10],
    ['without a start: always', '+441', 999, 1],
    ['the newest valid-from, from that moment on', '+441', 1000, 2],
    ['a rate for a time', '+441', 2999, 3],
    ['after it, the one that never ended', '+441', 3000, 2],
    ['a longer prefix while it is valid', '+44207', 499, 4],
    ['a shorter one once the longer has ended', '+44207', 500, 1],
    ['none', '+33', 0, null],
  ])('%s', (_why, e164, atMs, priceMicros) => {
    const candidates = rates.filter(({ prefix }) => prefixesOf(e164).includes(prefix));
    expect(pickRate(candidates, atMs)?.priceMicros ?? null).toBe(priceMicros);
  });
});

describe('assignedTable', () => {
  it.each([
    [
      { account: 10, department: 20, default: 30 },
      { tableId: 10, by: 'account' },
    ],
    [
      { account: null, department: 20, default: 30 },
      { tableId: 20, by: 'department' },
    ],
    [
      { account: null, department: null, default: 30 },
      { tableId: 30, by: 'default' },
    ],
    [{ account: null, department: null, default: null }, null],
  ])('of %j', (tables, expected) => expect(assignedTable(tables)).toEqual(expected));
});

const rateCount = runs(50_000);
const numberCount = runs(1_000);

describe(`${rateCount} random rates`, () => {
  it(`give ${numberCount} random numbers what a scan of all rates gives (${seedText})`, () => {
    const random = randomFrom(seed);
    const digits = (length: number): string => {
      let text = String(1 + random(9));
      while (text.length < length) text += String(random(10));
      return text;
    };
    const times = [null, 1000, 2000, 3000] as const;
    const timeOf = () => times[random(4)] ?? null;
    const seen = new Set<string>();
    const rates: RateTerms[] = [];
    while (rates.length < rateCount) {
      const prefix = digits(1 + random(12));
      const validFromMs = timeOf();
      const key = `${prefix} ${validFromMs ?? ''}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const until = timeOf();
      const validUntilMs = until !== null && until <= (validFromMs ?? 0) ? null : until;
      rates.push(terms(prefix, { destination: 'x', priceMicros: rates.length, validFromMs, validUntilMs }));
    }
    // Half of the numbers begin like a rate, so that long prefixes are met.
    const calls = Array.from({ length: numberCount }, (_, index) => {
      const start = index % 2 === 0 ? (rates[random(rateCount)]?.prefix ?? '') : digits(4);
      return { number: start + digits(15 - start.length).slice(0, Math.max(0, 15 - start.length)), atMs: random(4000) };
    });

    // The scan: every rate against every call, skipping only calls whose first three digits differ from the rate's.
    const best = new Array<RateTerms | null>(numberCount).fill(null);
    const byStart = new Map<string, number[]>();
    const all = calls.map((_, index) => index);
    for (const index of all) {
      const start = calls[index]?.number.slice(0, 3) ?? '';
      byStart.set(start, [...(byStart.get(start) ?? []), index]);
    }
    for (const rate of rates) {
      const group = rate.prefix.length < 3 ? all : (byStart.get(rate.prefix.slice(0, 3)) ?? []);
      for (const index of group) {
        const call = calls[index];
        if (!call?.number.startsWith(rate.prefix)) continue;
        if (rate.validFromMs !== null && call.atMs < rate.validFromMs) continue;
        if (rate.validUntilMs !== null && call.atMs >= rate.validUntilMs) continue;
        const old = best[index];
        const isBetter =
          !old ||
          rate.prefix.length > old.prefix.length ||
          (rate.prefix.length === old.prefix.length && (rate.validFromMs ?? -1) > (old.validFromMs ?? -1));
        if (isBetter) best[index] = rate;
      }
    }

    const byPrefix = new Map<string, RateTerms[]>();
    for (const rate of rates) byPrefix.set(rate.prefix, [...(byPrefix.get(rate.prefix) ?? []), rate]);
    const found = calls.map(({ number, atMs }) => {
      const candidates = prefixesOf(`+${number}`).flatMap((prefix) => byPrefix.get(prefix) ?? []);
      return pickRate(candidates, atMs)?.priceMicros ?? null;
    });
    const expected = best.map((rate) => rate?.priceMicros ?? null);
    expect(found).toEqual(expected);
    // Both kinds of answer and long prefixes did occur.
    expect(expected.filter((price) => price === null).length).toBeLessThan(numberCount / 2);
    expect(best.filter((rate) => (rate?.prefix.length ?? 0) > 8).length).toBeGreaterThan(numberCount / 20);
  });
});
