import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { authorize } from '../../src/policy/authorize.ts';
import type { Decision } from '../../src/policy/authorize.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { uselessBlock } from '../../src/policy/effect.ts';
import type { Restriction } from '../../src/words/directory.ts';
import { callTypes } from '../../src/words/call-type.ts';
import { readNumber } from '../../src/numbers/read.ts';
import { spellingsOf } from '../../src/numbers/spellings.ts';
import type { DialPlan } from '../../src/numbers/dial-plan.ts';
import { northAmerica } from '../support/north-america.ts';
import { berlin, buenosAires, denmark, london, mexicoCity, moscow, rome, saltLake, saoPaulo } from './plans.ts';

/** One destination and how people key it, written by hand and apart from the code under test. */
type Destination = { plan: DialPlan; spellings: string[] };

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: length, maxLength: length });
/** Numbers of `length` digits that begin with one of `starts`. */
const numbers = (starts: string, length: number) =>
  fc
    .tuple(fc.constantFrom(...starts.split(' ')), digits(length))
    .map(([start, rest]) => (start + rest).slice(0, length));

/** Behind a calling code, those that the other library's own judgement lets pass. */
const valid = (code: string, national: fc.Arbitrary<string>) =>
  national.filter((n) => parsePhoneNumberFromString(`+${code}${n}`)?.isValid() === true);
const behind = (prefixes: readonly string[], texts: readonly string[]) =>
  prefixes.flatMap((prefix) => texts.map((text) => prefix + text));

const american = (n: string) => [n, `1${n}`, `+1${n}`, `+11${n}`, `0111${n}`, `01111${n}`, `001${n}`, `0011${n}`];
const domestic: [plan: DialPlan, national: fc.Arbitrary<string>, spell: (national: string) => string[]][] = [
  [northAmerica, valid('1', numbers('2 37 801 8012 900 800 440 876 809 416 500', 10)), american],
  [
    saltLake,
    valid('1', numbers('801642 8019 212', 10)),
    (n) => [...american(n), ...(/^801[2-9]/.test(n) ? [n.slice(3)] : [])],
  ],
  [
    london,
    valid('44', numbers('20 207 161 7400 77819 90 80 1534', 10)),
    (n) => [
      n,
      `0${n}`,
      `44${n}`,
      `440${n}`,
      ...behind(['+', '00'], [`44${n}`, `440${n}`]),
      ...(/^20[1-9]/.test(n) ? [n.slice(2)] : []),
    ],
  ],
  [denmark, valid('45', numbers('2 32 45 90', 8)), (n) => [n, `45${n}`, `+45${n}`, `0045${n}`]],
  [
    berlin,
    valid('49', numbers('30 341 17 900 180 491', 10)),
    (n) => [`0${n}`, `+49${n}`, `+490${n}`, `0049${n}`, `00490${n}`],
  ],
  [
    moscow,
    valid('7', numbers('495 800 9 84 7172 701', 10)),
    (n) => [n, `8${n}`, `7${n}`, `+7${n}`, `+78${n}`, `007${n}`, `0078${n}`, `8107${n}`, `81078${n}`],
  ],
  [rome, valid('39', numbers('06 066982 02 34 800 899 39', 10)), (n) => [n, `+39${n}`, `0039${n}`]],
  [
    saoPaulo,
    valid('55', fc.oneof(numbers('11 21', 10), numbers('119 219 479', 11))),
    (n) => [`0${n}`, ...behind(['+', '0021', '0015', '0041'], [`55${n}`, `550${n}`])],
  ],
  [
    mexicoCity,
    valid('52', numbers('55 33 800 900', 10)),
    (n) => [n, `01${n}`, `044${n}`, `045${n}`, ...behind(['+', '00', '09'], [`52${n}`, `521${n}`])],
  ],
  [
    buenosAires,
    valid('54', numbers('911', 11)),
    (n) => [`011 15 ${n.slice(3)}`.replaceAll(' ', ''), ...behind(['+', '00'], [`54${n}`, `541115${n.slice(3)}`])],
  ],
  [buenosAires, valid('54', numbers('11 223 800', 10)), (n) => [`0${n}`, `+54${n}`, `+540${n}`, `0054${n}`]],
];
const abroad = fc.oneof(
  valid('44', numbers('20 161 74 90', 10)).map((n) => [`44${n}`, `440${n}`]),
  valid('33', numbers('1 6 89', 9)).map((n) => [`33${n}`, `330${n}`]),
  valid('39', numbers('06 3', 10)).map((n) => [`39${n}`]),
  valid('354', numbers('4 5', 7)).map((n) => [`354${n}`]),
  valid('881', numbers('6', 10)).map((n) => [`881${n}`]),
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
    minimumDigits: limit(7, 13),
    maximumDigits: limit(8, 14),
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

describe('for random destinations at sites of ten kinds', () => {
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

  it('the decision, with its reason and rule, is the same for every spelling, whatever is blocked or allowed', () => {
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

  it('an allowed prefix never allows a destination that has no spelling beginning with it', () => {
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

  it('the beginning of a spelling is never refused as a block without effect', () => {
    fc.assert(
      fc.property(destination, fc.integer({ min: 1, max: 20 }), ({ plan, spellings }, length) => {
        for (const spelling of allSpellings({ plan, spellings })) {
          expect(uselessBlock(spelling.slice(0, length), plan)).toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the outside-line digit changes neither destination nor decision, and is not dialled', () => {
    const call = destination.chain(({ plan, spellings }) =>
      fc.record({
        plan: fc.constant({ ...plan, outsideLine: '9' }),
        keyed: fc.constantFrom(...spellings),
        account: restrictionFor(spellings),
      }),
    );
    let read = 0;
    fc.assert(
      fc.property(call, ({ plan, keyed, account }) => {
        const [bare, outside] = [readNumber(keyed, plan), readNumber(`9${keyed}`, plan)];
        // Refused, where the digit may belong to the number: of the two, or of the number that begins with it anyway.
        if (keyed.startsWith('+') || outside.callType === null || bare.callType === null) return;
        read += 1;
        if (outside.dial !== bare.dial) expect(outside).toMatchObject({ dial: `9${keyed}` });
        else expect(decide(`9${keyed}`, plan, account)).toEqual(decide(keyed, plan, account));
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(300);
  });

  it('whatever is keyed is read without an error, and what is dialled is the same destination', () => {
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
        expect({ ...readNumber(number.dial, plan), keyed: text }).toEqual(number);
      }),
      { numRuns: 5000 },
    );
  });
});
