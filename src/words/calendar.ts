import type { SiteTime } from './site-time.ts';
import { siteTimeIn } from './zone.ts';

/** What the clocks and the calendar at the site show. */
export type CalendarTime = {
  /** `2026-03-08` */
  day: string;
  /** `2026-03` */
  month: string;
  /** 0: Monday. */
  weekday: number;
  minuteOfDay: number;
};

const minuteMs = 60_000;

/**
 * Makes the calendar of a site. Within a minute it answers what it answered before: every offset in use today is a whole number of
 * minutes, so that minutes there begin with minutes here.
 */
export function calendarOf(site: SiteTime): (atMs: number) => CalendarTime {
  let last: { minute: number; time: CalendarTime } | null = null;

  function read(atMs: number): CalendarTime {
    const wall = new Date(site.wallOf(atMs));
    const day = wall.toISOString().slice(0, 10);
    return {
      ...{ day, month: day.slice(0, 7), weekday: (wall.getUTCDay() + 6) % 7 },
      minuteOfDay: wall.getUTCHours() * 60 + wall.getUTCMinutes(),
    };
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
