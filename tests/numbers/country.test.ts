import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { countryOf, hasLengthOfNumber } from '../../src/numbers/country.ts';
import { countries, namesOf, numberingOf } from '../../src/numbers/metadata.ts';
import { runs } from '../support/random.ts';
import { examples } from './examples.ts';

const codes = [...new Set(countries().map((name) => numberingOf(name).callingCode)), '800', '882', '999'];
const shared = codes.filter((code) => namesOf(code).length > 1);

/** Calling codes that belong to several countries twice as often: there the other digits decide. */
const number = fc
  .tuple(fc.oneof(fc.constantFrom(...codes), fc.constantFrom(...shared)), fc.stringMatching(/^[1-9][0-9]{0,12}$/))
  .map(([code, national]) => `+${code}${national}`.slice(0, 16));

describe('the country of a number', () => {
  it.each([
    ['+18015550100', 'US'],
    ['+18765550100', 'JM'],
    ['+14165550100', 'CA'],
    ['+442079460000', 'GB'],
    ['+4402079460000', 'GB'],
    ['+441481960194', 'GG'],
    ['+77012345678', 'KZ'],
    ['+390612345678', 'IT'],
    ['+390669812345', 'VA'],
    ['+80012345678', null],
    ['+1', null],
    ['+999123456', null],
    ['18015550100', null],
    ['+1801555010x', null],
    ['', null],
  ])('%s: %s', (e164, country) => {
    expect(countryOf(e164)).toBe(country);
  });

  it('is what libphonenumber-js says, for its examples of every country and kind', () => {
    for (const { callingCode, national } of examples()) {
      const e164 = `+${callingCode}${national}`;
      expect([e164, countryOf(e164)]).toEqual([e164, parsePhoneNumberFromString(e164)?.country ?? null]);
    }
  });

  it('is what libphonenumber-js says, for any digits that it reads as they are', () => {
    fc.assert(
      fc.property(number, (e164) => {
        const read = parsePhoneNumberFromString(e164);
        // It takes national prefixes out of numbers that do not exist.
        fc.pre(read === undefined || read.number === e164);
        expect(countryOf(e164)).toBe(read?.country ?? null);
      }),
      { numRuns: runs(3000) },
    );
  });

  it('has numbers of lengths that libphonenumber-js calls possible', () => {
    fc.assert(
      fc.property(number, (e164) => {
        const read = parsePhoneNumberFromString(e164);
        fc.pre(read !== undefined && read.number === e164);
        expect(hasLengthOfNumber(e164)).toBe(read.isPossible());
      }),
      { numRuns: runs(3000) },
    );
  });
});
