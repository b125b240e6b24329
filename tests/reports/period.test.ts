import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { periodText, readPeriod } from '../../src/reports/period-text.ts';
import { momentText, presetPeriod, startOfDay, wallClock, weekText } from '../../src/reports/period.ts';
import { isTimeZone, zoneNamed } from '../../src/words/zone.ts';

const denver = zoneNamed('America/Denver');
const berlin = zoneNamed('Europe/Berlin');
const hour = 3_600_000;
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();
const isoOf = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }) => [iso(fromMs), iso(untilMs)];

function periodOf(asked: Parameters<typeof readPeriod>[0], now: string, zone = denver) {
  const read = readPeriod(asked, at(now), { zone, fiscalYearStart: '04-06' });
  return read.ok ? isoOf(read.value) : read.problem((field) => `--${field}`);
}

describe('days when clocks change', () => {
  it('have 23 hours in spring and 25 in autumn', () => {
    const length = (year: number, month: number, day: number, zone = denver) =>
      (startOfDay(year, month, day + 1, zone) - startOfDay(year, month, day, zone)) / hour;
    expect(length(2026, 3, 7)).toBe(24);
    expect(length(2026, 3, 8)).toBe(23);
    expect(length(2026, 11, 1)).toBe(25);
    expect(length(2026, 3, 29, berlin)).toBe(23);
    expect(length(2026, 10, 25, berlin)).toBe(25);
    expect(length(2026, 10, 4, zoneNamed('Australia/Lord_Howe'))).toBe(23.5);
  });

  it('begin at 01:00 where the change skips midnight, and at the first of two midnights', () => {
    const beirut = zoneNamed('Asia/Beirut');
    expect(momentText(startOfDay(2026, 3, 29, beirut), beirut)).toBe('2026-03-29T01:00:00+03:00');
    const havana = zoneNamed('America/Havana');
    expect(momentText(startOfDay(2026, 11, 1, havana), havana)).toBe('2026-11-01T00:00:00-04:00');
  });

  it('leave out a day that a zone skipped', () => {
    const apia = zoneNamed('Pacific/Apia');
    expect(startOfDay(2011, 12, 31, apia) - startOfDay(2011, 12, 30, apia)).toBe(0);
  });

  it('tell the hour that comes twice apart', () => {
    expect(momentText(at('2026-11-01T07:30:00Z'), denver)).toBe('2026-11-01T01:30:00-06:00');
    expect(momentText(at('2026-11-01T08:30:00Z'), denver)).toBe('2026-11-01T01:30:00-07:00');
  });
});

describe('presets', () => {
  const now = '2026-03-09T03:00:00Z'; // still Sunday, 8 March, in Denver: clocks changed that morning
  it.each([
    ['today', '2026-03-08T07:00:00.000Z', '2026-03-09T06:00:00.000Z'],
    ['yesterday', '2026-03-07T07:00:00.000Z', '2026-03-08T07:00:00.000Z'],
    ['this-week', '2026-03-02T07:00:00.000Z', '2026-03-09T06:00:00.000Z'],
    ['last-week', '2026-02-23T07:00:00.000Z', '2026-03-02T07:00:00.000Z'],
    ['this-month', '2026-03-01T07:00:00.000Z', '2026-04-01T06:00:00.000Z'],
    ['last-month', '2026-02-01T07:00:00.000Z', '2026-03-01T07:00:00.000Z'],
    ['this-year', '2026-01-01T07:00:00.000Z', '2027-01-01T07:00:00.000Z'],
    ['last-7-days', '2026-03-02T07:00:00.000Z', '2026-03-09T06:00:00.000Z'],
    ['last-30-days', '2026-02-07T07:00:00.000Z', '2026-03-09T06:00:00.000Z'],
    ['last-90-days', '2025-12-09T07:00:00.000Z', '2026-03-09T06:00:00.000Z'],
  ])('%s', (preset, from, until) => {
    expect(periodOf({ preset }, now)).toEqual([from, until]);
  });

  it('contain the present moment where they should, and meet without gaps', () => {
    const zones = ['UTC', 'America/Denver', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Havana'].map(zoneNamed);
    fc.assert(
      fc.property(
        fc.integer({ min: at('1990-01-01'), max: at('2040-01-01') }),
        fc.constantFrom(...zones),
        (ms, zone) => {
          for (const preset of ['today', 'this-week', 'this-month', 'this-year'] as const) {
            const { fromMs, untilMs } = presetPeriod(preset, ms, zone);
            expect(fromMs).toBeLessThanOrEqual(ms);
            expect(untilMs).toBeGreaterThan(ms);
          }
          const today = presetPeriod('today', ms, zone);
          expect(presetPeriod('yesterday', ms, zone).untilMs).toBe(today.fromMs);
          expect(wallClock(today.fromMs, zone).day).not.toBe(wallClock(today.fromMs - 1, zone).day);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('from and to', () => {
  const now = '2026-03-15T12:00:00Z';
  it('include whole days, in the site’s time', () => {
    const march = ['2026-03-01T07:00:00.000Z', '2026-04-01T06:00:00.000Z'];
    expect(periodOf({ from: '2026-03-01', to: '2026-03-31' }, now)).toEqual(march);
    expect(periodOf({}, now)).toEqual(march);
    expect(periodOf({ from: '2026-03-15' }, now)).toEqual(['2026-03-15T06:00:00.000Z', '2026-03-16T06:00:00.000Z']);
  });

  it('take moments, with an offset or in the site’s time', () => {
    const asked = { from: '2026-03-08T03:00', to: '2026-03-08T12:00Z' };
    expect(periodOf(asked, now)).toEqual(['2026-03-08T09:00:00.000Z', '2026-03-08T12:00:00.000Z']);
  });

  it.each([
    [{ from: '2026-03-02', to: '2026-03-01' }, '--from 2026-03-02 is after --to 2026-03-01: nothing lies between'],
    [{ from: '2026-03-16' }, '--from 2026-03-16 is after today: nothing lies between'],
    [{ to: '2026-03-01' }, '--to needs --from'],
    [{ from: '2026-02-30' }, '--from: "2026-02-30" is not a date: use 2026-01-31 or 2026-01-31T08:00'],
    [{ from: '2026-03-01', to: 'x' }, '--to: "x" is not a date: use 2026-01-31 or 2026-01-31T08:00'],
    [{ preset: 'today', from: '2026-03-01' }, '--preset goes without --from and --to'],
    [
      { preset: 'tomorrow' },
      'there is no period "tomorrow": use one of today, yesterday, this-week, last-week, this-month, last-month, this-quarter, last-quarter, this-year, last-year, this-fiscal-year, last-fiscal-year, last-7-days, last-30-days, last-90-days',
    ],
  ])('%j is refused', (asked, problem) => {
    expect(periodOf(asked, now)).toBe(problem);
  });

  it('are shown as they were given', () => {
    const read = readPeriod({ from: '2026-03-01', to: '2026-03-31' }, at(now), {
      zone: denver,
      fiscalYearStart: '01-01',
    });
    expect(read.ok && periodText(read.value, denver)).toBe('2026-03-01 to 2026-03-31 (America/Denver)');
  });
});

describe('quarters and years', () => {
  it.each([
    ['this-quarter', '2026-05-06T18:00:00Z', '2026-04-01T06:00:00.000Z', '2026-07-01T06:00:00.000Z'],
    ['last-quarter', '2026-02-06T18:00:00Z', '2025-10-01T06:00:00.000Z', '2026-01-01T07:00:00.000Z'],
    ['last-year', '2026-02-06T18:00:00Z', '2025-01-01T07:00:00.000Z', '2026-01-01T07:00:00.000Z'],
    // They begin on 6 April here: the day before is the fiscal year before.
    ['this-fiscal-year', '2026-04-06T18:00:00Z', '2026-04-06T06:00:00.000Z', '2027-04-06T06:00:00.000Z'],
    ['this-fiscal-year', '2026-04-05T18:00:00Z', '2025-04-06T06:00:00.000Z', '2026-04-06T06:00:00.000Z'],
    ['last-fiscal-year', '2026-04-06T18:00:00Z', '2025-04-06T06:00:00.000Z', '2026-04-06T06:00:00.000Z'],
  ])('%s at %s', (preset, now, from, until) => {
    expect(periodOf({ preset }, now)).toEqual([from, until]);
  });
});

describe('weeks', () => {
  it.each([
    [{ year: 2026, month: 1, day: 1 }, '2026-W01'],
    [{ year: 2027, month: 1, day: 3 }, '2026-W53'],
    [{ year: 2024, month: 12, day: 30 }, '2025-W01'],
  ])('%j is in %s', (day, week) => {
    expect(weekText(day)).toBe(week);
  });
});

it('time zones are told from other words', () => {
  expect(['UTC', 'America/Denver', 'Denver', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
