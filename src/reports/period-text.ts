import type { Result } from '../words/result.ts';
import { dayText, isPreset, momentText, presetPeriod, presets, startOfDay, wallClock } from './period.ts';
import { momentOf } from '../words/zone.ts';
import type { Period } from './period.ts';
import type { Zone } from '../words/zone.ts';
import type { RequestField, RequestProblem } from './problem.ts';

/** By what years and days are counted at the site. */
export type Calendar = { zone: Zone; fiscalYearStart: string };

type AskedPeriod = { preset?: string | undefined; from?: string | undefined; to?: string | undefined };

const written = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?$/;

/** A day, as its first moment and the first after it; or a moment, with both the same. */
function readBound(text: string, zone: Zone): { fromMs: number; untilMs: number } | null {
  const match = written.exec(text.trim());
  if (match === null) return null;
  const [, y, mo, d, h, mi, s, offset] = match;
  const [year, month, day] = [Number(y), Number(mo), Number(d)];
  const [hour, minute, second] = [Number(h ?? 0), Number(mi ?? 0), Number(s ?? 0)];
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // 31 February and 25:00 roll over: what comes back must be what went in.
  const back = new Date(wallMs).toISOString().slice(0, 19);
  const given = `${y ?? ''}-${mo ?? ''}-${d ?? ''}T${h ?? '00'}:${mi ?? '00'}:${s ?? '00'}`;
  if (back !== given) return null;
  if (h === undefined) {
    return { fromMs: startOfDay(year, month, day, zone), untilMs: startOfDay(year, month, day + 1, zone) };
  }
  const ms = offset === undefined ? momentOf(wallMs, zone) : Date.parse(`${given}${offset}`);
  return Number.isNaN(ms) ? null : { fromMs: ms, untilMs: ms };
}

/**
 * The period that a person asked for. A day given as `to` counts whole; a moment is exclusive. Without an offset, both are in
 * the site's time zone. `from` alone goes on to the end of today; nothing at all means this month.
 */
export function readPeriod(
  asked: AskedPeriod,
  nowMs: number,
  { zone, fiscalYearStart }: Calendar,
): Result<Period, RequestProblem> {
  const { preset, from, to } = asked;
  if (preset !== undefined) {
    if (from !== undefined || to !== undefined) {
      return wrong((nameOf) => `${nameOf('preset')} goes without ${nameOf('from')} and ${nameOf('to')}`);
    }
    if (!isPreset(preset)) return wrong(() => `there is no period "${preset}": use one of ${presets.join(', ')}`);
    return { ok: true, value: presetPeriod(preset, nowMs, zone, fiscalYearStart) };
  }
  if (from === undefined) {
    if (to !== undefined) return wrong((nameOf) => `${nameOf('to')} needs ${nameOf('from')}`);
    return { ok: true, value: presetPeriod('this-month', nowMs, zone) };
  }
  const start = readBound(from, zone);
  if (start === null) return wrong(notADate('from', from));
  const end = to === undefined ? presetPeriod('today', nowMs, zone) : readBound(to, zone);
  if (end === null) return wrong(notADate('to', to ?? ''));
  if (start.fromMs >= end.untilMs) {
    return wrong((nameOf) => {
      const until = to === undefined ? 'today' : `${nameOf('to')} ${to}`;
      return `${nameOf('from')} ${from} is after ${until}: nothing lies between`;
    });
  }
  return { ok: true, value: { fromMs: start.fromMs, untilMs: end.untilMs } };
}

const wrong = (problem: RequestProblem) => ({ ok: false, problem }) as const;

function notADate(field: RequestField, text: string): RequestProblem {
  const shown = JSON.stringify(text.slice(0, 40));
  return (nameOf) => `${nameOf(field)}: ${shown} is not a date: use 2026-01-31 or 2026-01-31T08:00`;
}

/** `2026-03-01 to 2026-03-31 (America/Denver)`: whole days as days, else moments. */
export function periodText({ fromMs, untilMs }: Period, zone: Zone): string {
  const [from, last] = [wallClock(fromMs, zone), wallClock(untilMs - 1, zone)];
  const isWhole =
    startOfDay(from.year, from.month, from.day, zone) === fromMs &&
    startOfDay(last.year, last.month, last.day + 1, zone) === untilMs;
  if (!isWhole) return `${momentText(fromMs, zone)} until ${momentText(untilMs, zone)} (${zone.name})`;
  const [first, final] = [dayText(from), dayText(last)];
  return `${first === final ? first : `${first} to ${final}`} (${zone.name})`;
}
