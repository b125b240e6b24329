import { momentOf, type Zone } from '../words/zone.ts';

/** Calls that started in it: `fromMs` inclusive, `untilMs` exclusive, UTC milliseconds. */
export type Period = { fromMs: number; untilMs: number };

/** A moment as clocks on the wall of a time zone show it; months and days count from 1. */
export type WallClock = { year: number; month: number; day: number; hour: number; minute: number; second: number };

export const presets = [
  'today',
  'yesterday',
  'this-week',
  'last-week',
  'this-month',
  'last-month',
  'this-quarter',
  'last-quarter',
  'this-year',
  'last-year',
  'this-fiscal-year',
  'last-fiscal-year',
  'last-7-days',
  'last-30-days',
  'last-90-days',
] as const;
export type Preset = (typeof presets)[number];

export function isPreset(text: string): text is Preset {
  return (presets as readonly string[]).includes(text);
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

export function wallClock(atMs: number, zone: Zone): WallClock {
  const local = new Date(atMs + zone.offsetMs(atMs));
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  };
}

/** The first moment of a day in the zone; days and months beyond their end roll over, as in `Date.UTC`. */
export function startOfDay(year: number, month: number, day: number, zone: Zone): number {
  return momentOf(Date.UTC(year, month - 1, day), zone);
}

/** `04-06`: a day of every year. */
export function isDayOfYear(text: string): boolean {
  if (!/^\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`2001-${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(5, 10) === text;
}

/** Weeks begin on Monday (ISO 8601); fiscal years on the given day; the last days are up to and with today. */
export function presetPeriod(preset: Preset, nowMs: number, zone: Zone, fiscalYearStart = '01-01'): Period {
  const { year, month, day } = wallClock(nowMs, zone);
  const quarterMonth = month - ((month - 1) % 3);
  const [fiscalMonth = 1, fiscalDay = 1] = fiscalYearStart.split('-').map(Number);
  const hasBegun = month > fiscalMonth || (month === fiscalMonth && day >= fiscalDay);
  const fiscalYear = hasBegun ? year : year - 1;
  const between = (from: [number, number, number], until: [number, number, number]): Period => ({
    fromMs: startOfDay(...from, zone),
    untilMs: startOfDay(...until, zone),
  });
  const sinceMonday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  const monday = day - sinceMonday;
  const lastDays = (days: number): Period => between([year, month, day + 1 - days], [year, month, day + 1]);
  switch (preset) {
    case 'today':
      return between([year, month, day], [year, month, day + 1]);
    case 'yesterday':
      return between([year, month, day - 1], [year, month, day]);
    case 'this-week':
      return between([year, month, monday], [year, month, monday + 7]);
    case 'last-week':
      return between([year, month, monday - 7], [year, month, monday]);
    case 'this-month':
      return between([year, month, 1], [year, month + 1, 1]);
    case 'last-month':
      return between([year, month - 1, 1], [year, month, 1]);
    case 'this-quarter':
      return between([year, quarterMonth, 1], [year, quarterMonth + 3, 1]);
    case 'last-quarter':
      return between([year, quarterMonth - 3, 1], [year, quarterMonth, 1]);
    case 'this-year':
      return between([year, 1, 1], [year + 1, 1, 1]);
    case 'last-year':
      return between([year - 1, 1, 1], [year, 1, 1]);
    case 'this-fiscal-year':
      return between([fiscalYear, fiscalMonth, fiscalDay], [fiscalYear + 1, fiscalMonth, fiscalDay]);
    case 'last-fiscal-year':
      return between([fiscalYear - 1, fiscalMonth, fiscalDay], [fiscalYear, fiscalMonth, fiscalDay]);
    case 'last-7-days':
      return lastDays(7);
    case 'last-30-days':
      return lastDays(30);
    case 'last-90-days':
      return lastDays(90);
  }
}

/**
 * As long, and just before: of whole months as many months (also of a year, or one that begins on 6 April), of whole days as many days,
 * else the same time.
 */
export function periodBefore({ fromMs, untilMs }: Period, zone: Zone): Period {
  const [from, until] = [wallClock(fromMs, zone), wallClock(untilMs, zone)];
  const isDay = ({ year, month, day }: WallClock, atMs: number) => startOfDay(year, month, day, zone) === atMs;
  if (!isDay(from, fromMs) || !isDay(until, untilMs)) return { fromMs: 2 * fromMs - untilMs, untilMs: fromMs };
  const { year, month, day } = from;
  if (day === until.day && day <= everyMonthHas) {
    const months = (until.year - year) * 12 + until.month - month;
    return { fromMs: startOfDay(year, month - months, day, zone), untilMs: fromMs };
  }
  const days = (Date.UTC(until.year, until.month - 1, until.day) - Date.UTC(year, month - 1, day)) / dayMs;
  return { fromMs: startOfDay(year, month, day - days, zone), untilMs: fromMs };
}
const everyMonthHas = 28;

const two = (value: number) => String(value).padStart(2, '0');

/** `2026-03-08` */
export function dayText({ year, month, day }: Pick<WallClock, 'year' | 'month' | 'day'>): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `2026-W11`: the ISO week, named by the year that its Thursday is in. */
export function weekText({ year, month, day }: Pick<WallClock, 'year' | 'month' | 'day'>): string {
  const date = Date.UTC(year, month - 1, day);
  const thursday = new Date(date + (3 - ((new Date(date).getUTCDay() + 6) % 7)) * dayMs);
  const weekYear = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(weekYear, 0, 1)) / dayMs / 7) + 1;
  return `${weekYear}-W${two(week)}`;
}

/** With the offset, so that an hour that comes twice is told apart: `2026-11-01T01:30:00-06:00`. */
export function momentText(atMs: number, zone: Zone): string {
  const wall = wallClock(atMs, zone);
  const minutes = Math.round(zone.offsetMs(atMs) / minuteMs);
  const size = Math.abs(minutes);
  const offset =
    zone.name === 'UTC' ? 'Z' : `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${dayText(wall)}T${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}${offset}`;
}
