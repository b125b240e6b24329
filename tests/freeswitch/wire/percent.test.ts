import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodePercent } from '../../../src/freeswitch/wire/percent.ts';

describe('percent-decoding', () => {
  it.each([
    ['Jos%E9', 'Jos%E9'],
    ['Jos%C3%A9', 'José'],
    ['100%25%20Legal', '100% Legal'],
    ['%F0%9F%98%80%FF', '😀%FF'],
    ['%E9%C3%A9%', '%E9é%'],
    ['%C0%80', '%C0%80'],
  ])('%s is %s', (encoded, text) => expect(decodePercent(encoded)).toBe(text));

  it('undoes encoding, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) =>
        expect(decodePercent(encodeURIComponent(text))).toBe(text),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom('%', 'E9', 'C3', '%C3', '%A9', '%f0', 'x', '2', '%25')), (parts) =>
        expect(typeof decodePercent(parts.join(''))).toBe('string'),
      ),
    );
  });
});
