import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { siteTimeOf, zoneNamed } from '../../src/words/zone.ts';
import { newInput, readInput } from '../../src/directory/inputs.ts';
import { accounts, extensions, type Noun } from '../../src/directory/nouns.ts';
import { shownTexts, type View } from '../../src/directory/showing.ts';
import { callTypes } from '../../src/words/call-type.ts';
import type { Restriction } from '../../src/words/directory.ts';
import type { Kind, KindValues } from '../../src/words/directory/field.ts';
import type { Member } from '../../src/words/directory/member.ts';
import { spread } from '../../src/words/directory/restriction.ts';
import { northAmerica } from '../support/north-america.ts';
import { department } from '../store/records.ts';

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength, maxLength });
const list = <Item>(item: fc.Arbitrary<Item>) => fc.uniqueArray(item, { maxLength: 5 });
const numbers = list(
  fc.oneof(
    digits(1, 20),
    digits(1, 14).map((text) => `+1${text}`),
  ),
);
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((typed) => typed.replaceAll(/\p{Cc}/gu, '').trim());
const time = siteTimeOf(zoneNamed('America/Denver'));
const views: View = {
  time,
  departments: [{ ...department, id: 7, name: 'Sales' }],
  ...{ payers: new Map(), nowMs: 0, showCodes: true },
};

/** Often those of a day. */
const moments = fc.option(
  fc.oneof(
    fc.integer({ min: 0, max: 4_000_000_000_000 }),
    fc.integer({ min: 0, max: 40_000 }).map((day) => time.momentOf(day * 86_400_000)),
  ),
);

/** Any value of a kind that can be typed. */
const values: { readonly [K in Kind]: fc.Arbitrary<KindValues[K]> } = {
  // No emergency number is as long, even behind the outside line.
  'billing-code': digits(6, 20),
  // Without what a spreadsheet makes of a number, which is refused.
  phone: fc
    .stringMatching(/^[0-9A-Za-z+*#._-]{1,40}$/)
    .filter((typed) => !/^\d+(?:\.\d*)?(?:e\+?\d+)?$/i.test(typed) || /^\d+$/.test(typed)),
  name: text.filter((typed) => typed !== ''),
  text,
  department: fc.constantFrom(null, 7),
  account: fc.constant(null),
  limit: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
  level: fc.integer({ min: 0, max: 255 }),
  money: fc.option(fc.integer({ min: 0, max: 1_000_000_000_000 })),
  digits: fc.option(fc.integer({ min: 0, max: 30 })),
  moment: moments,
  end: moments,
  'yes-no': fc.boolean(),
  'shown-number': fc.constantFrom(null, '+18016420100', '+442079460000'),
  numbers,
  prefixes: numbers,
  blocks: list(fc.constantFrom('1900', '+44', '1', '+1801')),
  'world-prefixes': list(fc.constantFrom('44', '1', '1801')),
  'call-types': list(fc.constantFrom(...callTypes)),
  hours: list(fc.constantFrom('Mon-Fri 08:00-18:00', 'Sat 22:00-06:00', 'Mon-Sun 00:00-24:00')),
  address: fc.array(
    text.map((line) => line.replaceAll(';', '').trim()).filter((line) => line !== ''),
    { maxLength: 8 },
  ),
  mail: fc.constantFrom('', 'anna@example.org', "o'brien+x@ex-ample.co.uk, ben@example.org"),
};

function typedAgain<Entity extends Member, Input extends { restriction?: Restriction }>(
  noun: Noun<Entity, Input>,
): void {
  const entries = Object.entries(noun.fields);
  const entity = fc.record(
    Object.fromEntries(entries.map(([name, { kind }]) => [name, values[kind] as fc.Arbitrary<unknown>])),
  );
  const isWhole = ({ minimumDigits, maximumDigits, validFromMs, validUntilMs }: Record<string, unknown>) =>
    (minimumDigits === null || maximumDigits === null || Number(minimumDigits) <= Number(maximumDigits)) &&
    (validFromMs == null || validUntilMs == null || Number(validFromMs) < Number(validUntilMs));
  fc.assert(
    fc.property(entity.filter(isWhole), (shown) => {
      const typed = Object.fromEntries(
        shownTexts(noun.fields, shown, views).map(({ name, text: typedText }) => [name, typedText]),
      );
      const payer = { ok: true, value: null } as const;
      const read = readInput(noun, newInput(noun), typed, { plan: northAmerica, payer, time });
      if (!read.ok) throw new Error(read.problem.join('\n'));
      const { departmentId, ...rest } = shown;
      expect(spread(read.value)).toMatchObject({ ...rest, department: departmentId === null ? null : 'Sales' });
    }),
  );
}

describe('what is shown of something in the directory', () => {
  it('is read as the same when it is typed again: every field of an account', () => typedAgain(accounts));
  it('is read as the same when it is typed again: every field of an extension', () => typedAgain(extensions));
});
