import type { SiteTime } from './site-time.ts';
import { siteTimeIn } from './zone.ts';

/** What the clocks and the calendar at the site show. */
export type CalendarTime = {
  /** `2026-03-08` */
  day: string;
  /** `2026-03` */
  month: string;
  /** 0: Monday. A holiday is a Sunday, whichever day it falls on. */
  weekday: number;
  /** Of the day before. */
  weekdayBefore: number;
  minuteOfDay: number;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;

export const sunday = 6;

/**
 * Makes the calendar of a site. Within a minute it answers what it answered before: every offset in use today is a whole number of
 * minutes, so that minutes there begin with minutes here. `holidays`: `12-25` every year, or `2026-11-26`.
 */
export function calendarOf(site: SiteTime, holidays: readonly string[] = []): (atMs: number) => CalendarTime {
  const known = new Set(holidays);
  let last: { minute: number; time: CalendarTime } | null = null;

  function read(atMs: number): CalendarTime {
    const wallMs = site.wallOf(atMs);
    const wall = new Date(wallMs);
    const day = wall.toISOString().slice(0, 10);
    return {
      ...{ day, month: day.slice(0, 7), weekday: weekdayOf(wall) },
      weekdayBefore: weekdayOf(new Date(wallMs - dayMs)),
      minuteOfDay: wall.getUTCHours() * 60 + wall.getUTCMinutes(),
    };
  }

  function weekdayOf(wall: Date): number {
    const day = wall.toISOString().slice(0, 10);
    return known.has(day) || known.has(day.slice(5)) ? sunday : (wall.getUTCDay() + 6) % 7;
  }

  return (atMs) => {
    const minute = Math.floor(atMs / minuteMs);
    if (last?.minute !== minute) last = { minute, time: read(atMs) };
    return last.time;
  };
}

/** What the clocks of each zone show; making one is expensive. */
const calendars = new Map<string, ReturnType<typeof calendarOf>>();

/** The calendar of an IANA zone, made once. */
export function calendarIn(timeZone: string): ReturnType<typeof calendarOf> {
  const known = calendars.get(timeZone);
  if (known !== undefined) return known;
  const made = calendarOf(siteTimeIn(timeZone));
  calendars.set(timeZone, made);
  return made;
}
