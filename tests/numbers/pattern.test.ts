import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countries, numberingOf } from '../../src/numbers/metadata.ts';
import { listAll, mayBegin, mayGoOn, parsePattern } from '../../src/numbers/pattern.ts';

describe('a pattern of the metadata', () => {
  it('tells which digits a number may begin with, and continue with', () => {
    const pattern = parsePattern(String.raw`80[08]\d{2}|9(?:1[1-3]|[02]\d{1,2})?`);
    for (const digits of ['', '8', '80', '808', '80812', '9', '91', '913', '90', '9012'.slice(0, 3)]) {
      expect({ digits, begins: mayBegin(pattern, digits) }).toEqual({ digits, begins: true });
    }
    for (const digits of ['7', '81', '801', '808123', '914', '93', '9112']) {
      expect({ digits, begins: mayBegin(pattern, digits) }).toEqual({ digits, begins: false });
    }
    expect(['8081', '9', '90', '901'].filter((digits) => mayGoOn(pattern, digits))).toEqual(['8081', '9', '90', '901']);
    expect(['80812', '911', '9012', '7'].filter((digits) => mayGoOn(pattern, digits))).toEqual([]);
  });

  it('lists its numbers, unless there are too many', () => {
    expect(listAll(parsePattern('0(?:0|1[2-4])|99'), 5)).toEqual(['00', '012', '013', '014', '99']);
    expect(listAll(parsePattern('0(?:0|1[2-4])|99'), 4)).toBeNull();
  });

  it.each(['(1', 'a', '[1', '1*', '1)', '^1'])('is refused if it is not as in the metadata: %s', (source) => {
    expect(() => parsePattern(source)).toThrow(source);
  });

  it('agrees with the regular expression for every country and kind, on similar numbers', () => {
    const all = countries().flatMap((name) => numberingOf(name).kinds);
    const cases = fc.constantFrom(...all).chain(({ source, whole }) => {
      const digits = fc.stringMatching(whole);
      const near = fc
        .tuple(digits, fc.nat(20), fc.constantFrom('', '0', '5', '99'))
        .map(([text, at, more]) => text.slice(0, at) + more);
      return fc.record({ source: fc.constant(source), whole: fc.constant(whole), number: digits, near });
    });
    fc.assert(
      fc.property(cases, ({ source, whole, number, near }) => {
        const pattern = parsePattern(source);
        for (let length = 0; length <= number.length; length++)
          expect(mayBegin(pattern, number.slice(0, length))).toBe(true);
        expect(mayGoOn(pattern, number.slice(0, -1))).toBe(true);
        if (whole.test(near)) expect(mayBegin(pattern, near)).toBe(true);
        if (!mayBegin(pattern, near)) expect(whole.test(near)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
