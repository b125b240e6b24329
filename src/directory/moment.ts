import type { Result } from '../words/result.ts';

const written =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i;

function offsetMs(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/**
 * A moment as a person types it, as UTC milliseconds: `2026-01-31`, `2026-01-31 08:00`, `2026-01-31T08:00:00+02:00`. A date
 * alone means its midnight; without `Z` or an offset both mean UTC.
 */
export function parseMoment(text: string): Result<number> {
  const bad = {
    ok: false,
    problem: `${JSON.stringify(text.slice(0, 40))} is not a date: use 2026-01-31 or 2026-01-31T08:00+02:00`,
  } as const;
  const match = written.exec(text.trim());
  if (match === null) return bad;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
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
  return { ok: true, value: date.getTime() - offsetMs(zone) };
}

/** UTC, as `parseMoment` reads it; midnight as a date alone. */
export function formatMoment(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.replace(/(:00)?\.000Z$/, 'Z');
}
