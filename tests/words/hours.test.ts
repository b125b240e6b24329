import { describe, expect, it } from '@jest/globals';
import { areOpen, parseHours } from '../../src/words/hours.ts';
import { calendarOf, type CalendarTime } from '../../src/words/calendar.ts';
import { siteTimeIn } from '../../src/words/zone.ts';

const calendar = (timeZone: string): ((atMs: number) => CalendarTime) => calendarOf(siteTimeIn(timeZone));

const isOpen = (hours: string, moment: string, timeZone = 'UTC'): boolean => {
  const parsed = parseHours(hours);
  if (!parsed.ok) throw new Error(parsed.problem);
  return areOpen(parsed.value, calendar(timeZone)(Date.parse(moment)));
};

describe('times of the week, as people type them', () => {
  it.each([
    ['Mon-Fri 08:00-18:00', ['Mon-Fri 08:00-18:00']],
    ['monday - friday 8:00 - 18:00; SAT 9:00-12:00', ['Mon-Fri 08:00-18:00', 'Sat 09:00-12:00']],
    ['8:00-18:00', ['Mon-Sun 08:00-18:00']],
    ['Fri-Mon 22:00-06:00', ['Fri-Mon 22:00-06:00']],
    ['00:00-24:00', ['Mon-Sun 00:00-24:00']],
    ['', []],
  ])('%s', (text, value) => {
    expect(parseHours(text)).toEqual({ ok: true, value });
    // As it is shown, it can be typed again.
    expect(parseHours(value.join(', '))).toEqual({ ok: true, value });
  });

  it.each([
    'Mon',
    '8-18',
    'Mon-Fri 8:00',
    'Xyz 08:00-18:00',
    '08:00-25:00',
    '24:00-06:00',
    '08:60-18:00',
    '08:00-08:00',
  ])('are not: %s', (text) => {
    expect(parseHours(text)).toMatchObject({ ok: false, problem: expect.stringContaining('08:00-18:00') });
  });
});

describe('calling hours', () => {
  it.each<[string, string, string, boolean]>([
    ['the minute before they begin', 'Mon-Fri 08:00-18:00', '2026-11-26T07:59:59.999Z', false],
    ['the moment they begin', 'Mon-Fri 08:00-18:00', '2026-11-26T08:00:00Z', true],
    ['the last millisecond', 'Mon-Fri 08:00-18:00', '2026-11-26T17:59:59.999Z', true],
    ['the moment they end', 'Mon-Fri 08:00-18:00', '2026-11-26T18:00:00Z', false],
    ['another day', 'Mon-Fri 08:00-18:00', '2026-11-28T12:00:00Z', false],
    ['a week that goes round its end', 'Sat-Mon 08:00-18:00', '2026-11-29T12:00:00Z', true],
    ['a night, before midnight', 'Fri 22:00-06:00', '2026-11-27T23:00:00Z', true],
    ['a night, after midnight: still that of Friday', 'Fri 22:00-06:00', '2026-11-28T05:59:00Z', true],
    ['a night that ended', 'Fri 22:00-06:00', '2026-11-28T06:00:00Z', false],
    ['the same hours of a day whose night it is not', 'Fri 22:00-06:00', '2026-11-27T05:00:00Z', false],
    ['all day', 'Sun 00:00-24:00', '2026-11-29T23:59:59Z', true],
  ])('%s', (_, hours, moment, open) => {
    expect(isOpen(hours, moment)).toBe(open);
  });

  it('are those of the site, whose day is another one', () => {
    // Friday 23:30 in Denver is Saturday in UTC.
    expect(isOpen('Fri 08:00-24:00', '2026-11-28T06:30:00Z', 'America/Denver')).toBe(true);
    expect(isOpen('Fri 08:00-24:00', '2026-11-28T06:30:00Z')).toBe(false);
    // Half an hour, and 45 minutes.
    expect(isOpen('Mon-Sun 09:00-10:00', '2026-11-28T03:30:00Z', 'Asia/Kolkata')).toBe(true);
    expect(isOpen('Mon-Sun 09:00-10:00', '2026-11-28T03:15:00Z', 'Asia/Kathmandu')).toBe(true);
    expect(isOpen('Mon-Sun 09:00-10:00', '2026-11-28T03:14:59Z', 'Asia/Kathmandu')).toBe(false);
  });

  it('follow the clocks on the wall when these change', () => {
    // 8 March 2026, Denver: 02:00 becomes 03:00.
    expect(isOpen('Sun 02:00-03:00', '2026-03-08T08:59:59Z', 'America/Denver')).toBe(false);
    expect(isOpen('Sun 03:00-04:00', '2026-03-08T09:00:00Z', 'America/Denver')).toBe(true);
    // 1 November 2026: 01:00 to 02:00 comes twice, and is open twice.
    expect(isOpen('Sun 01:00-02:00', '2026-11-01T07:30:00Z', 'America/Denver')).toBe(true);
    expect(isOpen('Sun 01:00-02:00', '2026-11-01T08:30:00Z', 'America/Denver')).toBe(true);
    expect(isOpen('Sun 01:00-02:00', '2026-11-01T09:00:00Z', 'America/Denver')).toBe(false);
  });

  it('take a holiday of the site for a Sunday', () => {
    const holidays = ['12-25', '2026-11-26'];
    const at = (moment: string): CalendarTime => calendarOf(siteTimeIn('America/Denver'), holidays)(Date.parse(moment));
    const open = (hours: string, moment: string): boolean => areOpen(hours.split(', '), at(moment));
    // Thanksgiving and Christmas, a Thursday and a Friday: Sundays. The nights before and after belong to the day on which they begin.
    for (const moment of ['2026-11-26T12:00:00-07:00', '2026-12-25T00:00:00-07:00', '2027-12-25T23:59:59-07:00']) {
      expect(open('Mon-Fri 00:00-24:00, Sat 00:00-24:00', moment)).toBe(false);
      expect(open('Sun 00:00-24:00', moment)).toBe(true);
    }
    expect(open('Mon-Fri 00:00-24:00', '2026-11-25T23:59:59-07:00')).toBe(true);
    expect(open('Mon-Fri 00:00-24:00', '2026-11-27T00:00:00-07:00')).toBe(true);
    expect(open('Mon-Fri 22:00-06:00', '2026-11-26T05:59:00-07:00')).toBe(true);
    expect(open('Mon-Fri 22:00-06:00', '2026-11-26T22:00:00-07:00')).toBe(false);
    expect(open('Mon-Fri 22:00-06:00', '2026-11-27T05:59:00-07:00')).toBe(false);
    expect(open('Sun 22:00-06:00', '2026-11-27T05:59:00-07:00')).toBe(true);
  });

  it('are always where there are none, and never where they cannot be read', () => {
    expect(areOpen([], calendar('UTC')(0))).toBe(true);
    expect(areOpen(['whenever'], calendar('UTC')(0))).toBe(false);
  });
});
