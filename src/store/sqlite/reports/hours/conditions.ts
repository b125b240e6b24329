import { countryName } from '../../../../words/country.ts';
import type { Period } from '../../../../reports/period.ts';
import type { ReportFilters } from '../../../../reports/report.ts';
import { flag, hourMs } from './hours.ts';
import type { HourField, HourOfCalls } from './hours.ts';
import { remembering, withoutCase } from './names.ts';
import type { Names } from './names.ts';
import type { Words } from './words.ts';

type Numbers = ArrayLike<number>;
type Keep = (row: number) => boolean;

/** Fields that it needs, and what makes the test of one hour's calls from them. */
export type Condition = { fields: readonly HourField[]; keep: (...fields: Numbers[]) => Keep };

const none: Numbers = [];

/** A condition on one field. */
function onField(field: HourField, holds: (value: number) => boolean): Condition {
  return {
    fields: [field],
    keep:
      (values = none) =>
      (row) =>
        holds(values[row] ?? 0),
  };
}

const hasFlag = (bit: number): Condition => onField('flags', (flags) => (flags & bit) !== 0);

type Known = {
  /** Whether a number of the field stands for this text: exactly, or whatever its case. */
  exactly: (text: string) => (id: number) => boolean;
  spelled: (text: string) => (id: number) => boolean;
  named: (text: string, nameOf: (id: number) => string | null) => (id: number) => boolean;
  words: Words;
  names: Names;
};

const onWord =
  (field: HourField) =>
  (text: string, { exactly }: Known): Condition[] => [onField(field, exactly(text))];

/** What a call has to fulfil, by the filter. Those that are not here are of something that hours have no field for. */
const conditionsBy = {
  account: (name: string, { names }) => {
    const ids = names.accountsNamed(name);
    return [onField('account', (id) => ids.has(id))];
  },
  accountId: (wanted: number | null) => [onField('account', (id) => id === (wanted ?? 0))],
  department: (name: string, { named, names }) => [onField('department', named(name, names.department))],
  departmentId: (wanted: number | null) => [onField('department', (id) => id === (wanted ?? 0))],
  destination: (text: string, known) => [onDestination(text, known)],
  country: (text: string, { spelled }) => [onField('country', spelled(text))],
  extension: onWord('extension'),
  callType: onWord('call_type'),
  outcome: onWord('outcome'),
  reason: onWord('reason'),
  entry: onWord('entry'),
  minDurationMs: (minimum: number) => [onField('billable', (ms) => ms >= minimum)],
  maxDurationMs: (maximum: number) => [onField('billable', (ms) => ms <= maximum)],
  currency: (code: string | null, { exactly }) => [
    onField('currency', code === null ? (id) => id === 0 : exactly(code)),
  ],
  minChargeMicros: (minimum: number) => [hasFlag(flag.priced), onField('charge', (sum) => sum >= minimum)],
  maxChargeMicros: (maximum: number) => [hasFlag(flag.priced), onField('charge', (sum) => sum <= maximum)],
  answered: () => [hasFlag(flag.answered)],
  unrated: () => [hasFlag(flag.unrated)],
} satisfies {
  [Filter in keyof ReportFilters]?: (value: Exclude<ReportFilters[Filter], undefined>, known: Known) => Condition[];
};
type HourFilter = keyof typeof conditionsBy;

export type HourFilters = Pick<ReportFilters, HourFilter>;

/** Whether hours have all that these filters ask for; else such calls are found among the records. */
export function haveHours(filters: ReportFilters): filters is HourFilters {
  return Object.keys(filters).every((filter) => Object.hasOwn(conditionsBy, filter));
}

/** What a call has to fulfil. */
export function conditionsOf(filters: HourFilters, words: Words, names: Names): Condition[] {
  const named = (text: string, nameOf: (id: number) => string | null) => {
    const wanted = withoutCase(text);
    return remembering((id: number) => withoutCase(nameOf(id) ?? '') === wanted);
  };
  const known: Known = {
    ...{ named, words, names },
    spelled: (text) => named(text, words.wordOf),
    exactly: (text) => remembering((id: number) => words.wordOf(id) === text),
  };
  const conditionOf = (filter: HourFilter): Condition[] => {
    const value = filters[filter];
    const make = conditionsBy[filter] as (value: unknown, known: Known) => Condition[];
    return value === undefined ? [] : make(value, known);
  };
  return (Object.keys(filters) as HourFilter[]).flatMap(conditionOf);
}

/** Of the rate, or else the country's name. */
function onDestination(text: string, { spelled, named, words }: Known): Condition {
  const isOwn = spelled(text);
  const isOfCountry = named(text, (id) => countryNameOf(words.wordOf(id)));
  return {
    fields: ['destination', 'country'],
    keep:
      (destinations = none, countries = none) =>
      (row) => {
        const own = destinations[row] ?? 0;
        return own === 0 ? isOfCountry(countries[row] ?? 0) : isOwn(own);
      },
  };
}

const countryNameOf = (country: string | null): string | null => (country === null ? null : countryName(country));

/** What tells whether a call of this hour counts; null: all do. */
export function keeping(conditions: readonly Condition[], hour: HourOfCalls, { fromMs, untilMs }: Period): Keep | null {
  const keeps = conditions.map(({ fields, keep }) => keep(...fields.map((field) => hour[field] ?? none)));
  const startMs = hour.hour * hourMs;
  if (startMs < fromMs || startMs + hourMs > untilMs) {
    const started = hour.started ?? none;
    keeps.push((row) => {
      const atMs = startMs + (started[row] ?? 0);
      return atMs >= fromMs && atMs < untilMs;
    });
  }
  const [first, ...more] = keeps;
  if (first === undefined) return null;
  return more.length === 0 ? first : (row) => keeps.every((keep) => keep(row));
}
