import type { Database } from 'better-sqlite3';
import type { Period } from '../../../reports/period.ts';
import type { DerivedFilters, ReportFilters } from '../../../reports/report.ts';
import { filterValues } from '../../reports/filter-values.ts';
import { callRecordFields, filteredFields, type FilteredField } from '../../../words/call-record.ts';
import { account, answered, country, destination, plainNumber, unrated } from './expressions.ts';

/** Parameters have the names of the filters. */
const onFields = Object.fromEntries(
  filteredFields.map((field) => [
    field,
    // A person's name, which counts in any case.
    `c.${callRecordFields[field].sqlite} = @${field}${field === 'authorizedBy' ? ' COLLATE NOCASE' : ''}`,
  ]),
) as Record<FilteredField, string>;

const onDerived: Record<keyof DerivedFilters, string> = {
  account: `${account} = @account COLLATE NOCASE`,
  accountId: 'c.account_id IS @accountId',
  departmentId: 'c.department_id IS @departmentId',
  department: 'c.department_id = (SELECT d.id FROM departments d WHERE d.name = @department COLLATE NOCASE)',
  destination: `${destination} = @destination COLLATE NOCASE`,
  country: `${country} = @country COLLATE NOCASE`,
  number: `substr(${plainNumber('c')}, 1, length(@number)) = @number`,
  minDurationMs: 'c.billable_ms >= @minDurationMs',
  maxDurationMs: 'c.billable_ms <= @maxDurationMs',
  currency: 'p.currency IS @currency',
  minChargeMicros: 'p.charge_micros >= @minChargeMicros',
  maxChargeMicros: 'p.charge_micros <= @maxChargeMicros',
  answered,
  unrated,
};

const conditionBy: Record<keyof ReportFilters, string> = { ...onFields, ...onDerived };

/** More are looked for among all calls of the period. */
const mostIds = 500;

/**
 * Whose calls can be of an account of this name: those that have it, and those that are gone (their calls keep the name). All but one is
 * rare, and one is found by the index in the order of time.
 */
export function payersNamed(db: Database, name: string): string {
  const ids = db
    .prepare<[string], number>(
      'SELECT id FROM accounts WHERE name = ? COLLATE NOCASE UNION SELECT id FROM gone_accounts',
    )
    .pluck()
    .all(name);
  if (ids.length > mostIds) return '1';
  return ids.length === 1 ? `c.account_id = ${ids[0] ?? 0}` : `c.account_id IN (${ids.join(', ')})`;
}

/** The calls of `n` whose number begins with `prefix`, an expression: what comes behind the last code point comes behind them all. */
const numbersFrom = (prefix: string): string =>
  `${plainNumber('n')} >= ${prefix} AND ${plainNumber('n')} < ${prefix} || char(1114111)`;

/** So many, of all times, are read sooner one by one than hours are looked through. */
const fewOfNumbers = 1_000;

/** Whether an index finds all calls to numbers that begin so, and they are few. */
export function haveFewCalls(db: Database, number: string): boolean {
  const count = db
    .prepare<[{ number: string; limit: number }], number>(
      `SELECT count(*) FROM (SELECT 1 FROM call_records n WHERE ${numbersFrom('@number')} LIMIT @limit)`,
    )
    .pluck();
  return (count.get({ number: number.replace(/^\+/, ''), limit: fewOfNumbers + 1 }) ?? 0) <= fewOfNumbers;
}

const ofFewNumbers = `c.rowid IN (SELECT n.rowid FROM call_records n INDEXED BY call_records_number
    WHERE ${numbersFrom('@number')} AND n.started_at >= @fromMs AND n.started_at < @untilMs)`;

/** What follows `callsOfPeriod`; parameters: `parametersOf`. */
export function conditions(db: Database, filters: ReportFilters): string {
  const all = filterValues(filters).map(({ filter }) => conditionBy[filter]);
  const { account: name, number } = filters;
  if (name !== undefined) all.push(payersNamed(db, name));
  if (number !== undefined && haveFewCalls(db, number)) all.push(ofFewNumbers);
  return all.map((one) => `\n  AND ${one}`).join('');
}

/** The values of the period and of `conditions`. */
export function parametersOf(
  { fromMs, untilMs }: Period,
  filters: ReportFilters,
): Record<string, string | number | null> {
  const values: Record<string, string | number | null> = { fromMs, untilMs };
  for (const { filter, value } of filterValues(filters)) if (value !== undefined) values[filter] = value;
  return values;
}
