import { callingCodeOf } from '../../numbers/metadata.ts';
import type { Result } from '../../words/result.ts';
import { shown, type PrefixOptions } from './prefix-options.ts';

const maximumRange = 10_000;
/** Shorter than this a dash may as well stand between country code and area code, or between area code and exchange. */
const clearLength = 4;

/**
 * The prefixes of `7701-7709`; null: no dash that could mean a range. `countryCode`: of area codes; else empty. Refused where the
 * dash may as well be inside one prefix.
 */
export function rangeIn(text: string, { dash }: PrefixOptions, countryCode = ''): Result<string[]> | null {
  const [, from = '', to = ''] = /^\+?(\d+)\s*[-\u2010-\u2015\u2212]\s*\+?(\d+)$/.exec(text) ?? [];
  if (from === '') return null;
  const inside = from + to;
  // North American: 1-801, 1-8016424655.
  const isOne = countryCode === '' && from === '1' && to.length >= 3;
  const end = to.length < from.length ? from.slice(0, from.length - to.length) + to : to;
  const isRange = end.length === from.length && from < end;
  if (dash === 'inside' || isOne) return { ok: true, value: [inside] };
  if (!isRange && from.length === to.length && from.length >= clearLength) {
    return { ok: false, problem: `${shown(text)} is a range that goes backwards: from ${from} to ${to}` };
  }
  if (!isRange) return { ok: true, value: [inside] };
  const isClear = to.length === from.length && isClearRange(from, countryCode);
  if (dash !== 'range' && !isClear) {
    return {
      ok: false,
      problem:
        `${shown(text)} can be read in two ways: as ${from} to ${end} with --dash range, ` +
        `or as ${countryCode}${inside} with --dash inside`,
    };
  }
  const count = Number(end) - Number(from) + 1;
  if (count > maximumRange)
    return { ok: false, problem: `${shown(text)} is a range of more than ${maximumRange} prefixes` };
  const prefixes = Array.from({ length: count }, (_, at) => String(Number(from) + at).padStart(from.length, '0'));
  return { ok: true, value: prefixes };
}

/** Whether no prefix is written so: four digits and more before the dash, or area codes outside of North America. */
function isClearRange(from: string, countryCode: string): boolean {
  if (countryCode !== '') return countryCode !== '1';
  const code = callingCodeOf(from);
  return from.length >= clearLength && code !== null && code.length < from.length;
}
