import { catalog, isReportName, type ReportDefinition, type ReportName } from '../../../reports/catalog.ts';
import { isAccounting, type Format } from '../../../reports/format.ts';
import { readRequest, type Asked } from '../../../reports/request.ts';
import type { Result } from '../../../words/result.ts';
import { filtersOf } from '../../figures.ts';
import { departmentOf, NotFound, type MemberVisit } from '../../route.ts';
import { reportTexts as texts } from '../../texts/reports.ts';
import { askedPeriod } from '../period.ts';

/** A report as somebody asks for it on a page. */

export const definitionOf = (name: ReportName): ReportDefinition => catalog[name];

/** A report that this person may see; one that cannot be limited to a department is nothing for people with one. */
export function nameIn(visit: MemberVisit): ReportName {
  const name = visit.params['name'] ?? '';
  if (!isReportName(name) || !maySee(visit, name)) throw new NotFound();
  return name;
}

export const maySee = ({ user }: MemberVisit, name: ReportName): boolean =>
  departmentOf(user) === null || definitionOf(name).kind !== 'unused-accounts';

/** What can be downloaded of it. */
export const downloadsOf = (name: ReportName): readonly Format[] =>
  definitionOf(name).kind === 'statement'
    ? ['pdf', 'csv', 'xlsx', 'json', 'ledes', 'quickbooks', 'xero', 'invoices']
    : ['csv', 'xlsx', 'pdf', 'json'];

const labels: Readonly<Record<string, string>> = {
  from: texts.from,
  to: texts.to,
  preset: texts.period,
  group: texts.group,
  filter: texts.filter,
  invoice: texts.invoice.toLowerCase(),
};

/** Those that have a field of their own in the form. */
export const plainFilters = ['account', 'department', 'extension', 'destination', 'call-type', 'outcome'] as const;

/** As `KEY=VALUE`: of the fields, and those that are typed so, several separated by semicolons. */
export const filtersIn = (query: URLSearchParams): string[] => [
  ...plainFilters.flatMap((key) => {
    const text = (query.get(key) ?? '').trim();
    return text === '' ? [] : [`${key}=${text}`];
  }),
  ...query
    .getAll('filter')
    .flatMap((text) => text.split(';'))
    .map((text) => text.trim())
    .filter((text) => text !== ''),
];

/** `limit`: what the page has room for; null: all. */
export function askedFor(visit: MemberVisit, name: ReportName, format: Format, limit: number | null): Result<Asked> {
  const { query, parts, nowMs } = visit;
  const given = (key: string): string | undefined => {
    const text = (query.get(key) ?? '').trim();
    return text === '' ? undefined : text;
  };
  const { preset, from, to } = askedPeriod(query, 'this-month');
  const definition = definitionOf(name);
  const own = 'limit' in definition ? (definition.limit ?? null) : null;
  const isLimited =
    limit !== null && (own === null || own > limit) && (definition.kind === 'calls' || definition.kind === 'summary');
  const filter = filtersIn(query);
  const group = given('group') ?? (isAccounting(format) || definition.kind !== 'statement' ? undefined : 'account');
  const read = readRequest(
    {
      ...{ name, format, filter, group, compare: query.has('compare') && format !== 'pdf' },
      ...(preset !== '' ? { preset } : { from, ...(to === '' ? {} : { to }) }),
      ...(isLimited ? { limit: String(limit) } : {}),
      ...(definition.kind === 'actual-cost' ? { invoice: given('invoice'), by: given('by') } : {}),
    },
    ...([nowMs, { zone: parts.site.zone, fiscalYearStart: parts.site.report.fiscalYearStart }] as const),
  );
  if (!read.ok) return { ok: false, problem: read.problem((field) => labels[field] ?? field) };
  const { request } = read.value;
  return {
    ok: true,
    value: { ...read.value, request: { ...request, filters: { ...request.filters, ...filtersOf(visit) } } },
  };
}
