import { catalog, type ReportDefinition } from '../../../reports/catalog.ts';
import type { Grouping } from '../../../reports/report.ts';
import { groupsOf, type ReportRequest } from '../../../reports/request.ts';
import { none } from '../../../reports/summary.ts';
import { dayText, wallClock } from '../../../reports/period.ts';
import { withQuery } from '../elements.ts';

/** The filter of lists of calls that finds those of a group; the others have none. */
const filters: Partial<Readonly<Record<Grouping, string>>> = {
  ...{ account: 'account', department: 'department', extension: 'extension', destination: 'destination' },
  ...{ 'call-type': 'call-type', outcome: 'outcome', reason: 'reason' },
};

/** From a sum to its calls; null: there is no way. */
export function drill(request: ReportRequest, label: string): string | null {
  const definition: ReportDefinition = catalog[request.name];
  if (definition.kind !== 'summary' || label === none || label === '') return null;
  const [group] = groupsOf(request, definition);
  if (group === 'day') return withQuery('/calls', { from: label, to: label });
  const filter = filters[group];
  if (filter === undefined) return null;
  const { period, zone } = request;
  const day = (ms: number): string => dayText(wallClock(ms, zone));
  const value = group === 'extension' ? (label.split(' ')[0] ?? '') : label;
  return withQuery('/calls', { from: day(period.fromMs), to: day(period.untilMs - 1), [filter]: value });
}
