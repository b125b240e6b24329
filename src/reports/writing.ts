import type { DecimalMark } from '../rating/money.ts';
import { dayText, wallClock } from './period.ts';
import { type Zone } from '../words/zone.ts';

/** How dates and numbers are written for people. */
export type Writing = {
  /** `2026-03-08`, or as the locale has it. */
  date(atMs: number): string;
  /** `17:05:00`. */
  time(atMs: number): string;
  /** A plain decimal (`-1234.50`) as the locale has it. */
  decimal(plain: string): string;
  /** BCP 47; empty: none. */
  locale: string;
};

const two = (value: number) => String(value).padStart(2, '0');

function timeText(atMs: number, zone: Zone): string {
  const { hour, minute, second } = wallClock(atMs, zone);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

/** ISO 8601 and plain decimals: what the formats for programs have too. */
export const plainWriting = (zone: Zone): Writing => ({
  date: (atMs) => dayText(wallClock(atMs, zone)),
  time: (atMs) => timeText(atMs, zone),
  decimal: (plain) => plain,
  locale: '',
});

/** As people in the locale write: `08.03.2026`, `1.234,50`. Empty: plain. */
export function writingIn(locale: string, zone: Zone): Writing {
  if (locale === '') return plainWriting(zone);
  const latin = { numberingSystem: 'latn' } as const;
  const day = new Intl.DateTimeFormat(locale, {
    ...{ ...latin, calendar: 'gregory', timeZone: 'UTC' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  });
  const clock = new Intl.DateTimeFormat(locale, { ...latin, timeZone: 'UTC', timeStyle: 'medium' });
  const whole = new Intl.NumberFormat(locale, latin);
  const mark = whole.formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  const shown = (atMs: number) => atMs + zone.offsetMs(atMs);
  return {
    date: (atMs) => day.format(shown(atMs)),
    time: (atMs) => clock.format(shown(atMs)),
    decimal(plain) {
      const [integer = '0', fraction] = plain.replace('-', '').split('.');
      const sign = plain.startsWith('-') ? '-' : '';
      return `${sign}${whole.format(BigInt(integer))}${fraction === undefined ? '' : `${mark}${fraction}`}`;
    },
    locale,
  };
}

/** The decimal mark that spreadsheets of the locale expect in a file. */
export function decimalMarkOf(locale: string): DecimalMark {
  if (locale === '') return '.';
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? ',' : '.';
}
