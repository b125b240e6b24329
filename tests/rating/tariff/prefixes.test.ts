import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePrefixes, type PrefixFields } from '../../../src/rating/tariff/prefixes.ts';
import { undecided, type PrefixOptions } from '../../../src/rating/tariff/prefix-options.ts';

const read = (fields: string | Partial<PrefixFields>, options: Partial<PrefixOptions> = {}) => {
  const parsed = parsePrefixes(typeof fields === 'string' ? { prefix: fields } : fields, { ...undecided, ...options });
  return parsed.ok ? parsed.value.prefixes.join(' ') : parsed.problem;
};

describe('prefixes', () => {
  it.each([
    ['44', '44'],
    ['+44', '44'],
    ['+44 20', '4420'],
    ['44, 4420; 4421', '44 4420 4421'],
    ['4420|4421\n4422', '4420 4421 4422'],
    ['4420/4421', '4420 4421'],
    ['4420,\n4421,\n4422', '4420 4421 4422'],
    ['49152, 49162, 49172-49174', '49152 49162 49172 49173 49174'],
    ['7701-7709', '7701 7702 7703 7704 7705 7706 7707 7708 7709'],
    ['7701 – 7703', '7701 7702 7703'],
    ['+7701-+7703', '7701 7702 7703'],
    ['1-801', '1801'],
    ['1-801-642-4655', '18016424655'],
    ['1 (801) 642.4655', '18016424655'],
    ['44-20', '4420'],
    ['44(0)20', '4420'],
    ['+44 (0) 20', '4420'],
    ['39(0)6', '3906'],
    ['+44 +45', '44 45'],
    ['44 20, 44 21', '4420 4421'],
    ['34 6, 34 7', '346 347'],
    ['44*', '44'],
    ['+44 %', '44'],
    ['44x', '44'],
    ['447XXX; 448xx', '447 448'],
    ['^34', '34'],
    ['^34.*', '34'],
    ['8801[3-9]', '88013 88014 88015 88016 88017 88018 88019'],
    ['447[579], 448[0-24]', '4475 4477 4479 4480 4481 4482 4484'],
    ['44 to 46', '44 45 46'],
    ['7701 bis 7703', '7701 7702 7703'],
    ['212,213,216,218,220,221', '212 213 216 218 220 221'],
  ])('%j is %s', (text, expected) => expect(read(text)).toBe(expected));

  it.each<[string, string, string, Partial<PrefixOptions>, Partial<PrefixOptions>]>([
    ['1,684', '1684', '1 684', { list: 'none' }, { list: 'comma' }],
    ['1,234,567', '1234567', '1 234 567', { list: 'none' }, { list: 'comma' }],
    ['1\u00a0684', '1684', '1 684', { list: 'none' }, { list: 'space' }],
    ['4420 4421', '44204421', '4420 4421', { list: 'none' }, { list: 'space' }],
    ['34 6, 7', '346 347', '346 7', { countryCodeOnce: true }, { list: 'comma' }],
    ['+34 6, 7', '346 347', '346 7', { countryCodeOnce: true }, { list: 'comma' }],
    ['+346, 7', '346 347', '346 7', { countryCodeOnce: true }, { list: 'comma' }],
    ['1 801; 802', '1801 1802', '1801 802', { countryCodeOnce: true }, { list: 'semicolon' }],
    ['44-46', '44 45 46', '4446', { dash: 'range' }, { dash: 'inside' }],
    ['355-356', '355 356', '355356', { dash: 'range' }, { dash: 'inside' }],
    ['7701-09', '7701 7702 7703 7704 7705 7706 7707 7708 7709', '770109', { dash: 'range' }, { dash: 'inside' }],
    ['44.0', '44', '440', { dot: 'decimal' }, { dot: 'inside' }],
    ['1.00', '1', '100', { dot: 'decimal' }, { dot: 'inside' }],
  ])('%j can be read in two ways: %s, or %s', (text, first, second, one, other) => {
    const refused = read(text);
    expect(refused).toContain('can be read in two ways');
    for (const options of [one, other]) {
      const [name = '', value] = Object.entries(options)[0] ?? [];
      const option = { list: '--prefix-list', countryCodeOnce: '--country-code-once' }[name] ?? `--${name}`;
      expect(refused).toContain(value === true ? option : `${option} ${String(value)}`);
    }
    expect([read(text, one), read(text, other)]).toEqual([first, second]);
  });

  it.each([
    ['0044', '00', '44'],
    ['0044-0046', '00', '44 45 46'],
    ['01144, 01146', '011', '44 46'],
    // A file that is not all written so.
    ['44', '00', '44'],
  ] as const)('%s with --dial-out %s', (text, dialOut, expected) => {
    expect(read(text, { dialOut, dash: 'range' })).toBe(expected);
    if (text.startsWith('0')) expect(read(text, { dash: 'range', list: 'comma' })).toContain('begins with 0');
  });

  it('with what is dialled before them name the option', () => {
    expect(read('0044')).toContain('--dial-out 00');
    expect(read('01144')).toContain('--dial-out 011');
  });

  it.each([
    ['', 'the prefix is missing'],
    ['44;;45', 'a prefix in the list is empty'],
    ['0044', 'begins with 0'],
    ['0044-20', 'begins with 0'],
    ['4.42E+11', 'damaged by a spreadsheet'],
    ['2026-08-01', 'is a date'],
    ['GB', 'not made up of digits'],
    ['1234567890123456', 'more than 15 digits'],
    ['44201-44199', 'a range that goes backwards'],
    ['44..46', 'write a range as 44-46'],
    ['4x4', 'not made up of digits'],
    ['*44', 'not made up of digits'],
    ['44?', 'not made up of digits'],
    ['88[9-3]', 'not made up of digits'],
    ['88[13', 'not made up of digits'],
    ['[13]88', 'not made up of digits'],
    ['46 to 44', 'a range that goes backwards'],
    ['44 to 44', 'a range that goes backwards'],
    ['0[12]', 'begins with 0'],
    ['44.2', 'as 442 with --dot inside'],
    ['44.20', 'as 4420 with --dot inside'],
    ['10000-90000', 'a range of more than 10000 prefixes'],
  ])('%j is refused: %s', (text, why) => expect(read(text)).toContain(why));

  it.each<[Partial<PrefixFields>, string]>([
    [{ countryCode: '44' }, '44'],
    [{ countryCode: '+44', areaCode: '020' }, '4420'],
    [{ countryCode: '39', areaCode: '06' }, '3906'],
    [{ countryCode: '44', areaCode: '20;161' }, '4420 44161'],
    [{ countryCode: '44', areaCode: '151-153' }, '44151 44152 44153'],
    [{ countryCode: '1', areaCode: '201-203' }, 'as 201 to 203 with --dash range, or as 1201203 with --dash inside'],
    [
      { countryCode: '1', areaCode: '201,202' },
      'as 201202 with --prefix-list none, or as 201 and 202 with --prefix-list comma',
    ],
    [{ countryCode: '44.0', areaCode: '20' }, 'as 44 with --dot decimal'],
    [{ areaCode: '20' }, 'the country code is missing'],
    [{ npanxx: '201202' }, '1201202'],
    [{ npanxx: '201-202' }, '1201202'],
    [{ npanxx: '1201202' }, '1201202'],
    [{ npanxx: '201' }, '1201'],
    [{ npanxx: '101202' }, 'is not a North American area code'],
  ])('%j is %s', (fields, expected) => expect(read(fields)).toContain(expected));

  it('are never more digits than were written, and all of them', () => {
    const prefix = fc.integer({ min: 10, max: 999_999 }).map(String);
    fc.assert(
      fc.property(
        fc.array(prefix, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(', ', '; ', ';', '|', '\n', ' ; '),
        (list, sign) => {
          expect(read(list.join(sign))).toBe(list.join(' '));
        },
      ),
    );
  });

  it('never come of a field in a way of which a person has not heard', () => {
    const sign = fc.constantFrom(...'0123456789+-., ;/|()\n\u00a0'.split(''));
    fc.assert(
      fc.property(fc.array(sign, { minLength: 1, maxLength: 12 }), (signs) => {
        const text = signs.join('');
        const parsed = parsePrefixes({ prefix: text });
        if (!parsed.ok) return;
        for (const each of parsed.value.prefixes) expect(each).toMatch(/^[1-9]\d{0,14}$/);
        // But for ranges and trunk zeros the digits of the prefixes are those of the field, in their order.
        const isPlain = !/[-()]/.test(text);
        if (isPlain) expect(parsed.value.prefixes.join('')).toBe(text.replace(/\D/g, ''));
      }),
      { numRuns: 3000 },
    );
  });
});
