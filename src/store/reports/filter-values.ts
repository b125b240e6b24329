import type { ReportFilters } from '../../reports/report.ts';

export type FilterValue = {
  /** That of its parameter as well. */
  filter: keyof ReportFilters;
  /** Undefined: it is a flag, and has no parameter. */
  value: string | number | null | undefined;
};

/** What is asked of the calls, in the form in which statements compare it. */
export function filterValues(filters: ReportFilters): FilterValue[] {
  return (Object.keys(filters) as (keyof ReportFilters)[]).map((filter) => {
    const value = filters[filter];
    if (value === true) return { filter, value: undefined };
    // Numbers are compared without their plus, since not all that are stored have one.
    return { filter, value: filter === 'number' ? String(value).replace(/^\+/, '') : value };
  });
}
