import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commaSigns, plainNumber, pointSigns, signsOf } from '../../src/rating/signs.ts';
import { readMoney } from '../../src/rating/tariff/amounts.ts';

const locales = [
  'de',
  'de-CH',
  'de-AT',
  'en',
  'en-GB',
  'en-IN',
  'fr',
  'fr-CH',
  'es',
  'it',
  'pt-BR',
  'nl',
  'pl',
  'sv',
  'hi',
  'ar-EG',
  'fa',
  'th',
  'ja',
];

const signs = (locale: string) => {
  const read = signsOf(locale);
  if (!read.ok) throw new Error(read.problem);
  return read.value;
};

describe('numbers of a locale', () => {
  it.each(locales)('%s are read back as they are written', (locale) => {
    const found = signs(locale);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), fc.integer({ min: 0, max: 6 }), (digits, decimals) => {
        const format = new Intl.NumberFormat(locale, {
          minimumFractionDigits: decimals,
          maximumFractionDigits: decimals,
        });
        const value = digits / 10 ** decimals;
        expect(Number(plainNumber(format.format(value), found))).toBe(Number(value.toFixed(decimals)));
      }),
    );
  });

  it.each([
    ['de', '1.234,5', '1234.5'],
    ['de', '0,0671', '0.0671'],
    ['de', '0.0671', null],
    ['de', '1.23', null],
    ['de', '1.2345', null],
    ['en', '1,234.5', '1234.5'],
    ['en', '1,23', null],
    ['en-IN', '12,34,567.8', '1234567.8'],
    ['en-IN', '1,234,567', null],
    ['de-CH', "1'234.5", '1234.5'],
    ['fr', '1 234,5', '1234.5'],
    ['ar-EG', '٠٫٠٦٧١', '0.0671'],
  ])('%s: %s is %s', (locale, text, expected) => expect(plainNumber(text, signs(locale))).toBe(expected));

  it('are never read with another value where nothing was declared', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999 }), fc.constantFrom(...locales), (digits, locale) => {
        const value = digits / 10_000;
        const text = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(value);
        const read = readMoney(text, { signs: pointSigns, currency: 'USD' });
        // 1.234 is the one text that cannot be told from a decimal point, which is what is taken where nothing is declared.
        const isDecimal = /^\d+(\.\d+)?$/.test(text);
        expect(read.ok).toBe(isDecimal);
        if (read.ok) expect(read.value).toBe(Math.round(Number(text) * 1_000_000));
      }),
    );
  });

  it.each([
    ['xx-bogus-locale-', 'is not a locale'],
    ['', 'is not a locale'],
  ])('%j is refused', (locale, why) => {
    const read = signsOf(locale);
    expect(read.ok ? '' : read.problem).toContain(why);
  });
});

describe('an amount', () => {
  it.each([
    [
      '1,684',
      pointSigns,
      '"1,684" has a comma: it is 1.684 with --decimal-comma or --locale de, 1684 with --locale en',
    ],
    ['1,684.5', pointSigns, '"1,684.5" has a comma: it is 1684.5 with --locale en'],
    ['1.684,5', pointSigns, '"1.684,5" has a comma: it is 1684.5 with --decimal-comma or --locale de'],
    ['0.5', commaSigns, '"0.5" is not written as declared: with "," before the decimals and nothing between thousands'],
    ['-1', pointSigns, 'is negative'],
    ['€0.5', pointSigns, '"€0.5" has the sign €, but the table is in USD'],
    ['5E-2', pointSigns, 'scientific notation'],
  ])('%s is refused', (text, declared, why) => {
    const read = readMoney(text, { signs: declared, currency: 'USD' });
    expect(read.ok ? '' : read.problem).toContain(why);
  });

  it.each([
    ['0.0012345', null, null],
    ['0.0012345', 'half-up', 1_235],
    ['0.0012345', 'half-even', 1_234],
    ['0.0012345', 'down', 1_234],
    ['0.00123401', 'up', 1_235],
    ['0.00123400', null, 1_234],
    ['0.0000001', 'half-up', null],
    ['1000000.0000001', 'up', null],
  ] as const)('%s, rounded %s', (text, rounding, micros) => {
    const read = readMoney(text, { signs: pointSigns, currency: 'USD', rounding });
    expect(read.ok ? read.value : null).toBe(micros);
    if (rounding === null && !read.ok) expect(read.problem).toContain('--round-prices');
  });

  it.each([
    ['$0.0131', 'USD', 13_100],
    ['0.5 €', 'EUR', 500_000],
    ['US$ 1', 'USD', 1_000_000],
  ])('%s in %s may have the sign of its currency', (text, currency, micros) => {
    expect(readMoney(text, { signs: pointSigns, currency })).toEqual({ ok: true, value: micros });
  });

  it.each([
    ['0.0002/s', 12_000],
    ['€0.0002 / sec', 12_000],
    ['0.0002 EUR per second', 12_000],
    ['1.5 ct', 15_000],
    ['1.5ct/min', 15_000],
    ['1.5 Cent pro Minute', 15_000],
    ['1.5¢', 15_000],
    ['0.015 €/Min', 15_000],
    ['EUR 0.015 / min.', 15_000],
    ['0.9/h', 15_000],
  ])('%s has its unit in the cell', (text, micros) => {
    expect(readMoney(text, { signs: pointSigns, currency: 'EUR' })).toEqual({ ok: true, value: micros });
  });

  it.each([
    ['0.02 s', undefined, false],
    ['0.02 x', undefined, false],
    ['0.02/call', undefined, false],
    ['1.5 ct', { seconds: 1, parts: 1 }, false],
    ['0.02/min', { seconds: 1, parts: 1 }, false],
    ['0.02/min', undefined, true],
    ['0.02/s', undefined, true],
    ['$0.02/s', undefined, false],
  ] as const)('%s in a column in %j is refused', (text, unit, isForCall) => {
    expect(readMoney(text, { signs: pointSigns, currency: 'EUR', unit, isForCall }).ok).toBe(false);
  });

  it('a unit in the cell may be that of the column, and of a fee', () => {
    const reading = { signs: pointSigns, currency: 'EUR' };
    const [perSecond, cents] = [{ seconds: 1, parts: 1 } as const, { seconds: 60, parts: 100 } as const];
    expect(readMoney('0.0002/s', { ...reading, unit: perSecond })).toEqual({ ok: true, value: 12_000 });
    expect(readMoney('5 ct', { ...reading, unit: cents, isForCall: true })).toEqual({ ok: true, value: 50_000 });
    expect(readMoney('5 ct', { ...reading, isForCall: true })).toEqual({ ok: true, value: 50_000 });
  });
});
