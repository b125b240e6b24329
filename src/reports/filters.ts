import { isCurrency } from '../rating/currency.ts';
import { parseDecimal, parseMicros } from '../rating/money.ts';
import { callRecordFields, filteredFields, type FilteredField } from '../words/call-record.ts';
import type { Result } from '../words/result.ts';
import type { RequestProblem } from './problem.ts';
import type { ReportFilters } from './report.ts';

type Reader = (text: string) => Result<ReportFilters>;

const as = <T>(value: T) => ({ ok: true, value }) as const;
const wrong = (problem: string) => ({ ok: false, problem }) as const;

const any =
  (filter: keyof ReportFilters): Reader =>
  (text) =>
    text === '' ? wrong('a value is missing') : as({ [filter]: text });

const oneOf =
  (filter: keyof ReportFilters, words: readonly string[]): Reader =>
  (text) =>
    words.includes(text) ? as({ [filter]: text }) : wrong(`"${text}" is none of ${words.join(', ')}`);

const matching =
  (filter: keyof ReportFilters, pattern: RegExp, what: string): Reader =>
  (text) =>
    pattern.test(text) ? as({ [filter]: text }) : wrong(`"${text}" is not ${what}`);

const amount =
  (filter: keyof ReportFilters, parse: (text: string) => Result<number>): Reader =>
  (text) => {
    const parsed = parse(text);
    return parsed.ok ? as({ [filter]: parsed.value }) : parsed;
  };

const currency: Reader = (text) => {
  const code = text.toUpperCase();
  return isCurrency(code) ? as({ currency: code }) : wrong(`"${text}" is no currency, such as EUR`);
};

const seconds = (text: string): Result<number> => parseDecimal(text, 3);

/** `callType` is written `call-type`. */
const keyOf = (field: FilteredField): string => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function readerOf(field: FilteredField): Reader {
  const { filtered } = callRecordFields[field];
  return filtered === 'any' ? any(field) : oneOf(field, filtered);
}

/** What a person may filter by, as it is typed; durations are in seconds, charges in units of the currency. */
const readers: ReadonlyMap<string, Reader> = new Map([
  ['account', any('account')],
  ['department', any('department')],
  ['destination', any('destination')],
  ['country', matching('country', /^[A-Za-z]{2}$/, 'the two letters of a country, such as US')],
  ...filteredFields.map((field) => [keyOf(field), readerOf(field)] as const),
  ['number', matching('number', /^\+?[0-9*#]+$/, 'the beginning of a number')],
  ['min-duration', amount('minDurationMs', seconds)],
  ['max-duration', amount('maxDurationMs', seconds)],
  ['currency', currency],
  ['min-charge', amount('minChargeMicros', parseMicros)],
  ['max-charge', amount('maxChargeMicros', parseMicros)],
]);

export const filterKeys: readonly string[] = [...readers.keys()];

/** Reads `KEY=VALUE`, each key once. */
export function readFilters(texts: readonly string[]): Result<ReportFilters, RequestProblem> {
  const seen = new Set<string>();
  let filters: ReportFilters = {};
  const problem = (says: (filter: string) => string) =>
    ({ ok: false, problem: (nameOf) => says(nameOf('filter')) }) as Result<never, RequestProblem>;
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at === -1) return problem((filter) => `${filter} ${text}: write KEY=VALUE`);
    const key = text.slice(0, at).trim();
    const read = readers.get(key);
    if (read === undefined) {
      return problem((filter) => `${filter}: there is no "${key}": use one of ${filterKeys.join(', ')}`);
    }
    if (seen.has(key)) return problem((filter) => `${filter} ${key} is given twice`);
    seen.add(key);
    const one = read(text.slice(at + 1).trim());
    if (!one.ok) return problem((filter) => `${filter} ${key}: ${one.problem}`);
    filters = { ...filters, ...one.value };
  }
  return { ok: true, value: filters };
}
