import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { authorize } from '../../src/policy/authorize.ts';
import type { Decision } from '../../src/policy/authorize.ts';
import { unrestricted } from '../../src/policy/directory.ts';
import type { Restriction } from '../../src/policy/directory.ts';
import { callTypes, readNumber, spellingsOf } from '../../src/policy/number.ts';
import type { DialPlan } from '../../src/policy/number.ts';
import { northAmerica } from '../../src/policy/plans.ts';
import { berlin, denmark, london, moscow, saltLake } from './plans.ts';

/** One destination and how people key it, written by hand and apart from the code under test. */
type Destination = { plan: DialPlan; spellings: string[] };

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: length, maxLength: length });
/** Numbers of `length` digits that begin with one of `starts`. */
const numbers = (starts: string, length: number) =>
  fc
    .tuple(fc.constantFrom(...starts.split(' ')), digits(length))
    .map(([start, rest]) => (start + rest).slice(0, length));

const american = (n: string) => [n, `1${n}`, `+1${n}`, `+11${n}`, `0111${n}`, `01111${n}`, `001${n}`, `0011${n}`];
const domestic: [plan: DialPlan, national: fc.Arbitrary<string>, spell: (national: string) => string[]][] = [
  [northAmerica, numbers('2 37 801 8012 900 800 440', 10), american],
  [saltLake, numbers('801642 8019 212', 10), (n) => [...american(n), ...(/^801[2-9]/.test(n) ? [n.slice(3)] : [])]],
  [
    london,
    numbers('20 207 161 77009 90 80 44', 10),
    (n) => [
      n,
      `0${n}`,
      `44${n}`,
      `+44${n}`,
      `+440${n}`,
      `0044${n}`,
      `00440${n}`,
      ...(/^20[1-9]/.test(n) ? [n.slice(2)] : []),
    ],
  ],
  [denmark, numbers('2 32 45 90', 8), (n) => [n, `45${n}`, `+45${n}`, `0045${n}`]],
  [berlin, numbers('30 341 17 900', 10), (n) => [n, `0${n}`, `+49${n}`, `+490${n}`, `0049${n}`, `00490${n}`]],
  [berlin, numbers('491', 9), (n) => [`0${n}`, `+49${n}`, `+490${n}`, `0049${n}`, `00490${n}`]],
  [
    moscow,
    numbers('495 800 9 84', 10),
    (n) => [n, `8${n}`, `7${n}`, `+7${n}`, `+78${n}`, `007${n}`, `0078${n}`, `8107${n}`, `81078${n}`],
  ],
];
const abroad = fc.oneof(
  numbers('20 161 7', 10).map((n) => [`44${n}`, `440${n}`]),
  numbers('1 6', 9).map((n) => [`33${n}`, `330${n}`]),
  numbers('06 3', 10).map((n) => [`39${n}`]),
  numbers('2 3', 7).map((n) => [`354${n}`, `3540${n}`]),
);

const destination: fc.Arbitrary<Destination> = fc.oneof(
  fc.constantFrom(...domestic).chain(([plan, national, spell]) => national.map((n) => ({ plan, spellings: spell(n) }))),
  fc.tuple(fc.constantFrom(...domestic), abroad).map(([[plan], codes]) => ({
    plan,
    // Ambiguous at a site whose own country it is, and covered above.
    spellings: codes[0]?.startsWith(plan.countryCode)
      ? [`+${codes[0]}`]
      : ['+', ...plan.internationalPrefixes].flatMap((prefix) => codes.map((code) => prefix + code)),
  })),
);

/** Beginnings of spellings, of this destination and of others, and digits that mean nothing. */
function listFor(spellings: readonly string[]): fc.Arbitrary<string[]> {
  const cut = (from: fc.Arbitrary<string>) =>
    fc.tuple(from, fc.integer({ min: 1, max: 16 })).map(([spelling, length]) => spelling.slice(0, length));
  const other = destination.chain((there) => fc.constantFrom(...there.spellings));
  const item = fc.oneof(cut(fc.constantFrom(...spellings)), cut(other), digits(3), fc.constantFrom(...spellings));
  return fc.array(item, { maxLength: 4 });
}

function restrictionFor(spellings: readonly string[]): fc.Arbitrary<Restriction> {
  const limit = (min: number, max: number) =>
    fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.integer({ min, max }) });
  return fc.record({
    leastDigits: limit(7, 13),
    mostDigits: limit(8, 14),
    blockedPrefixes: fc.oneof(fc.constant([]), listFor(spellings)),
    allowedPrefixes: listFor(spellings),
    allowedNumbers: listFor(spellings),
    allowedCallTypes: fc.oneof(fc.constant([]), fc.subarray([...callTypes])),
  });
}

/** Random call types for a plan; how its numbers are written stays as it is. */
function withCallTypes(plan: DialPlan): fc.Arbitrary<DialPlan> {
  const prefixes = fc.array(fc.integer({ min: 1, max: 9999 }).map(String), { maxLength: 3 });
  return fc
    .record({
      localPrefixes: prefixes,
      mobilePrefixes: prefixes,
      premiumPrefixes: prefixes,
      tollFreePrefixes: prefixes,
    })
    .map((lists) => ({ ...plan, ...lists }));
}

function allSpellings({ plan, spellings }: Destination): string[] {
  const number = readNumber(spellings[0] ?? '', plan);
  if (number.callType === null) throw new Error(`unknown: ${number.keyed}`);
  return [...new Set([...spellings, ...spellingsOf(number, plan)])];
}

function decide(keyed: string, plan: DialPlan, account: Restriction, extension: Restriction = unrestricted): Decision {
  const number = readNumber(keyed, plan);
  return authorize({ account: { restriction: account }, extension: { restriction: extension }, number, plan });
}

describe('for random destinations at sites of six kinds', () => {
  it('every spelling that people key is read as one destination, and spellingsOf has them all', () => {
    fc.assert(
      fc.property(destination, ({ plan, spellings }) => {
        const read = spellings.map((keyed) => readNumber(keyed, plan));
        expect(new Set(read.map(({ e164 }) => e164)).size).toBe(1);
        for (const number of read) {
          if (number.callType === null) throw new Error(`unknown: ${number.keyed}`);
          expect(spellingsOf(number, plan)).toEqual(expect.arrayContaining(spellings));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('the decision, with its reason and rule, is the same for every spelling, whatever is blocked and allowed', () => {
    const seen = new Set<string>();
    const call = destination.chain(({ plan, spellings }) =>
      fc.record({
        plan: withCallTypes(plan),
        spellings: fc.constant(spellings),
        account: restrictionFor(spellings),
        extension: restrictionFor(spellings),
      }),
    );
    fc.assert(
      fc.property(call, ({ plan, spellings, account, extension }) => {
        const decisions = allSpellings({ plan, spellings }).map((keyed) => decide(keyed, plan, account, extension));
        const [first] = decisions;
        if (first === undefined) throw new Error('no spelling');
        seen.add(first.allowed ? 'allowed' : first.reason);
        for (const decision of decisions) expect(decision).toEqual(first);
      }),
      { numRuns: 3000 },
    );
    // Otherwise the property would say little.
    expect([...seen].sort()).toEqual([
      'allowed',
      'call-type-not-allowed',
      'number-blocked',
      'number-not-allowed',
      'number-too-long',
      'number-too-short',
    ]);
  });

  it('a block typed as the beginning of any spelling refuses them all', () => {
    const block = destination.chain(({ plan, spellings }) =>
      fc
        .tuple(fc.constantFrom(...spellings), fc.integer({ min: 1, max: 16 }))
        .map(([spelling, length]) => ({ plan, spellings, prefix: spelling.slice(0, length) })),
    );
    fc.assert(
      fc.property(block, ({ plan, spellings, prefix }) => {
        fc.pre(!['+', ...plan.internationalPrefixes].some((international) => international.startsWith(prefix)));
        for (const keyed of allSpellings({ plan, spellings })) {
          expect(decide(keyed, plan, { ...unrestricted, blockedPrefixes: [prefix] })).toMatchObject({
            reason: 'number-blocked',
          });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('an allowed prefix never allows a destination of which no spelling begins with it', () => {
    const allowance = destination.chain(({ plan, spellings }) =>
      listFor(spellings).map((allowed) => ({ plan, spellings, allowed })),
    );
    fc.assert(
      fc.property(allowance, ({ plan, spellings, allowed }) => {
        const all = allSpellings({ plan, spellings });
        for (const item of allowed) {
          const decision = decide(all[0] ?? '', plan, { ...unrestricted, allowedPrefixes: [item] });
          if (decision.allowed) expect(all.filter((keyed) => keyed.startsWith(item))).not.toEqual([]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('whatever is keyed is read without an error, dials only what may stand in a dial string, and is its own spelling', () => {
    const keyed = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0011489+*#'.split('')) }),
      fc.string({ unit: 'binary' }),
      destination.chain(({ spellings }) => fc.constantFrom(...spellings)),
    );
    fc.assert(
      fc.property(keyed, fc.constantFrom(...domestic), (text, [plan]) => {
        const number = readNumber(text, plan);
        if (number.callType === null) return;
        expect(number.dial).toMatch(/^\+?[0-9]+$/);
        expect(spellingsOf(number, plan)).toContain(text);
      }),
      { numRuns: 2000 },
    );
  });
});
