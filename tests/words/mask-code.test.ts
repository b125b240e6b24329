import { expect, it } from '@jest/globals';
import { maskCode } from '../../src/words/mask-code.ts';

it.each([
  ['', ''],
  ['1', '*'],
  ['123', '***'],
  ['1234', '***4'],
  ['12345', '***45'],
  ['12345678901234567890', '******************90'],
])('shows of %j only %j', (code, shown) => expect(maskCode(code)).toBe(shown));
