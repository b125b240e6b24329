import { usStateOf } from '../numbers/us-states.ts';
import { calendarIn, sunday, type CalendarTime } from '../words/calendar.ts';
import { areOpen, parseHours } from '../words/hours.ts';
import type { Result } from '../words/result.ts';
import { isTimeZone } from '../words/zone.ts';

/** Which of the calls to its numbers a rate is for. A closed list; a table says when `peak` is. */
export const rateScopes = ['all', 'peak', 'off-peak', 'weekend', 'interstate', 'intrastate', 'indet'] as const;
export type RateScope = (typeof rateScopes)[number];

export function isRateScope(text: string): text is RateScope {
  return (rateScopes as readonly string[]).includes(text);
}

/**
 * Within the United States, by the states of the calling and of the called number: of two states, of one, or `indet`, indeterminate: the
 * state of one of them is not known. Area codes decide, as they do for carriers; where a phone is does not.
 */
export function jurisdictionOf(callingE164: string | null, calledE164: string | null): RateScope {
  const [from, to] = [usStateOf(callingE164), usStateOf(calledE164)];
  if (from === null || to === null) return 'indet';
  return from === to ? 'intrastate' : 'interstate';
}

/** When peak is, as a rate table says. */
export type PeakTimes = {
  /** Times of the week in canonical form, separated by commas (words/hours.ts); empty: only rates for all calls apply. */
  peakHours: string;
  /** Days that count as Sundays: `12-25` every year, or `2026-11-26`, separated by commas. */
  holidays: string;
  /** Whose times they are: an IANA name. */
  timeZone: string;
};

const saturday = 5;

/** A holiday is a Sunday. */
function dayOf(now: CalendarTime, holidays: string): CalendarTime {
  if (holidays === '') return now;
  const isHoliday = holidays.split(',').some((day) => day === now.day || day === now.day.slice(5));
  return isHoliday ? { ...now, weekday: sunday } : now;
}

/**
 * What a call has, by when it is answered: the nearest scope first. Outside of the peak hours, a Saturday, Sunday or holiday is the weekend
 * where there are rates for it, else off-peak like any other time. In a table without peak hours only rates for all calls apply.
 */
export function scopesAt({ peakHours, holidays, timeZone }: PeakTimes, atMs: number): readonly RateScope[] {
  if (peakHours === '') return ['all'];
  const now = dayOf(calendarIn(timeZone)(atMs), holidays);
  if (areOpen(peakHours.split(','), now)) return ['peak', 'all'];
  return now.weekday >= saturday ? ['weekend', 'off-peak', 'all'] : ['off-peak', 'all'];
}

/** `Mon-Fri 08:00-18:00` in canonical form; empty: none. */
export function parsePeakHours(text: string): Result<string> {
  const hours = parseHours(text);
  return hours.ok ? { ok: true, value: hours.value.join(',') } : hours;
}

const isDay = (text: string): boolean => {
  const [, year = '2000', rest = ''] = /^(?:(\d{4})-)?(\d{2}-\d{2})$/.exec(text) ?? [];
  const date = new Date(`${year}-${rest}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${rest}`);
};

/** What the column of SQL Server has room for. */
const maximumHolidays = 180;

/** `12-25, 2026-11-26` in canonical form. */
export function parseHolidays(text: string): Result<string> {
  const days = [...new Set(text.split(/[,;\s]+/).filter((day) => day !== ''))];
  const wrong = days.find((day) => !isDay(day));
  if (wrong !== undefined) {
    const problem = `${JSON.stringify(wrong.slice(0, 20))} is not a day: write 12-25 for every year, or 2026-11-26`;
    return { ok: false, problem };
  }
  if (days.length > maximumHolidays) return { ok: false, problem: `more than ${maximumHolidays} holidays` };
  return { ok: true, value: days.toSorted().join(',') };
}

export function parseTimeZone(text: string): Result<string> {
  if (isTimeZone(text)) return { ok: true, value: text };
  return { ok: false, problem: `"${text.slice(0, 40)}" is not a time zone such as America/Denver` };
}
