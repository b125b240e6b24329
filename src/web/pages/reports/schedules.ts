import type { ReportName } from '../../../reports/catalog.ts';
import { presets } from '../../../reports/period.ts';
import { readSchedule } from '../../../reports/schedule/settings.ts';
import type { SavedReport } from '../../../store/ports/saved-reports.ts';
import { html } from '../../html.ts';
import { entryOf, type Answer, type MemberVisit } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { savedReportTexts as texts } from '../../texts/reports.ts';
import { back, button, errorSummary, facts, field, form, linkButton, select, type FieldError } from '../elements.ts';
import { definitionOf, downloadsOf, filtersIn } from './ask.ts';

/** A saved report that is sent again and again, by the thread that sends those of the configuration, and in the same way. */

type Saved = SavedReport & { report: ReportName };
type Schedule = NonNullable<SavedReport['schedule']>;

const everies = ['day', 'week', 'month'] as const;

/** Lists are separated by commas. */
function valueText(schedule: Schedule, key: string): string {
  const value = schedule[key];
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export const scheduleText = (schedule: Schedule): string => {
  const text = (key: string): string => valueText(schedule, key);
  return texts.every(text('every'), text('on'), text('at'), text('mailTo'));
};

export function schedulePage(visit: MemberVisit, saved: Saved, errors: readonly FieldError[] = []): Answer {
  const { parts, form: given } = visit;
  const { name, report, query, schedule } = saved;
  const asked = new URLSearchParams(query);
  const known = (key: string, otherwise: string): string =>
    given.get(key) ?? (schedule === null ? otherwise : valueText(schedule, key));
  const choices = (values: readonly string[]) => values.map((value) => ({ value, text: value.replaceAll('-', ' ') }));
  const fields = html` ${select({ name: 'preset', label: texts.period, choices: choices(presets), value: known('preset', asked.get('preset') ?? 'last-month') })}
    ${select({ name: 'every', label: texts.everyLabel, choices: choices(everies), value: known('every', 'month') })}
    ${field({ name: 'on', label: texts.on, hint: texts.onHint, value: known('on', '') })}
    ${field({ name: 'at', label: texts.at, hint: texts.atHint, value: known('at', '06:00') })}
    ${select({ name: 'format', label: texts.format, choices: choices(downloadsOf(report)), value: known('format', 'pdf') })}
    ${field({ name: 'mailTo', label: texts.mailTo, hint: texts.mailToHint, value: known('mailTo', ''), width: 'long' })}
    <div class="actions">${button(texts.scheduleButton)} ${linkButton('/reports/saved', formTexts.cancel)}</div>`;
  const body = html`${back('/reports/saved', texts.title)}
    <h1>${texts.scheduleTitle}</h1>
    ${errorSummary(errors)} ${!parts.canMail && html`<p class="notice">${texts.noMail}</p>`}
    ${facts([
      [texts.name, name],
      [texts.report, definitionOf(report).title],
      [texts.filters, filtersIn(asked).join('; ')],
    ])}
    ${form(visit, `/reports/saved/${saved.id}/schedule`, fields)}
    ${schedule !== null && form(visit, `/reports/saved/${saved.id}/unschedule`, button(texts.unscheduleButton, 'secondary'))}`;
  return { kind: 'page', title: texts.scheduleTitle, body, status: errors.length === 0 ? 200 : 422 };
}

/** As `reports.schedules` would have it. */
function scheduleOf({ form: given }: MemberVisit, { key, name, report, query }: Saved): Schedule {
  const asked = new URLSearchParams(query);
  const text = (key: string): string => (given.get(key) ?? '').trim();
  const filter = filtersIn(asked);
  const group = asked.get('group') ?? '';
  const addresses = text('mailTo')
    .split(/[\s,;]+/)
    .filter((address) => address !== '');
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return {
    // Names the deliveries, on every controller, and the file that is sent.
    name: `${slug === '' ? report : slug}-${key.slice(0, 8)}`,
    ...{ report, preset: text('preset'), every: text('every'), at: text('at'), format: text('format') },
    ...(text('on') === '' ? {} : { on: Number(text('on')) }),
    ...(filter.length === 0 ? {} : { filter }),
    ...(group !== '' ? { group } : definitionOf(report).kind === 'statement' ? { group: 'account' } : {}),
    mailTo: addresses,
  };
}

export async function scheduleReport(visit: MemberVisit, saved: Saved): Promise<Answer> {
  const { parts } = visit;
  const { zone, report } = parts.site;
  const schedule = scheduleOf(visit, saved);
  const options = { zone, fiscalYearStart: report.fiscalYearStart, canMail: parts.canMail, warn: () => undefined };
  const read = readSchedule(schedule, options);
  if (!read.ok) return schedulePage(visit, saved, [errorIn(read.problem)]);
  const before = saved.schedule === null ? null : { schedule: scheduleText(saved.schedule) };
  const entry = entryOf(visit, 'report-scheduled', saved.name, { before, after: { schedule: scheduleText(schedule) } });
  await parts.people.scheduleReport(saved.id, schedule, entry);
  return { kind: 'redirect', to: '/reports/saved', said: 'report-scheduled' };
}

const names: Readonly<Record<string, string>> = {
  ...{ preset: texts.period, every: texts.everyLabel, on: texts.on, at: texts.at, format: texts.format },
  mailTo: texts.mailTo,
};

/** The problem names the field by its key in the configuration. */
function errorIn(problem: string): FieldError {
  const [, key = '', , says = problem] = /^"(\w+)(\.\d+)?": (.*)$/.exec(problem) ?? [];
  const known = ['preset', 'every', 'on', 'at', 'format', 'mailTo'].includes(key);
  return known ? { field: key, text: `${names[key] ?? key} ${says}` } : { field: 'preset', text: problem };
}

export async function unschedule(visit: MemberVisit, { id, name, schedule }: Saved): Promise<Answer> {
  const before = schedule === null ? null : { schedule: scheduleText(schedule) };
  await visit.parts.people.scheduleReport(id, null, entryOf(visit, 'report-unscheduled', name, { before }));
  return { kind: 'redirect', to: '/reports/saved', said: 'report-unscheduled' };
}
