import { describe, expect, it } from '@jest/globals';
import { dialledKeys, keysOf } from '../../src/numbers/written.ts';

describe('a number as it is written', () => {
  it.each([
    ['+1 (801) 642-4655', '+18016424655'],
    ['801.642.4655', '8016424655'],
    // As copied from an address book: marks for the direction of text, hyphens that do not break, spaces that do not.
    ['\u202a+1\u00a0(801)\u00a0642\u20114655\u202c', '+18016424655'],
    ['９１１', '911'],
    ['٢٠٥', '205'],
    // Two scripts whose digits follow each other.
    ['\u{116d0}\u{116d9}\u{116da}\u{116e3}', '0909'],
  ])('%s is keyed as %s', (written, keys) => {
    expect(keysOf(written)).toBe(keys);
  });

  it('keeps what is no separator', () => {
    for (const text of ['*67911#', '300x', '911,5', '$911', '']) expect(keysOf(text)).toBe(text);
  });
});

describe('a number as it is dialled by SIP', () => {
  it.each([
    ['911;phone-context=+1', '911'],
    ['8016424655;ext=5;isub=7', '8016424655'],
    ['+1-801-642-4655;phone-context=example.com', '+18016424655'],
    ['9-1-1', '911'],
    [';phone-context=+1', ''],
  ])('%s is %s', (user, keys) => {
    expect(dialledKeys(user)).toBe(keys);
  });
});
