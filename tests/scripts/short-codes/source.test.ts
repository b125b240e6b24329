import { describe, expect, it, test } from '@jest/globals';
import { alternatives, readShortCodes } from '../../../scripts/short-codes/source.ts';

test.each([
  ['', ['']],
  ['1', ['1']],
  ['1|2(?:3|4(?:5|6))|7[89]', ['1', '2(?:3|4(?:5|6))', '7[89]']],
])('the alternatives of %j', (pattern, parts) => {
  expect(alternatives(pattern)).toEqual(parts);
});

describe('the codes of every country', () => {
  it('have no alternative twice', () => {
    for (const [country, codes] of Object.entries(readShortCodes())) {
      for (const pattern of [codes.codes, codes.notVoice, codes.free]) {
        const parts = alternatives(pattern);
        expect({ country, parts }).toEqual({ country, parts: [...new Set(parts)] });
      }
    }
  });
});
