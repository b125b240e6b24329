import type { Period } from '../../../reports/period.ts';
import type { DerivedFilters, ReportFilters } from '../../../reports/report.ts';
import { filterValues } from '../../reports/filter-values.ts';
import { callRecordFields, filteredFields, type FilteredField } from '../../../words/call-record.ts';
import { account, answered, country, department, destination, number, unrated } from './expressions.ts';

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
  department: `${department} = @department COLLATE NOCASE`,
  destination: `${destination} = @destination COLLATE NOCASE`,
  country: `${country} = @country COLLATE NOCASE`,
  number: `substr(ltrim(${number}, '+'), 1, length(@number)) = @number`,
  minDurationMs: 'c.billable_ms >= @minDurationMs',
  maxDurationMs: 'c.billable_ms <= @maxDurationMs',
  minChargeMicros: 'p.charge_micros >= @minChargeMicros',
  maxChargeMicros: 'p.charge_micros <= @maxChargeMicros',
  answered,
  unrated,
};

const conditionBy: Record<keyof ReportFilters, string> = { ...onFields, ...onDerived };

/** What follows `callsOfPeriod`; parameters: `parametersOf`. */
export function conditions(filters: ReportFilters): string {
  return filterValues(filters)
    .map(({ filter }) => `\n  AND ${conditionBy[filter]}`)
    .join('');
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
