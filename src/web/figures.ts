import type { Summary } from '../reports/summary.ts';
import { presetPeriod, type Period, type Preset } from '../reports/period.ts';
import type { Grouping, Measures, ReportFilters } from '../reports/report.ts';
import { formatMoney } from '../rating/money.ts';
import { departmentOf, type MemberVisit, type Visit } from './route.ts';

/** Sums over calls that this person may see. */

/** Limited to the person's department, where there is one. */
export const filtersOf = ({ user }: MemberVisit): ReportFilters => {
  const departmentId = departmentOf(user);
  return departmentId === null ? {} : { departmentId };
};

export function sumsOf(
  visit: MemberVisit,
  period: Period,
  {
    groupings = [],
    filters,
    ...limit
  }: { groupings?: readonly Grouping[]; limit?: number; filters?: ReportFilters } = {},
): Promise<Summary> {
  const seen = { ...filters, ...filtersOf(visit) };
  return visit.parts.sums({ period, groupings, filters: seen, ...limit });
}

export const periodOf = ({ parts, nowMs }: Pick<Visit, 'parts' | 'nowMs'>, preset: Preset): Period =>
  presetPeriod(preset, nowMs, parts.site.zone, parts.site.report.fiscalYearStart);

/** Each currency by itself: they are never added up. */
export function amountText({ amounts }: Pick<Measures, 'amounts'>): string {
  const texts = [...amounts].map(([currency, { chargeMicros }]) => formatMoney(Number(chargeMicros), currency));
  return texts.length === 0 ? '–' : texts.join(' + ');
}
