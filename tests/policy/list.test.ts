import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatList, parseCallTypeList, parseNumberList, parsePrefixList } from '../../src/policy/list.ts';
import type { Result } from '../../src/words/result.ts';

function errorOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('the list was taken');
  return result.problem;
}

describe('a typed list', () => {
  it('may have spaces, commas, semicolons, new lines and duplicates', () => {
    expect(parsePrefixList('  1900, +44;;011\r\n801\t642 , 1900,,\n')).toEqual({
      ok: true,
      value: ['1900', '+44', '011', '801', '642'],
    });
  });

  it('may be empty', () => {
    for (const text of ['', ' ', ',;\n']) expect(parseNumberList(text)).toEqual({ ok: true, value: [] });
  });

  it('loses dots, dashes and brackets within an item, and duplicates that differ only in them', () => {
    expect(parseNumberList('(801)-642, +1-801.642.4655, (801)642, [801]642, 801‑642')).toEqual({
      ok: true,
      value: ['801642', '+18016424655'],
    });
  });

  it.each(['+44 (0)20', '(801) 642-4655', '+1 (801) 642-4655', '[801] 642'])(
    'is refused where a bracket beside a space shows one number torn in two: %s',
    (text) => {
      expect(errorOf(parsePrefixList(`1900, ${text}`))).toContain('looks like one number with spaces');
    },
  );

  it('may have brackets next to commas and new lines', () => {
    expect(parsePrefixList('(801), (802)\n803, (804) +44')).toEqual({
      ok: true,
      value: ['801', '802', '803', '804', '+44'],
    });
  });

  it.each([
    'abc',
    '80l',
    '+',
    '++44',
    '44+',
    '-801',
    '–801',
    '801-',
    '8--01',
    '()',
    '(801',
    '801)',
    '*67',
    '801#',
    '1900*',
    '٣٤',
    '８０１',
    '1;DROP',
    "'--",
    '\u0000',
    '801\u001b[2J',
    '__proto__',
  ])('is refused as a whole for %j, which the error names', (item) => {
    const error = errorOf(parsePrefixList(`1900, ${item}, 801`));
    expect(error).toContain(JSON.stringify(item.split(';').at(-1)));
    expect(error).not.toMatch(/\p{Cc}/u);
  });

  it('is refused for an item that no number could match', () => {
    expect(errorOf(parsePrefixList('+01144'))).toBe('"+01144" is not a prefix: no country code begins with 0');
    expect(errorOf(parseNumberList('1'.repeat(21)))).toBe('"111111111111111111111" is not a number: it is too long');
  });

  it('names a huge item in a short error, and quickly', () => {
    for (const text of ['1'.repeat(1_000_000), '('.repeat(1_000_000), '(1'.repeat(500_000), '1 ('.repeat(300_000)]) {
      expect(errorOf(parsePrefixList(text)).length).toBeLessThan(200);
    }
  });

  it('never throws, and accepts only digits with an optional leading +, which read the same again', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789+-.()[] ,;\n')) }),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const result = parsePrefixList(typed);
        if (!result.ok) return;
        for (const item of result.value) expect(item).toMatch(/^\+?[0-9]{1,20}$/);
        expect(new Set(result.value).size).toBe(result.value.length);
        expect(parsePrefixList(formatList(result.value))).toEqual(result);
      }),
    );
  });
});

describe('a list of call types', () => {
  it('takes their names in any case', () => {
    expect(parseCallTypeList('Local, NATIONAL toll-free;local')).toEqual({
      ok: true,
      value: ['local', 'national', 'toll-free'],
    });
  });

  it('is refused for any other word', () => {
    expect(errorOf(parseCallTypeList('local, foreign'))).toMatch(/^"foreign" is not a call type: use internal, local,/);
    expect(errorOf(parseCallTypeList('constructor'))).toContain('"constructor"');
  });
});
