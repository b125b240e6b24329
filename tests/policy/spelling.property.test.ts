import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { authorize } from '../../src/policy/authorize.ts';
import type { Decision } from '../../src/policy/authorize.ts';
import { callTypes, readNumber, spellingsOf } from '../../src/policy/number.ts';
import type { DialPlan } from '../../src/policy/number.ts';
import { unrestricted } from '../../src/policy/directory.ts';
import type { Restriction } from '../../src/policy/directory.ts';
import { northAmerica } from '../../src/policy/plans.ts';
import { berlin, denmark, london, moscow, saltLake } from './plans.ts';

/** National numbers and how people key them, written by hand and apart from the code under test. */
type Site = { plan: DialPlan; national: fc.Arbitrary<string>; spell: (national: string) => string[] };

const digits = (length: number) =>
  fc.string({
    unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
    minLength: length,
    maxLength: length,
  });
const number = (first: string, rest: number) =>
  fc.tuple(fc.constantFrom(...first.split(' ')), digits(rest)).map(([start, end]) => start + end);
const american = (n: string) => [n, `1${n}`, `+1${n}`, `+11${n}`, `0111${n}`, `01111${n}`, `001${n}`];

const sites: Site[] = [
  { plan: northAmerica, national: number('2 3 7 8 9 801 900 800', 9).map((n) => n.slice(0, 10)), spell: american },
  {
    plan: saltLake,
    national: number('801 801900 8012 900 212', 9).map((n) => n.slice(0, 10)),
    spell: (n: string) => [...american(n), ...(/^801[2-9]/.test(n) ? [n.slice(3)] : [])],
  },
  {
    plan: london,
    national: number('20 207 161 77009 90 80', 10).map((n) => n.slice(0, 10)),
    spell: (n: string) => [
      n,
      `0${n}`,
      `44${n}`,
      `+44${n}`,
      `+440${n}`,
      `0044${n}`,
      `00440${n}`,
      ...(/^20[1-9]/.test(n) ? [n.slice(2)] : []),
    ],
  },
  {
    plan: denmark,
    national: number('2 32 45 90', 7).map((n) => n.slice(0, 8)),
    spell: (n: string) => [n, `45${n}`, `+45${n}`, `0045${n}`],
  },
  {
    plan: berlin,
    national: number('30 341 49 17 900', 8),
    spell: (n: string) => [`0${n}`, `+49${n}`, `+490${n}`, `0049${n}`, `00490${n}`, ...(n.startsWith('49') ? [] : [n])],
  },
  {
    plan: moscow,
    // No area code begins with 8 and 10: behind them the world begins (8 10).
    national: number('495 800 9', 9).map((n) => n.slice(0, 10)),
    spell: (n: string) => [n, `8${n}`, `7${n}`, `+7${n}`, `+78${n}`, `8107${n}`],
  },
].map(({ plan, national, spell }) => ({
  plan,
  national: national.filter((n) => isReadable(`+${plan.countryCode}${n}`, plan)),
  spell,
}));

function isReadable(keyed: string, plan: DialPlan): boolean {
  return readNumber(keyed, plan).callType !== null;
}

/** Prefixes as people block or allow them: of the number itself in one of its spellings, or of something else. */
const prefixesOf = (spellings: readonly string[]): fc.Arbitrary<string[]> =>
  fc.array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom(...spellings), fc.integer({ min: 1, max: 9 }))
        .map(([spelling, length]) => spelling.slice(0, length))
        .filter((prefix) => prefix !== '+'),
      fc.constantFrom('900', '1900', '0', '00', '011', '1', '+44', '801', '9'),
    ),
    { maxLength: 4 },
  );

type Case = { plan: DialPlan; spellings: string[]; restriction: Restriction };

const anyCase: fc.Arbitrary<Case> = fc.constantFrom(...sites).chain(({ plan, national, spell }) =>
  national.chain((n) => {
    const byHand = spell(n);
    const destination = readNumber(`+${plan.countryCode}${n}`, plan);
    const all = [...new Set([...byHand, ...(destination.callType === null ? [] : spellingsOf(destination, plan))])];
    const spellings = all.filter((spelling) => isReadable(spelling, plan));
    return fc.record({
      plan: fc.constant(plan),
      spellings: fc.constant(spellings),
      restriction: fc.record({
        leastDigits: fc.option(fc.integer({ min: 1, max: 12 })),
        mostDigits: fc.option(fc.integer({ min: 6, max: 15 })),
        blockedPrefixes: prefixesOf(spellings),
        allowedPrefixes: prefixesOf(spellings),
        allowedNumbers: fc.subarray(spellings.slice(0, 1)),
        allowedCallTypes: fc.subarray([...callTypes], { minLength: 0, maxLength: 4 }),
      }),
    });
  }),
);

const verdict = (keyed: string, plan: DialPlan, restriction: Restriction): Decision =>
  authorize({ account: { restriction }, extension: null, number: readNumber(keyed, plan), plan });

describe('however a destination is spelled', () => {
  it('it is the same destination', () => {
    fc.assert(
      fc.property(anyCase, ({ plan, spellings }) => {
        const destinations = new Set(spellings.map((keyed) => readNumber(keyed, plan).e164));
        expect([...destinations]).toEqual([expect.stringMatching(/^\+[1-9]/)]);
        expect(spellings.length).toBeGreaterThan(2);
      }),
      { numRuns: 3000 },
    );
  });

  it('the verdict and its rule are the same', () => {
    fc.assert(
      fc.property(anyCase, ({ plan, spellings, restriction }) => {
        const [first, ...others] = spellings.map((keyed) => verdict(keyed, plan, restriction));
        for (const other of others) expect(other).toEqual(first);
      }),
      { numRuns: 10_000 },
    );
  });

  it('a prefix that any of its spellings begins with blocks all of them', () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), fc.integer({ min: 6, max: 9 }), ({ plan, spellings }, pick, length) => {
        const prefix = (spellings[pick % spellings.length] ?? '').slice(0, length);
        for (const keyed of spellings) {
          expect(verdict(keyed, plan, { ...unrestricted, blockedPrefixes: [prefix] })).toMatchObject({
            allowed: false,
            reason: 'number-blocked',
          });
        }
      }),
      { numRuns: 5000 },
    );
  });
});
