import { accountNamed } from '../../../directory/payer.ts';
import { formatMoney } from '../../../rating/money.ts';
import { readFilters } from '../../../reports/filters.ts';
import { readPeriod } from '../../../reports/period-text.ts';
import type { Period } from '../../../reports/period.ts';
import type { ReportedCall, ReportFilters } from '../../../reports/report.ts';
import { callTypes } from '../../../words/call-type.ts';
import { outcomes, reasons, type Outcome } from '../../../words/outcome.ts';
import type { Result } from '../../../words/result.ts';
import { filtersOf } from '../../figures.ts';
import { html, type Html, type Part } from '../../html.ts';
import { departmentOf, seesDepartment, type Answer, type MemberVisit } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { callTexts as texts } from '../../texts/calls.ts';
import { wordText } from '../../texts/outcomes.ts';
import {
  badge,
  button,
  duration,
  errorSummary,
  field,
  moment,
  moreFields,
  pager,
  select,
  table,
  withQuery,
} from '../elements.ts';
import { askedPeriod, periodFields, settled } from '../period.ts';

const pageSize = 50;
export const callFilterNames = [
  'number',
  'account',
  'department',
  'extension',
  'outcome',
  'call-type',
  'reason',
  'destination',
] as const;

type Asked = { period: Period; filters: ReportFilters };

/** What the form, or a link of another page, asks for. */
export function readAsked({ query, parts, nowMs }: MemberVisit): Result<Asked> {
  const given = (name: string): string => (query.get(name) ?? '').trim();
  const nameOf = (name: string): string =>
    ({ from: texts.from, to: texts.to, preset: texts.period, filter: texts.filter })[name] ?? name;
  const { preset, from, to } = askedPeriod(query, 'last-7-days');
  const period = readPeriod(
    preset !== '' ? { preset } : { from, ...(to === '' ? {} : { to }) },
    ...([nowMs, { zone: parts.site.zone, fiscalYearStart: parts.site.report.fiscalYearStart }] as const),
  );
  if (!period.ok) return { ok: false, problem: period.problem(nameOf) };
  const filters = readFilters(
    callFilterNames.filter((name) => given(name) !== '').map((name) => `${name}=${given(name)}`),
  );
  if (!filters.ok) return { ok: false, problem: filters.problem(nameOf) };
  return { ok: true, value: { period: period.value, filters: filters.value } };
}

const afterIn = (text: string | null): { after?: { startedAtMs: number; callId: string } } => {
  const [, at = '', callId = ''] = /^(\d{1,15})\|(.{1,80})$/s.exec(text ?? '') ?? [];
  return at === '' ? {} : { after: { startedAtMs: Number(at), callId } };
};

export async function callList(visit: MemberVisit): Promise<Answer> {
  const asked = readAsked(visit);
  const errors = asked.ok ? [] : [{ field: 'from', text: asked.problem }];
  const body = html`<h1>${texts.title}</h1>
    ${errorSummary(errors)} ${await filterForm(visit)} ${asked.ok && (await foundPart(visit, asked.value))}`;
  return { kind: 'page', title: texts.title, body, status: asked.ok ? 200 : 422 };
}

async function filterForm({ query, parts, user }: MemberVisit): Promise<Html> {
  const value = (name: string): string => query.get(name) ?? '';
  const departments = departmentOf(user) === null ? await parts.store.listDepartments() : [];
  const any = { value: '', text: formTexts.any };
  const words = (list: readonly string[]) => [any, ...list.map((word) => ({ value: word, text: wordText(word) }))];
  const presets = Object.entries(texts.presets).map(([name, text]) => ({ value: name, text }));
  return html`<form class="filters" method="get" action="/calls" role="search">
    ${periodFields(askedPeriod(query, 'last-7-days'), presets)}
    ${field({ name: 'number', label: texts.number, inputmode: 'tel', value: value('number') })}
    ${field({ name: 'account', label: texts.account, value: value('account') })}
    ${field({ name: 'extension', label: texts.extension, value: value('extension') })}
    ${departments.length > 0 && select({ name: 'department', label: texts.department, choices: [any, ...departments.map(({ name }) => ({ value: name, text: name }))], value: value('department') })}
    ${select({ name: 'outcome', label: texts.outcome, choices: words(outcomes), value: value('outcome') })}
    ${moreFields(
      formTexts.moreFilters,
      ['reason', 'call-type', 'destination'].some((name) => value(name) !== ''),
      html`${select({ name: 'reason', label: texts.why, choices: words(reasons), value: value('reason') })}
      ${select({ name: 'call-type', label: texts.callType, choices: words(callTypes), value: value('call-type') })}
      ${field({ name: 'destination', label: texts.destination, value: value('destination') })}`,
    )}
    ${button(formTexts.show, 'secondary')}
  </form>`;
}

/** A page of those that this person may see, the latest first. */
export async function foundCalls(
  visit: MemberVisit,
  { period, filters }: Asked,
  limit: number,
): Promise<{ shown: ReportedCall[]; next: string | null }> {
  const { parts, query } = visit;
  const found: ReportedCall[] = [];
  const source = parts.reports.calls({
    ...{ period, order: 'latest', limit: limit + 1, ...afterIn(query.get('after')) },
    filters: { ...filters, ...filtersOf(visit) },
  });
  for await (const piece of source) found.push(...piece);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return { shown, next: last === undefined ? null : `${last.startedAtMs}|${last.callId}` };
}

async function foundPart(visit: MemberVisit, asked: Asked): Promise<Html> {
  const { query } = visit;
  const { shown, next } = await foundCalls(visit, asked, pageSize);
  const path = (after: string | null): string => withQuery('/calls', { ...settled(query), after });
  return html`${shown.length === 0 ? await nothing(visit) : callTable(visit, shown)}
  ${pager(next === null ? null : path(next), query.has('after') ? path(null) : null)}`;
}

/** An account that nobody has is no account without calls. */
async function nothing({ query, parts, user }: MemberVisit): Promise<Html> {
  const sought = (query.get('account') ?? '').trim();
  const named = await accountNamed(sought, parts.store);
  const isThere = named.ok && (named.value === null || seesDepartment(user, named.value.departmentId));
  return html`<p class="empty">${texts.none}${!isThere && html` ${texts.noAccount(sought)}`}</p>`;
}

export function callTable(visit: MemberVisit, calls: readonly ReportedCall[], link = true): Html {
  const columns = [
    texts.started,
    texts.extension,
    texts.account,
    texts.called,
    texts.destination,
    texts.outcome,
    ...[texts.time, texts.cost].map((title) => ({ title, isNumber: true })),
  ];
  const rows = calls.map((call): Part[] => [
    link
      ? html`<a href="/calls/${encodeURIComponent(call.callId)}">${moment(visit, call.startedAtMs)}</a>`
      : moment(visit, call.startedAtMs),
    call.extension,
    call.account ?? '',
    call.number,
    call.destination ?? '',
    outcomeBadge(call.outcome, call.reason),
    call.answered ? duration(call.billableMs) : '',
    costText(call),
  ]);
  return table(texts.title, columns, rows, { empty: texts.none });
}

const outcomeKinds: Readonly<Record<Outcome, 'good' | 'bad' | 'warn' | 'plain'>> = {
  ...{ answered: 'good', busy: 'plain', 'no-answer': 'plain', cancelled: 'plain' },
  ...{ failed: 'bad', refused: 'warn', abandoned: 'plain', interrupted: 'bad' },
};

export const outcomeBadge = (outcome: Outcome | null, reason: string | null): Html | null =>
  outcome === null
    ? null
    : html`${badge(wordText(outcome), outcomeKinds[outcome])}${reason !== null && html` <span class="hint">${wordText(reason)}</span>`}`;

const costText = ({ price, chargeMicros, currency }: ReportedCall): string => {
  if (price === 'free') return formTexts.free;
  if (price === 'unrated') return texts.unrated;
  return chargeMicros === null || currency === null ? '' : formatMoney(chargeMicros, currency);
};
