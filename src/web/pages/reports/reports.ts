import { costGroupings } from '../../../reports/actual-cost/invoice.ts';
import { reportNames, type ReportName } from '../../../reports/catalog.ts';
import type { ReportPage } from '../../../reports/desk.ts';
import { isLeftAligned, type Column } from '../../../reports/document.ts';
import { endingOf, formats, type Format } from '../../../reports/format.ts';
import { periodText } from '../../../reports/period-text.ts';
import { presets } from '../../../reports/period.ts';
import { rowTexts, withDecimals } from '../../../reports/render/text.ts';
import { groupings } from '../../../reports/report.ts';
import type { Asked } from '../../../reports/request.ts';
import { payerKinds } from '../../../reports/statements/payer.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { callTypes } from '../../../words/call-type.ts';
import { outcomes } from '../../../words/outcome.ts';
import { html, type Html, type Part } from '../../html.ts';
import { departmentOf, entryOf, get, NotFound, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { callTexts } from '../../texts/calls.ts';
import { wordText } from '../../texts/outcomes.ts';
import { deliveryTexts, issuedTexts, reportTexts as texts, savedReportTexts } from '../../texts/reports.ts';
import { back, button, errorSummary, field, linkButton, moreFields, select, table, withQuery } from '../elements.ts';
import { barChart, rankChart } from '../charts.ts';
import { askedPeriod, periodFields, settled } from '../period.ts';
import { capital } from '../directory/fields.ts';
import type { Chart } from '../../../reports/chart.ts';
import { askedFor, definitionOf, downloadsOf, maySee, nameIn, plainFilters } from './ask.ts';
import { deliveryRoutes } from './deliveries.ts';
import { issuedRoutes } from './issued.ts';
import { drill } from './drill.ts';
import { saveForm, savedReportRoutes } from './saved.ts';

const maximumRows = 500;

function list(visit: MemberVisit): Promise<Answer> {
  const rows = reportNames
    .filter((name) => maySee(visit, name))
    .map((name): Part[] => {
      const { title, says } = definitionOf(name);
      return [html`<a href="/reports/${name}">${title}</a>`, says.replace(/ \(--[^)]*\)/, '')];
    });
  const body = html`<h1>${texts.title}</h1>
    <div class="actions">
      ${may(visit.user, 'savedReports') && linkButton('/reports/saved', savedReportTexts.title)}
      ${may(visit.user, 'reportDeliveries') && linkButton('/reports/deliveries', deliveryTexts.title)}
      ${may(visit.user, 'reportDeliveries') && linkButton('/reports/statements', issuedTexts.title)}
    </div>
    ${table(texts.choose, [texts.report, formTexts.details], rows)}`;
  return Promise.resolve({ kind: 'page', title: texts.title, body });
}

async function show(visit: MemberVisit): Promise<Answer> {
  const name = nameIn(visit);
  const { title, says, kind } = definitionOf(name);
  const asked = askedFor(visit, name, 'table', maximumRows);
  // There is nothing wrong with a form that nobody has filled in yet.
  const isBlank = kind === 'actual-cost' && !visit.query.has('invoice');
  // A statement is only downloaded.
  const made = asked.ok && kind !== 'statement' ? await visit.parts.reports.page(asked.value.request) : null;
  const problem = isBlank ? null : !asked.ok ? asked.problem : made?.ok === false ? made.problem : null;
  const errors = problem === null ? [] : [{ field: fieldOf(problem), text: capital(problem) }];
  const body = html`${back('/reports', texts.title)}
    <h1>${title}</h1>
    <p class="lead">${kind === 'statement' ? texts.statementSays : `${capital(says.replace(/ \(--[^)]*\)/, ''))}.`}</p>
    ${errorSummary(errors)} ${await askForm(visit, name)}
    ${asked.ok && problem === null && html`${downloads(visit, name)}${saveForm(visit, name)}${made?.ok === true && result(visit, asked.value, made.value)}`}`;
  return { kind: 'page', title, body, status: problem === null ? 200 : 422 };
}

/** The field that a problem with what was asked for is about. */
function fieldOf(problem: string): string {
  const [, key = ''] = /^filter ([\w-]+):/i.exec(problem) ?? [];
  if ((plainFilters as readonly string[]).includes(key)) return key;
  return /invoice/i.test(problem) ? 'invoice' : /^(?:from|to) /i.test(problem) ? 'from' : 'filter';
}

async function askForm(visit: MemberVisit, name: ReportName): Promise<Html> {
  const { query } = visit;
  const value = (key: string): string => query.get(key) ?? '';
  const { kind } = definitionOf(name);
  const periods = [
    ...presets.map((one) => ({ value: one, text: one.replaceAll('-', ' ') })),
    { value: '', text: `${texts.from} … ${texts.to}` },
  ];
  const groups = kind === 'statement' ? payerKinds : groupings;
  const own = kind === 'statement' ? [] : [{ value: '', text: texts.ownGroup }];
  return html`<form class="filters" method="get" action="/reports/${name}">
    ${periodFields(askedPeriod(query, 'this-month'), periods)}
    ${
      (kind === 'summary' || kind === 'statement') &&
      select({
        name: 'group',
        label: kind === 'statement' ? texts.by : texts.group,
        choices: [...own, ...groups.map((one) => ({ value: one, text: one.replaceAll('-', ' ') }))],
        value: value('group'),
      })
    }
    ${
      kind === 'actual-cost' &&
      html`${field({ name: 'invoice', label: texts.invoice, hint: texts.invoiceHint, value: value('invoice') })}
      ${select({ name: 'by', label: texts.spreadBy, choices: Object.entries(texts.spreads).map(([one, text]) => ({ value: one, text })), value: value('by') })}
      ${select({ name: 'group', label: texts.group, choices: [...own, ...costGroupings.map((one) => ({ value: one, text: one.replaceAll('-', ' ') }))], value: value('group') })}`
    }
    ${kind !== 'unused-accounts' && (await filterFields(visit))} ${button(texts.show, 'secondary')}
  </form>`;
}

/** What is asked for most, each in a field; everything else as the command line has it. */
async function filterFields({ query, parts, user }: MemberVisit): Promise<Html> {
  const value = (key: string): string => query.get(key) ?? '';
  const any = { value: '', text: formTexts.any };
  const words = (list: readonly string[]) => [any, ...list.map((word) => ({ value: word, text: wordText(word) }))];
  const departments = departmentOf(user) === null ? await parts.store.listDepartments() : [];
  const typed = query.getAll('filter').join('; ');
  return html`${field({ name: 'account', label: callTexts.account, value: value('account') })}
  ${departments.length > 0 && select({ name: 'department', label: callTexts.department, choices: [any, ...departments.map(({ name }) => ({ value: name, text: name }))], value: value('department') })}
  ${field({ name: 'extension', label: callTexts.extension, value: value('extension') })}
  ${field({ name: 'destination', label: callTexts.destination, value: value('destination') })}
  ${select({ name: 'call-type', label: callTexts.callType, choices: words(callTypes), value: value('call-type') })}
  ${select({ name: 'outcome', label: callTexts.outcome, choices: words(outcomes), value: value('outcome') })}
  ${moreFields(
    formTexts.moreFilters,
    typed !== '',
    html`<div class="field grows">
      ${field({ name: 'filter', label: texts.filter, hint: texts.filterHint, value: typed, width: 'long' })}
    </div>`,
  )}`;
}

function downloads({ query }: MemberVisit, name: ReportName): Html {
  const links = downloadsOf(name).map(
    (format) =>
      html`<a class="button secondary" href="${withQuery(`/reports/${name}/download`, { ...settled(query), format })}"
        >${texts.formats[format] ?? format}</a
      >`,
  );
  return html`<div class="actions" role="group" aria-label="${texts.download}">
    <span>${texts.download}</span>${links}
  </div>`;
}

function result(visit: MemberVisit, asked: Asked, page: ReportPage): Html {
  const { title, period, rows, totals, notes, chart } = page;
  const columns = withDecimals(page.columns, [...rows, ...totals]);
  const isCut = page.isCut || rows.length >= maximumRows;
  return html`<h2>${title}, ${periodText(period, visit.parts.site.zone)}</h2>
    ${notes.map((note) => html`<p class="notice">${note.replace(/: see "billing-codes.*$/, '')}</p>`)}
    ${chart !== null && chartOf(chart, columns[0]?.title ?? '', asked)} ${pageTable(visit, page, columns, asked)}
    ${isCut && html`<p class="hint">${texts.shownFirst(rows.length)}</p>`}`;
}

function chartOf({ title, kind, bars }: Chart, first: string, { request }: Asked): Html {
  const shown = bars.map(({ label, value }) => ({
    ...{ label, value: Math.round(value * 10) / 10, path: drill(request, label) ?? '' },
  }));
  return kind === 'bars' ? rankChart(title, shown) : barChart({ caption: title, columns: [first, title], bars: shown });
}

/** The columns of the report, with a way from each group to its calls. */
function pageTable(
  { parts }: MemberVisit,
  { title, empty, rows, totals }: ReportPage,
  columns: readonly Column[],
  asked: Asked,
): Html {
  const { writing } = parts.site;
  const shown = rows.map((row): Part[] => {
    const texts_ = rowTexts(row, columns, writing);
    const path = drill(asked.request, String(row[0] ?? ''));
    return path === null ? texts_ : [html`<a href="${path}">${texts_[0]}</a>`, ...texts_.slice(1)];
  });
  const head = columns.map((column) => ({ title: column.title, isNumber: !isLeftAligned(column) }));
  return table(title, head, shown, { empty, totals: totals.map((row) => rowTexts(row, columns, writing)) });
}

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  json: 'application/json',
};

async function download(visit: MemberVisit): Promise<Answer> {
  const name = nameIn(visit);
  const format = formats.find((one): one is Format => one === visit.query.get('format'));
  if (format === undefined || !downloadsOf(name).includes(format)) throw new NotFound();
  const asked = askedFor(visit, name, format, null);
  if (!asked.ok)
    return {
      kind: 'page',
      title: texts.title,
      status: 422,
      body: html`<h1>${texts.title}</h1>
        ${errorSummary([{ field: '', text: asked.problem }])}`,
    };
  const { parts } = visit;
  const content = await parts.reports.content(asked.value, false);
  if (!content.ok) throw new NotFound();
  const days = periodText(asked.value.request.period, parts.site.zone);
  await parts.people.appendAudit(entryOf(visit, 'report-downloaded', `${name}, ${days}`, { after: { format } }));
  return {
    kind: 'file',
    name: `${name}.${endingOf(format)}`,
    type: types[format] ?? 'text/plain; charset=utf-8',
    content: content.value,
  };
}

export const reportRoutes: readonly Route[] = [
  get('/reports', areas.reports, list),
  ...savedReportRoutes,
  ...deliveryRoutes,
  ...issuedRoutes,
  get('/reports/:name', areas.reports, show),
  get('/reports/:name/download', areas.reports, download),
];
