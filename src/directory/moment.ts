import type { Result } from '../words/result.ts';
import { utcTime, type SiteTime } from '../words/site-time.ts';

const written =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i;

const minuteMs = 60_000;
const dayMs = 86_400_000;

function offsetMs(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteMs;
}

type Written = {
  /** As if it were UTC. */
  wallMs: number;
  isDay: boolean;
  /** `Z` or an offset; null: the site's. */
  zone: string | null;
};

function readWritten(text: string): Result<Written> {
  const bad = {
    ok: false,
    problem: `${JSON.stringify(text.slice(0, 40))} is not a date: use 2026-01-31 or 2026-01-31T08:00+02:00`,
  } as const;
  const match = written.exec(text.trim());
  if (match === null) return bad;
  const [, year, month, day, hour, minute = '0', second = '0', fraction = '', zone = null] = match;
  const parts = [year, month, day, hour ?? '0', minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const date = new Date(Date.UTC(y, mo - 1, d, h, mi, s, Number(fraction.padEnd(3, '0'))));
  // Date.UTC turns 31 February into March, and 25:00 into the next day: what comes back must be what went in.
  const back = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  if (back.some((part, index) => part !== parts[index])) return bad;
  return { ok: true, value: { wallMs: date.getTime(), isDay: hour === undefined, zone } };
}

const momentAt = (wallMs: number, zone: string | null, { momentOf }: SiteTime): number =>
  zone === null ? momentOf(wallMs) : wallMs - offsetMs(zone);

/**
 * A moment as a person types it, as UTC milliseconds: `2026-01-31`, `2026-01-31 08:00`, `2026-01-31T08:00:00+02:00`. A date
 * alone means its midnight; without `Z` or an offset both are of the site.
 */
export function parseMoment(text: string, time: SiteTime = utcTime): Result<number> {
  const read = readWritten(text);
  return read.ok ? { ok: true, value: momentAt(read.value.wallMs, read.value.zone, time) } : read;
}

/** The end of something, exclusive: a date alone includes that day, whole. */
export function parseEnd(text: string, time: SiteTime = utcTime): Result<number> {
  const read = readWritten(text);
  if (!read.ok) return read;
  const { wallMs, isDay, zone } = read.value;
  return { ok: true, value: momentAt(isDay ? wallMs + dayMs : wallMs, zone, time) };
}

/** As `parseMoment` reads it, in the site's time; the beginning of a day as a date alone. */
export function formatMoment(ms: number, time: SiteTime = utcTime): string {
  const wallMs = time.wallOf(ms);
  const wall = textOf(wallMs);
  if (wall.endsWith('T00:00:00.000Z') && time.momentOf(wallMs) === ms) return wall.slice(0, 10);
  const offset = (wallMs - ms) / minuteMs;
  // Before there were zones, clocks differed by seconds.
  const [text, zone] = Number.isInteger(offset) ? [wall, offsetText(offset)] : [textOf(ms), 'Z'];
  return `${text.slice(0, -1).replace(/(:00)?\.000$/, '')}${zone}`;
}

/** As `parseEnd` reads it: the end of a day as that date alone. */
export function formatEnd(ms: number, time: SiteTime = utcTime): string {
  const text = formatMoment(ms, time);
  return text.includes('T') ? text : textOf(time.wallOf(ms) - dayMs).slice(0, 10);
}

const textOf = (ms: number): string => new Date(ms).toISOString();
const two = (value: number): string => String(value).padStart(2, '0');

/** `Z`, `-07:00` */
function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return minutes === 0 ? 'Z' : `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
