import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatEnd, formatMoment, parseEnd, parseMoment } from '../../src/directory/moment.ts';
import { siteTimeOf, zoneNamed } from '../../src/words/zone.ts';

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

  describe('at a site', () => {
    const denver = siteTimeOf(zoneNamed('America/Denver'));
    const isoOf = (parsed: ReturnType<typeof parseMoment>) => (parsed.ok ? new Date(parsed.value).toISOString() : null);
    it.each([
      ['2026-12-01', '2026-12-01T07:00:00.000Z'],
      ['2026-07-01 08:30', '2026-07-01T14:30:00.000Z'],
      ['2026-12-01Z', '2026-12-01T00:00:00.000Z'],
      ['2026-12-01T00:00+02:00', '2026-11-30T22:00:00.000Z'],
    ])('%s is %s in Denver', (text, iso) => {
      expect(isoOf(parseMoment(text, denver))).toBe(iso);
    });

    it.each([
      // A day that clocks make an hour longer, and one that they make shorter.
      ['2026-11-01', '2026-11-02T07:00:00.000Z'],
      ['2026-03-08', '2026-03-09T06:00:00.000Z'],
      ['2026-01-31+02:00', '2026-01-31T22:00:00.000Z'],
      ['2026-01-31T08:00', '2026-01-31T15:00:00.000Z'],
    ])('until %s is whole: to %s', (text, iso) => {
      expect(isoOf(parseEnd(text, denver))).toBe(iso);
    });

    it('is written in its time, and reads back', () => {
      expect(formatMoment(Date.parse('2026-12-01T07:00Z'), denver)).toBe('2026-12-01');
      expect(formatMoment(Date.parse('2026-12-01T00:00Z'), denver)).toBe('2026-11-30T17:00-07:00');
      expect(formatEnd(Date.parse('2026-11-02T07:00Z'), denver)).toBe('2026-11-01');
      const zones = ['America/Denver', 'Europe/Zurich', 'Asia/Kolkata', 'America/Sao_Paulo', 'Pacific/Apia'];
      const times = zones.map((name) => siteTimeOf(zoneNamed(name)));
      const days = fc.integer({ min: 0, max: 30_000 }).map((day) => day * 86_400_000);
      fc.assert(
        fc.property(fc.constantFrom(...times), fc.oneof(fc.integer({ min: 0, max: 4e12 }), days), (time, wallMs) => {
          for (const ms of [wallMs, time.momentOf(wallMs)]) {
            expect(parseMoment(formatMoment(ms, time), time)).toEqual({ ok: true, value: ms });
            expect(parseEnd(formatEnd(ms, time), time)).toEqual({ ok: true, value: ms });
          }
        }),
      );
    });
  });
});
