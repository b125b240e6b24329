import { countryName } from '../../../reports/country.ts';
import type { Period } from '../../../reports/period.ts';
import type { ReportFilters } from '../../../reports/report.ts';
import { flag, hourMs } from './hours.ts';
import type { HourField, HourOfCalls } from './hours.ts';
import { remembering, withoutCase } from './names.ts';
import type { Names } from './names.ts';
import type { Words } from './words.ts';

/** A call's number and its gateway have no field: such calls are found among the records. */
export type HourFilters = Omit<ReportFilters, 'number' | 'gateway'>;

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

/** What a call has to fulfil, one for each filter. */
export function conditionsOf(filters: HourFilters, words: Words, names: Names): Condition[] {
  const named = (name: string, nameOf: (id: number) => string | null) => {
    const wanted = withoutCase(name);
    return remembering((id: number) => withoutCase(nameOf(id) ?? '') === wanted);
  };
  const spelled = (text: string) => named(text, words.wordOf);
  const exactly = (text: string) => remembering((id: number) => words.wordOf(id) === text);
  const { account, accountId, department, departmentId, extension, destination, country } = filters;
  const { outcome, reason, entry, minDurationMs, maxDurationMs, minChargeMicros, maxChargeMicros } = filters;
  const callType = filters['call-type'];
  const all: Condition[] = [];
  if (account !== undefined) all.push(onField('account', named(account, names.account)));
  if (accountId !== undefined) all.push(onField('account', (id) => id === (accountId ?? 0)));
  if (department !== undefined) all.push(onField('department', named(department, names.department)));
  if (departmentId !== undefined) all.push(onField('department', (id) => id === (departmentId ?? 0)));
  if (extension !== undefined) all.push(onField('extension', exactly(extension)));
  if (country !== undefined) all.push(onField('country', spelled(country)));
  if (callType !== undefined) all.push(onField('call_type', exactly(callType)));
  if (outcome !== undefined) all.push(onField('outcome', exactly(outcome)));
  if (reason !== undefined) all.push(onField('reason', exactly(reason)));
  if (entry !== undefined) all.push(onField('entry', exactly(entry)));
  if (minDurationMs !== undefined) all.push(onField('billable', (ms) => ms >= minDurationMs));
  if (maxDurationMs !== undefined) all.push(onField('billable', (ms) => ms <= maxDurationMs));
  if (minChargeMicros !== undefined)
    all.push(
      hasFlag(flag.priced),
      onField('charge', (sum) => sum >= minChargeMicros),
    );
  if (maxChargeMicros !== undefined)
    all.push(
      hasFlag(flag.priced),
      onField('charge', (sum) => sum <= maxChargeMicros),
    );
  if (filters.answered === true) all.push(hasFlag(flag.answered));
  if (filters.unrated === true) all.push(hasFlag(flag.unrated));
  if (destination !== undefined) {
    const isOwn = spelled(destination);
    const isOfCountry = named(destination, (id) => countryNameOf(words.wordOf(id)));
    all.push({
      fields: ['destination', 'country'],
      keep:
        (destinations = none, countries = none) =>
        (row) => {
          const own = destinations[row] ?? 0;
          return own === 0 ? isOfCountry(countries[row] ?? 0) : isOwn(own);
        },
    });
  }
  return all;
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
