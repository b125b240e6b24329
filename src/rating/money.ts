import { minorDecimals } from './currency.ts';
import type { Result } from '../words/result.ts';

/**
 * Amounts are whole micro-units (1 USD = 1,000,000) in a `number`, which is exact up to 9,007,199,254 units. Products of
 * amounts and times can be larger, so they are made in `bigint` and come back through `toMicros`.
 */
export const microsPerUnit = 1_000_000;
export const microsDecimals = 6;

/** The maximum that a person may type in as a price, a fee or a minimum: what a call costs then fits for any length of call. */
export const maximumUnits = 1_000_000;

/** Half-up: a half goes away from zero. Half-even: a half goes to the even neighbour. Up: away from zero. Down: cut off. */
export const roundingModes = ['half-up', 'half-even', 'up', 'down'] as const;
export type RoundingMode = (typeof roundingModes)[number];

export function isRoundingMode(text: string): text is RoundingMode {
  return (roundingModes as readonly string[]).includes(text);
}

/** `numerator / denominator` as a whole number. Numerator ≥ 0, denominator > 0: there are no negative costs. */
export function divideRounded(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  switch (mode) {
    case 'down':
      return quotient;
    case 'up':
      return remainder === 0n ? quotient : quotient + 1n;
    case 'half-up':
      return remainder * 2n >= denominator ? quotient + 1n : quotient;
    case 'half-even': {
      const twice = remainder * 2n;
      const goesUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
      return goesUp ? quotient + 1n : quotient;
    }
  }
}

/** Null: too large to be exact. */
export function toMicros(amount: bigint): number | null {
  return amount <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(amount) : null;
}

export type DecimalMark = '.' | ',';

/**
 * Reads an amount as people type it, `0.12`, into micro-units. Only the given mark is taken as the decimal mark and nothing
 * as a thousands separator, because `1,500` would be 1.5 for one reader and 1500 for another.
 */
export function parseMicros(text: string, mark: DecimalMark = '.'): Result<number> {
  const parsed = parseDecimal(text, microsDecimals, mark);
  return parsed.ok ? withinMaximum(parsed.value, text) : parsed;
}

/** `text`: as it was typed. */
export const withinMaximum = (micros: number, text: string): Result<number> =>
  micros > maximumUnits * microsPerUnit
    ? { ok: false, problem: `"${text.trim()}" is more than ${maximumUnits}` }
    : { ok: true, value: micros };

/** Reads a non-negative decimal as a whole number of its smallest unit: `parseDecimal('0.1', 3)` is 100. */
export function parseDecimal(text: string, decimals: number, mark: DecimalMark = '.'): Result<number> {
  const trimmed = text.trim();
  const match = (mark === '.' ? pointPattern : commaPattern).exec(trimmed);
  if (match === null) return { ok: false, problem: whyNotDecimal(trimmed, mark) };
  const whole = match[1] ?? '';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return { ok: false, problem: `"${trimmed}" has more than ${decimals} decimals` };
  const value = Number(whole + fraction.padEnd(decimals, '0'));
  return Number.isSafeInteger(value) ? { ok: true, value } : { ok: false, problem: `"${trimmed}" is too large` };
}

const pointPattern = /^(\d*)(?:\.(\d+))?(?<=\d)$/;
const commaPattern = /^(\d*)(?:,(\d+))?(?<=\d)$/;

function whyNotDecimal(text: string, mark: DecimalMark): string {
  if (text === '') return 'a number is missing';
  if (/^[-−–]\s*[\d.,]+$/.test(text)) return `"${text}" is negative`;
  if (/^[\d.,]+e[-+]?\d+$/i.test(text)) {
    return `"${text}" is in scientific notation, in which spreadsheets lose digits: format the column as plain numbers`;
  }
  if (/^[\d.,]+$/.test(text) && text.includes(mark === '.' ? ',' : '.')) {
    return mark === '.'
      ? `"${text}" has a comma: decimals are written with a point (1.5), without thousands separators`
      : `"${text}" has a point: decimals in this file are written with a comma (1,5), without thousands separators`;
  }
  if (/^[$€£¥]|[$€£¥]$/.test(text)) return `"${text}" has a currency sign: leave it out`;
  return `"${text}" is not a number`;
}

/** Micro-units as a plain decimal with `minimumDecimals` or more: 110000 → `0.11`. */
export function formatMicros(micros: number | bigint, minimumDecimals = 0): string {
  return formatDecimal(micros, microsDecimals, minimumDecimals);
}

/** The inverse of `parseDecimal`. */
export function formatDecimal(value: number | bigint, decimals: number, minimumDecimals = 0): string {
  const digits = `${value < 0 ? -value : value}`.padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits
    .slice(digits.length - decimals)
    .replace(/0+$/, '')
    .padEnd(minimumDecimals, '0');
  return `${value < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** With the decimals of the currency's minor unit, and more if needed: `0.11 USD`, `0.1234 USD`, `12 JPY`. */
export function formatMoney(micros: number, currency: string): string {
  return `${formatMicros(micros, minorDecimals(currency))} ${currency}`;
}
