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

/** What is wrong with a date that is only the number which a spreadsheet has for it, without the format that shows it; null: it is none. */
export function dayNumbered(text: string): string | null {
  const number = /^\d{5}(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  // From 1990 to 2119.
  if (number < 32_874 || number > 80_000) return null;
  const day = new Date((Math.floor(number) - 25_569) * 86_400_000).toISOString().slice(0, 10);
  return `${JSON.stringify(text)} is a number of a spreadsheet, for ${day}: format the column as a date and save the file again`;
}

/**
 * Looks at the dates of a column, for the order that they show and for a trap: a spreadsheet that reads 23/03/2027 with the month
 * first leaves it as text, but makes 1 April of 04/01/2027 in the same column, and says nothing.
 */
export type ColumnDates = {
  add(line: number, text: string): void;
  order(): DateOrder | null;
  /** What is wrong with the column as a whole; null: nothing. */
  mixed(): { line: number; error: string } | null;
};

export function columnDates(): ColumnDates {
  let order: DateOrder | null = null;
  let left: { line: number; text: string } | null = null;
  let made: { line: number; text: string } | null = null;
  return {
    add(line, text) {
      const shown = orderShownBy(text);
      order ??= shown;
      if (shown !== null) left ??= { line, text: text.trim() };
      const [, month = '', day = ''] = /^\d{4}-(\d{2})-(\d{2})/.exec(text.trim()) ?? [];
      if (day !== '' && Number(day) <= 12 && day !== month) made ??= { line, text: text.trim() };
    },
    order: () => order,
    mixed() {
      if (left === null || made === null) return null;
      return {
        line: made.line,
        error:
          `${JSON.stringify(made.text)} is a date, and ${JSON.stringify(left.text)} in line ${left.line} was left as text: a spreadsheet ` +
          'may have taken the day for the month. Check them, and say with --dates how the texts are to be read',
      };
    },
  };
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const two = (value: number): string => String(value).padStart(2, '0');
const iso = (year: string, month: number, day: number, rest = ''): string =>
  `${year}-${two(month)}-${two(day)}${rest === '' ? '' : ` ${rest}`}`;

/** A day of the week before it, `of`, the th of 1st, and a midnight behind it. */
const plainWords = (text: string): string =>
  text
    .replace(/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+/i, '')
    .replace(/^(?:the|from|as of|effective)\s+/i, '')
    .replace(/\b(\d{1,2})(?:st|nd|rd|th)\b/i, '$1')
    .replace(/\bof\s+/i, '')
    .replace(/,?\s+(?:12:00(?::00)?\s?AM|0?0:00(?::00)?)$/i, '');

/** `1 Apr 2027`, `01-April-2027`, `Apr 1, 2027`, `Thursday, April 1st, 2027`, `20270401` */
function named(typed: string): string | null {
  const text = plainWords(typed);
  const [, whole = '', itsMonth = '', itsDay = ''] = /^((?:19|20)\d{2})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (whole !== '') return iso(whole, Number(itsMonth), Number(itsDay));
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

/** An end that is meant to be none: 31/12/9999, 9999-12-31. */
export const isNever = (text: string): boolean =>
  /^(?:(?:31|12|Dec)[-/. ]+(?:31|12|Dec)[-/., ]+9999|9999[-/.]12[-/.]31)(?:[T ].*)?$/i.test(text.trim());

/** The day after `2026-01-31`. */
export const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Whether it is a whole day, without a time. */
export const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);
