import type { Result } from '../../words/result.ts';

/** How dates such as 4/1/2026 are read. */
export const dateOrders = ['day-first', 'month-first'] as const;
export type DateOrder = (typeof dateOrders)[number];

type Slashed = { first: number; second: number; year: string; rest: string; sign: string };

/** `31/01/2026`, `1-31-2026`, `31.1.2026`, perhaps with a time; null: written otherwise. */
function slashed(text: string): Slashed | null {
  const match = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[T ](\d{2}:\d{2}.*))?$/.exec(text.trim());
  if (match === null) return null;
  const [, first = '', sign = '', second = '', year = '', rest = ''] = match;
  return { first: Number(first), second: Number(second), year, rest, sign };
}

/**
 * The order that a date shows; null: it can be read in both, or is written otherwise. With points the day always comes first: no
 * locale of CLDR writes month.day.year.
 */
export function orderShownBy(text: string): DateOrder | null {
  const date = slashed(text);
  if (date === null || date.sign === '.') return null;
  if (date.first > 12 && date.second <= 12) return 'day-first';
  return date.second > 12 && date.first <= 12 ? 'month-first' : null;
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const two = (value: number): string => String(value).padStart(2, '0');
const iso = (year: string, month: number, day: number, rest = ''): string =>
  `${year}-${two(month)}-${two(day)}${rest === '' ? '' : ` ${rest}`}`;

/** `1 Apr 2027`, `01-April-2027`, `Apr 1, 2027` */
function named(text: string): string | null {
  const [, day, month, year] =
    /^(\d{1,2})[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4})$/.exec(text) ??
    (([, monthFirst, dayNext, yearLast]) => [, dayNext, monthFirst, yearLast])(
      /^([A-Za-z]{3,9})\.?[\s-]+(\d{1,2}),?[\s-]+(\d{4})$/.exec(text) ?? [],
    );
  if (day === undefined || month === undefined || year === undefined) return null;
  const at = monthNames.indexOf(month.slice(0, 3).toLowerCase());
  return at === -1 ? null : iso(year, at + 1, Number(day));
}

/**
 * A date of a file as `2026-01-31`, with the time behind it where it has one. What is written otherwise comes back as it is, for
 * the reader of moments to judge. `order`: what the column shows, or what was declared; null: neither.
 */
export function isoDate(typed: string, order: DateOrder | null): Result<string> {
  const text = typed.trim();
  const yearFirst = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/.exec(text);
  if (yearFirst !== null) {
    const [, year = '', month = '', day = ''] = yearFirst;
    return { ok: true, value: iso(year, Number(month), Number(day)) };
  }
  const date = slashed(text);
  if (date === null) return { ok: true, value: named(text) ?? text };
  const { first, second, year, rest, sign } = date;
  const counted = sign === '.' ? 'day-first' : (order ?? orderShownBy(text));
  if (counted === null && first !== second) {
    const [dayFirst, monthFirst] = [iso(year, second, first), iso(year, first, second)];
    return {
      ok: false,
      problem: `"${text}" is ${dayFirst} with --dates day-first, and ${monthFirst} with --dates month-first`,
    };
  }
  const [day, month] = counted === 'month-first' ? [second, first] : [first, second];
  if (month > 12) {
    return {
      ok: false,
      problem: `"${text}" is no date with ${counted === 'month-first' ? 'the month' : 'the day'} first, as in the rest of its column`,
    };
  }
  return { ok: true, value: iso(year, month, day, rest) };
}

/** Whether it is a whole day, without a time. */
export const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);
