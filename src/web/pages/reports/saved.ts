import { isReportName, type ReportName } from '../../../reports/catalog.ts';
import type { SavedReport } from '../../../store/ports/saved-reports.ts';
import { oneLine } from '../../../words/clean-text.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { savedReportTexts as texts } from '../../texts/reports.ts';
import {
  back,
  button,
  errorOf,
  errorSummary,
  field,
  form,
  hidden,
  linkButton,
  moment,
  table,
  withQuery,
  type FieldError,
} from '../elements.ts';
import { settled } from '../period.ts';
import { inputErrors } from '../directory/keeping.ts';
import { definitionOf, maySee } from './ask.ts';
import { schedulePage, scheduleReport, scheduleText, unschedule } from './schedules.ts';

/** Reports with their filters, under names of people's own. */

const maximumName = 60;
const maximumQuery = 2_000;

/** Theirs; managers and administrators see all, since what is scheduled goes on without whoever saved it. */
export const savedOf = async ({ parts, user }: MemberVisit): Promise<SavedReport[]> =>
  parts.people.listSavedReports(may(user, 'reportSchedules') ? null : user.id);

export async function foundSaved(visit: MemberVisit): Promise<SavedReport & { report: ReportName }> {
  const saved = (await savedOf(visit)).find(({ id }) => String(id) === visit.params['id']);
  if (saved === undefined || !isReportName(saved.report)) throw new NotFound();
  return { ...saved, report: saved.report };
}

/** On the page of a report. */
export const saveForm = (visit: MemberVisit, report: ReportName): Part =>
  may(visit.user, 'savedReports') &&
  html`<details class="more">
    <summary>${texts.save}</summary>
    ${form(visit, '/reports/saved', saveFields(report, withQuery('', settled(visit.query)).slice(1), '', []))}
  </details>`;

const saveFields = (report: string, query: string, name: string, errors: readonly FieldError[]): Html =>
  html`${hidden('report', report)}${hidden('query', query)}
  ${field({ name: 'name', label: texts.name, value: name, error: errorOf(errors, 'name') })}
  ${button(texts.saveButton, 'secondary')}`;

async function save(visit: MemberVisit): Promise<Answer> {
  const { form: given, parts, user, nowMs } = visit;
  const report = given.get('report') ?? '';
  if (!isReportName(report) || !maySee(visit, report)) throw new NotFound();
  const name = oneLine((given.get('name') ?? '').trim(), maximumName + 1);
  // As it would come from the report's own form, whatever was sent.
  const query = new URLSearchParams(given.get('query') ?? '').toString();
  const errors: FieldError[] = [];
  if (name === '') errors.push({ field: 'name', text: texts.nameNeeded });
  if (name.length > maximumName) errors.push({ field: 'name', text: texts.nameLong(maximumName) });
  if (query.length > maximumQuery) errors.push({ field: 'name', text: texts.queryLong });
  if (errors.length === 0) {
    try {
      const entry = entryOf(visit, 'report-saved', name, { after: { report, filters: query } });
      const saved = { userId: user.id, name, report, query, madeAtMs: nowMs, schedule: null };
      await parts.people.saveReport(saved, entry);
      return { kind: 'redirect', to: '/reports/saved', said: 'report-saved' };
    } catch (error) {
      errors.push(...inputErrors(error, 'name'));
    }
  }
  const body = html`${back(`/reports/${report}?${query}`, definitionOf(report).title)}
    <h1>${texts.save}</h1>
    ${errorSummary(errors)} ${form(visit, '/reports/saved', saveFields(report, query, name, errors))}`;
  return { kind: 'page', title: texts.save, body, status: 422 };
}

async function list(visit: MemberVisit): Promise<Answer> {
  const { user, parts } = visit;
  const maySchedule = may(user, 'reportSchedules');
  const names = new Map((maySchedule ? await parts.people.listUsers() : [user]).map(({ id, name }) => [id, name]));
  const saved = await savedOf(visit);
  const columns = [
    texts.name,
    texts.report,
    ...(maySchedule ? [texts.whose, texts.schedule] : []),
    texts.since,
    texts.change,
  ];
  const rows = saved.map(({ id, name, report, query, userId, schedule, madeAtMs }): Part[] => [
    html`<a href="/reports/${encodeURIComponent(report)}?${query}">${name}</a>`,
    isReportName(report) ? definitionOf(report).title : report,
    ...(maySchedule
      ? [
          names.get(userId) ?? '',
          html`<a href="/reports/saved/${id}/schedule"
            >${schedule === null ? texts.notScheduled : scheduleText(schedule)}<span class="hidden">: ${name}</span></a
          >`,
        ]
      : []),
    moment(visit, madeAtMs),
    form(
      visit,
      `/reports/saved/${id}/delete`,
      html`<button class="quiet">${texts.delete}<span class="hidden">: ${name}</span></button>`,
    ),
  ]);
  const body = html`${back('/reports', texts.reports)}
    <h1>${texts.title}</h1>
    <p class="lead">${texts.says}</p>
    ${table(texts.title, columns, rows, { empty: texts.none })}
    ${may(user, 'reportDeliveries') && linkButton('/reports/deliveries', texts.deliveries)}`;
  return { kind: 'page', title: texts.title, body };
}

async function remove(visit: MemberVisit): Promise<Answer> {
  const { id, name, report, query } = await foundSaved(visit);
  const entry = entryOf(visit, 'report-deleted', name, { before: { report, filters: query } });
  await visit.parts.people.removeSavedReport(id, entry);
  return { kind: 'redirect', to: '/reports/saved', said: 'report-deleted' };
}

export const savedReportRoutes: readonly Route[] = [
  get('/reports/saved', areas.savedReports, list),
  post('/reports/saved', areas.savedReports, save),
  post('/reports/saved/:id/delete', areas.savedReports, remove),
  get('/reports/saved/:id/schedule', areas.reportSchedules, async (visit) =>
    schedulePage(visit, await foundSaved(visit)),
  ),
  post('/reports/saved/:id/schedule', areas.reportSchedules, async (visit) =>
    scheduleReport(visit, await foundSaved(visit)),
  ),
  post('/reports/saved/:id/unschedule', areas.reportSchedules, async (visit) =>
    unschedule(visit, await foundSaved(visit)),
  ),
];
