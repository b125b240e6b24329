import type { SiteTime } from './site-time.ts';

/** An IANA time zone, ready to be asked; making one is expensive, asking it is not. */
export type Zone = {
  name: string;
  /** What is added to UTC to get local time at that moment, in milliseconds. */
  offsetMs(atMs: number): number;
};

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const dayMs = 86_400_000;

/** Throws a `RangeError` where there is no such zone. */
export function zoneNamed(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const read = (atMs: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(atMs)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
  };
  return { name, offsetMs: keptByDay(read) };
}

/** So many days are some ten years. */
const mostDays = 4_096;

/** Reading an offset takes some ten microseconds, and a page, a report or a call asks for many: on a day without a change it is read once. */
function keptByDay(read: (atMs: number) => number): (atMs: number) => number {
  /** By days since 1970 (UTC); null: it changes on that day. */
  const days = new Map<number, number | null>();
  const offsetOf = (day: number): number | null => {
    // No zone changes its offset twice within two days.
    const [before, after] = [read(day * dayMs), read((day + 1) * dayMs)];
    return before === after ? before : null;
  };
  return (atMs) => {
    const day = Math.floor(atMs / dayMs);
    let offset = days.get(day);
    if (offset === undefined) {
      offset = offsetOf(day);
      if (days.size >= mostDays) days.clear();
      days.set(day, offset);
    }
    return offset ?? read(atMs);
  };
}

/**
 * The moment when clocks on the wall show this (given as if it were UTC). Where they show it twice, the first; where they jump
 * over it, the moment as long after the jump as it would have been.
 */
export function momentOf(wallMs: number, zone: Zone): number {
  // No zone changes its offset twice within two days.
  const before = wallMs - zone.offsetMs(wallMs - dayMs);
  const after = wallMs - zone.offsetMs(wallMs + dayMs);
  const shown = [before, after].filter((ms) => ms + zone.offsetMs(ms) === wallMs);
  return shown.length === 0 ? before : Math.min(...shown);
}

/** Dates and times as people at the site type and read them. */
export const siteTimeOf = (zone: Zone): SiteTime => ({
  wallOf: (atMs) => atMs + zone.offsetMs(atMs),
  momentOf: (wallMs) => momentOf(wallMs, zone),
});

/** As above, of a zone by its name. Throws a `RangeError` where there is no such zone. */
export const siteTimeIn = (zone: string): SiteTime => siteTimeOf(zoneNamed(zone));
