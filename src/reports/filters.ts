import { entryModes } from '../words/entry-mode.ts';
import { outcomes, reasons } from '../words/outcome.ts';
import { callTypes } from '../words/call-type.ts';
import { parseDecimal, parseMicros } from '../rating/money.ts';
import type { ReportFilters } from './report.ts';
import type { Result } from '../words/result.ts';

/** As typed; durations are in seconds, charges in units of the currency. */
export const filterKeys = [
  'account',
  'department',
  'extension',
  'destination',
  'country',
  'call-type',
  'outcome',
  'reason',
  'entry',
  'gateway',
  'number',
  'min-duration',
  'max-duration',
  'min-charge',
  'max-charge',
] as const;
type FilterKey = (typeof filterKeys)[number];

const isFilterKey = (text: string): text is FilterKey => (filterKeys as readonly string[]).includes(text);

function oneOf<T extends string>(text: string, words: readonly T[]): Result<T> {
  const value = words.find((word) => word === text);
  return value === undefined ? { ok: false, problem: `"${text}" is none of ${words.join(', ')}` } : { ok: true, value };
}

function matching(text: string, pattern: RegExp, what: string): Result<string> {
  return pattern.test(text) ? { ok: true, value: text } : { ok: false, problem: `"${text}" is not ${what}` };
}

function read(key: FilterKey, text: string): Result<ReportFilters> {
  const as = <T>(parsed: Result<T>, filter: (value: T) => ReportFilters): Result<ReportFilters> =>
    parsed.ok ? { ok: true, value: filter(parsed.value) } : parsed;
  switch (key) {
    case 'account':
    case 'department':
    case 'extension':
    case 'destination':
    case 'gateway':
      return text === '' ? { ok: false, problem: 'a value is missing' } : { ok: true, value: { [key]: text } };
    case 'country':
      return as(matching(text, /^[A-Za-z]{2}$/, 'the two letters of a country, such as US'), (country) => ({
        country,
      }));
    case 'call-type':
      return as(oneOf(text, callTypes), (callType) => ({ 'call-type': callType }));
    case 'outcome':
      return as(oneOf(text, outcomes), (outcome) => ({ outcome }));
    case 'reason':
      return as(oneOf(text, reasons), (reason) => ({ reason }));
    case 'entry':
      return as(oneOf(text, entryModes), (entry) => ({ entry }));
    case 'number':
      return as(matching(text, /^\+?[0-9*#]+$/, 'the beginning of a number'), (number) => ({ number }));
    case 'min-duration':
      return as(parseDecimal(text, 3), (minDurationMs) => ({ minDurationMs }));
    case 'max-duration':
      return as(parseDecimal(text, 3), (maxDurationMs) => ({ maxDurationMs }));
    case 'min-charge':
      return as(parseMicros(text), (minChargeMicros) => ({ minChargeMicros }));
    case 'max-charge':
      return as(parseMicros(text), (maxChargeMicros) => ({ maxChargeMicros }));
  }
}

/** Reads `KEY=VALUE`, each key once. */
export function readFilters(texts: readonly string[]): Result<ReportFilters> {
  const seen = new Set<string>();
  let filters: ReportFilters = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at === -1) return { ok: false, problem: `--filter ${text}: write KEY=VALUE` };
    const key = text.slice(0, at).trim();
    if (!isFilterKey(key))
      return { ok: false, problem: `--filter: there is no "${key}": use one of ${filterKeys.join(', ')}` };
    if (seen.has(key)) return { ok: false, problem: `--filter ${key} is there twice` };
    seen.add(key);
    const parsed = read(key, text.slice(at + 1).trim());
    if (!parsed.ok) return { ok: false, problem: `--filter ${key}: ${parsed.problem}` };
    filters = { ...filters, ...parsed.value };
  }
  return { ok: true, value: filters };
}
