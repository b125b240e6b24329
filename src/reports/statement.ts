import type { Period, Zone } from './period.ts';
import type { ReportFilters, ReportSource } from './report.ts';
import { none } from './summary.ts';

export type StatementGroup = { label: string; filters: ReportFilters };

/** The accounts or departments that have calls, by name, and the filters that give the calls of each. */
export async function statementGroups(
  source: ReportSource,
  query: { period: Period; zone: Zone; filters: ReportFilters; group: 'account' | 'department' },
): Promise<StatementGroup[]> {
  const { period, filters, group } = query;
  const idFilter = group === 'account' ? 'accountId' : 'departmentId';
  const labels = new Map<number | null, string>();
  for await (const { keys } of source.summarize({ period, groupings: [group], filters })) {
    const [key] = keys;
    const id = typeof key?.key === 'number' ? key.key : null;
    labels.set(id, key?.label ?? none);
  }
  return [...labels]
    .sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([id, label]) => ({ label, filters: { ...filters, [idFilter]: id } }));
}
