import type { Result } from '../words/result.ts';
import { costGroupings, readInvoice, type CarrierInvoice } from './actual-cost/invoice.ts';
import { catalog, formerNames, isReportName, reportNames } from './catalog.ts';
import type { ReportDefinition, ReportName } from './catalog.ts';
import { readFilters } from './filters.ts';
import { formats, isAccounting } from './format.ts';
import type { Format } from './format.ts';
import { readPeriod, type Calendar } from './period-text.ts';
import type { Period } from './period.ts';
import type { Zone } from '../words/zone.ts';
import type { RequestField, RequestProblem } from './problem.ts';
import { callOrders, groupings } from './report.ts';
import type { CallOrder, Grouping, ReportFilters } from './report.ts';
import { papers, type Paper } from './site.ts';
import type { Layout } from './statements/layout.ts';
import { layoutNamed } from './statements/layouts.ts';
import { payerKinds, type PayerKind } from './statements/payer.ts';
import { isLocale } from '../words/locale.ts';

/** A report that can be made. */
export type ReportRequest = {
  name: ReportName;
  period: Period;
  zone: Zone;
  filters: ReportFilters;
  /** As the person wrote them. */
  filterTexts: readonly string[];
  group?: Grouping;
  thenBy?: Grouping;
  order?: CallOrder;
  limit?: number;
  /** Beside what it was in the period before. */
  compare?: true;
  /** When it was asked for, or due: what is issued bears this date. */
  askedAtMs: number;
  /** Of statements. */
  statements?: { by: PayerKind; layout: Layout; layoutName: string };
  /** That is spread over its calls. */
  invoice?: CarrierInvoice;
  paper?: Paper;
  /** BCP 47; with it, CSV is for spreadsheets of that locale too. */
  locale?: string;
  /** CSV begins with a byte order mark. */
  bom?: true;
};

/** A report as a person asks for it, on the command line or in a schedule. */
export type AskedReport = { name: string; filter?: readonly string[] | undefined } & {
  [Field in 'bom' | 'compare']?: boolean | undefined;
} & { [Field in Exclude<RequestField, 'filter' | 'compare'>]?: string | undefined };

export type Asked = {
  request: ReportRequest;
  format: Format;
  /** The report was asked for by a name that it no longer has; null: by its own. */
  formerName: string | null;
};

type Read<Value> = Result<Value, RequestProblem>;

function oneOf<T extends string>(
  field: RequestField,
  text: string | undefined,
  words: readonly T[],
): Read<T | undefined> {
  const value = words.find((candidate) => candidate === text);
  if (text === undefined || value !== undefined) return { ok: true, value };
  return {
    ok: false,
    problem: (nameOf) => `${nameOf(field)}: there is no "${text}": use one of ${words.join(', ')}`,
  };
}

function limitOf(text: string | undefined): Read<number | undefined> {
  if (text === undefined) return { ok: true, value: undefined };
  if (/^[1-9]\d{0,6}$/.test(text)) return { ok: true, value: Number(text) };
  return { ok: false, problem: (nameOf) => `${nameOf('limit')} must be a whole number from 1 to 9999999` };
}

function nameOfReport(text: string): Read<ReportName> {
  const name = formerNames.get(text) ?? text;
  if (isReportName(name)) return { ok: true, value: name };
  return { ok: false, problem: () => `there is no report "${text}": use one of ${reportNames.join(', ')}` };
}

/** Checks all that was asked for; a period without dates is taken from `nowMs`. */
export function readRequest(asked: AskedReport, nowMs: number, calendar: Calendar): Read<Asked> {
  const { zone } = calendar;
  const filterTexts = asked.filter ?? [];
  const name = nameOfReport(asked.name);
  if (!name.ok) return name;
  const period = readPeriod(asked, nowMs, calendar);
  if (!period.ok) return period;
  const filters = readFilters(filterTexts);
  if (!filters.ok) return filters;
  const group = oneOf('group', asked.group, groupingsOf(name.value));
  if (!group.ok) return group;
  const thenBy = oneOf('thenBy', asked.thenBy, groupings);
  if (!thenBy.ok) return thenBy;
  const order = oneOf('order', asked.order, callOrders);
  if (!order.ok) return order;
  const limit = limitOf(asked.limit);
  if (!limit.ok) return limit;
  const format = oneOf('format', asked.format, formats);
  if (!format.ok) return format;
  const paper = oneOf('paper', asked.paper, papers);
  if (!paper.ok) return paper;
  const locale = localeOf(asked.locale);
  if (!locale.ok) return locale;
  const invoice = readInvoice(asked.invoice, asked.by);
  if (!invoice.ok) return invoice;
  const statements = statementsOf(name.value, asked);
  if (!statements.ok) return statements;
  const request: ReportRequest = {
    ...{ name: name.value, zone, filterTexts, period: period.value, filters: filters.value },
    askedAtMs: nowMs,
    ...(asked.bom === true ? { bom: true } : {}),
    ...(asked.compare === true ? { compare: true } : {}),
    ...(group.value === undefined || group.value === 'client' ? {} : { group: group.value }),
    ...(thenBy.value === undefined ? {} : { thenBy: thenBy.value }),
    ...(order.value === undefined ? {} : { order: order.value }),
    ...(limit.value === undefined ? {} : { limit: limit.value }),
    ...(paper.value === undefined ? {} : { paper: paper.value }),
    ...(locale.value === undefined ? {} : { locale: locale.value }),
    ...(statements.value === undefined ? {} : { statements: statements.value }),
    ...(invoice.value === undefined ? {} : { invoice: invoice.value }),
  };
  const problem = problemOf(request) ?? formatProblem(request, format.value ?? 'table');
  if (problem !== null) return { ok: false, problem };
  const formerName = asked.name === name.value ? null : asked.name;
  return { ok: true, value: { request, format: format.value ?? 'table', formerName } };
}

function groupingsOf(name: ReportName): readonly (Grouping | PayerKind)[] {
  switch (catalog[name].kind) {
    case 'statement':
      return payerKinds;
    case 'actual-cost':
      return costGroupings;
    default:
      return groupings;
  }
}

function localeOf(text: string | undefined): Read<string | undefined> {
  if (text === undefined || text === '' || isLocale(text)) return { ok: true, value: text };
  return { ok: false, problem: (nameOf) => `${nameOf('locale')}: "${text}" is no language and region such as de-CH` };
}

/** A department is charged back, everybody else gets a statement, unless a layout is named. */
function statementsOf(name: ReportName, { layout, group }: AskedReport): Read<ReportRequest['statements']> {
  if (name !== 'statement') {
    if (layout === undefined) return { ok: true, value: undefined };
    return { ok: false, problem: (nameOf) => `${nameOf('layout')} is for statements` };
  }
  const layoutName = layout ?? (group === 'department' ? 'department' : 'client');
  const read = layoutNamed(layoutName);
  if (!read.ok) return { ok: false, problem: () => read.problem };
  const by = payerKinds.find((kind) => kind === group) ?? read.value.by;
  return { ok: true, value: { by, layout: read.value, layoutName } };
}

/** Of what is for accounting programs. */
function formatProblem({ name, statements }: ReportRequest, format: Format): RequestProblem | null {
  if (!isAccounting(format)) return null;
  if (statements === undefined) {
    return (nameOf) => `${nameOf('format')} ${format} is for statements: ${name} cannot be written so`;
  }
  if (format !== 'ledes' || statements.by === 'account') return null;
  return (nameOf) => `${nameOf('format')} ledes is by matter: leave out ${nameOf('group')} ${statements.by}`;
}

/** Days of another period are other days: nothing would stand beside them. */
function comparisonProblem(
  { name, group, thenBy }: ReportRequest,
  definition: ReportDefinition,
): RequestProblem | null {
  if (definition.kind !== 'summary') return (nameOf) => `${nameOf('compare')} is for summaries: ${name} is none`;
  const [outer, inner] = groupsOf({ group, thenBy }, definition);
  const dated = [outer, inner].find((one) => one === 'day' || one === 'week' || one === 'month');
  if (dated === undefined) return null;
  return (nameOf) => `${nameOf('compare')}: by ${dated}, two periods have nothing in common: use another grouping`;
}

/** A report that is grouped by something else is not grouped further by what its own groups are. */
export function groupsOf(
  { group, thenBy }: { group?: Grouping | undefined; thenBy?: Grouping | undefined },
  definition: Extract<ReportDefinition, { kind: 'summary' }>,
): [Grouping, Grouping | undefined] {
  return [group ?? definition.group, thenBy ?? (group === undefined ? definition.thenBy : undefined)];
}

/** What a report has no use for; null: it can be made. */
function problemOf(request: ReportRequest): RequestProblem | null {
  const { name, group, thenBy, order, limit } = request;
  const definition: ReportDefinition = catalog[name];
  const { kind } = definition;
  const grouped = group ?? (kind === 'summary' ? definition.group : undefined);
  if ((kind === 'actual-cost') !== (request.invoice !== undefined)) {
    return (nameOf) =>
      kind === 'actual-cost'
        ? `${name} needs ${nameOf('invoice')}, such as "1234.56 USD"`
        : `${nameOf('invoice')} is for actual-cost`;
  }
  if (!['summary', 'statement', 'actual-cost'].includes(kind) && group !== undefined)
    return () => `${name} is not grouped`;
  if (kind !== 'summary' && thenBy !== undefined) return () => `${name} has no second grouping`;
  if (thenBy !== undefined && grouped === thenBy) {
    return (nameOf) => `${nameOf('thenBy')} ${thenBy} is already what it is grouped by`;
  }
  if (kind !== 'calls' && order !== undefined) return () => `${name} has an order of its own`;
  if (kind !== 'calls' && kind !== 'summary' && limit !== undefined) return () => `${name} has no limit`;
  const compareProblem = request.compare === true ? comparisonProblem(request, definition) : null;
  if (compareProblem !== null) return compareProblem;
  if (kind === 'unused-accounts' && Object.keys(request.filters).length > 0) return () => `${name} has no filters`;
  const own = (Object.keys(definition.filters) as (keyof ReportFilters)[]).find(
    (key) => request.filters[key] !== undefined,
  );
  return own === undefined ? null : () => `${name} has its own ${own}`;
}
