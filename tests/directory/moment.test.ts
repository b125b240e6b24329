import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMoment, parseMoment } from '../../src/directory/moment.ts';

const msOf = (text: string) => {
  const parsed = parseMoment(text);
  return parsed.ok ? new Date(parsed.value).toISOString() : null;
};

describe('a typed moment', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31Z', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31+02:00', '2026-01-30T22:00:00.000Z'],
    ['2026-01-31 08:30', '2026-01-31T08:30:00.000Z'],
    ['2026-01-31T08:30:05.5-0700', '2026-01-31T15:30:05.500Z'],
    [' 2024-02-29t23:59:59z ', '2024-02-29T23:59:59.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(msOf(text)).toBe(iso);
  });

  it.each([
    '',
    'tomorrow',
    '31.01.2026',
    '2026-02-29',
    '2026-13-01',
    '2026-01-31T24:00',
    '2026-01-31 8:30',
    '20260131',
  ])('%j is not one', (text) => {
    expect(parseMoment(text)).toEqual({ ok: false, problem: expect.stringContaining('is not a date: use 2026-01-31') });
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2999-12-31') }), (date) => {
        expect(parseMoment(formatMoment(date.getTime()))).toEqual({ ok: true, value: date.getTime() });
      }),
    );
  });
});
