import { describe, expect, it } from '@jest/globals';
import { isPrefix } from '../../src/numbers/e164.ts';

describe('isPrefix', () => {
  it.each([
    ['1', true],
    ['123456789012345', true],
    ['1234567890123456', false],
    ['0', false],
    ['', false],
    ['44a', false],
  ])('%j: %s', (text, expected) => expect(isPrefix(text)).toBe(expected));
});
