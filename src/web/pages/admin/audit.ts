import { auditActions, type AuditEntry, type AuditValues } from '../../../words/console.ts';
import type { AuditFilter } from '../../../store/ports/console-store.ts';
import { csvText } from '../../../words/clean-text.ts';
import { csvLine } from '../../../words/csv-line.ts';
import { areas } from '../../access/areas.ts';
import { html, type Html, type Part } from '../../html.ts';
import { get, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { auditTexts as texts } from '../../texts/admin.ts';
import { button, field, linkButton, moment, pager, select, table, withQuery } from '../elements.ts';

const pageSize = 100;

function filterIn({ query }: MemberVisit): Omit<AuditFilter, 'limit' | 'beforeId'> {
  const given = (name: string): string => (query.get(name) ?? '').trim();
  return {
    ...(given('who') === '' ? {} : { who: given('who') }),
    ...(given('subject') === '' ? {} : { subject: given('subject') }),
    ...(given('action') === '' ? {} : { action: given('action') }),
  };
}

async function page(visit: MemberVisit): Promise<Answer> {
  const { query, parts } = visit;
  const before = query.get('before') ?? '';
  const entries = await parts.people.listAudit({
    ...{ ...filterIn(visit), limit: pageSize + 1 },
    ...(/^\d{1,15}$/.test(before) ? { beforeId: Number(before) } : {}),
  });
  const shown = entries.slice(0, pageSize);
  const last = entries.length > pageSize ? shown.at(-1) : undefined;
  const value = (name: string): string => query.get(name) ?? '';
  const filter = { who: value('who'), subject: value('subject'), action: value('action') };
  const path = (id: number | null): string => withQuery('/audit', { ...filter, before: id === null ? '' : String(id) });
  const actions = [
    { value: '', text: formTexts.any },
    ...auditActions.map((one) => ({ value: one, text: texts.actions[one] })),
  ];
  const columns = [texts.when, texts.who, texts.what, texts.subject, texts.changed, texts.from];
  const body = html`<div class="headline">
      <h1>${texts.title}</h1>
      <div class="actions">${linkButton(withQuery('/audit/export', filter), texts.export)}</div>
    </div>
    <p class="lead">${texts.says}</p>
    <form class="filters" method="get" action="/audit" role="search">
      ${field({ name: 'who', label: texts.who, value: filter.who })}
      ${field({ name: 'subject', label: texts.subject, value: filter.subject })}
      ${select({ name: 'action', label: texts.action, choices: actions, value: filter.action })}
      ${button(formTexts.show, 'secondary')}
    </form>
    ${table(
      texts.title,
      columns,
      shown.map((entry) => rowOf(visit, entry)),
      { empty: texts.none },
    )}
    ${pager(last === undefined ? null : path(last.id), before === '' ? null : path(null))}`;
  return { kind: 'page', title: texts.title, body };
}

const rowOf = (visit: MemberVisit, entry: AuditEntry): Part[] => {
  const { atMs, who, address, action, subject, before, after, controller } = entry;
  return [
    moment(visit, atMs),
    who,
    texts.actions[action],
    subject,
    changesOf(before, after),
    controller === null ? address : texts.fromController(address, controller),
  ];
};

function changesOf(before: AuditValues | null, after: AuditValues | null): Html | null {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = names.filter((name) => before?.[name] !== after?.[name]);
  if (changed.length === 0) return null;
  return html`${changed.map((name, at) => {
    const [was, is] = [before?.[name] ?? '', after?.[name] ?? ''];
    return html`${at > 0 && html`<br />`}${name}:
    ${was !== '' && html`<del>${was}</del> `}${is !== '' && html`<ins>${is}</ins>`}`;
  })}`;
}

/** From the latest on, in pages, so that memory stays bounded. */
async function* linesOf(visit: MemberVisit): AsyncGenerator<string> {
  const { people } = visit.parts;
  const columns = [
    texts.when,
    texts.who,
    texts.from,
    texts.what,
    texts.subject,
    texts.before,
    texts.after,
    texts.controller,
  ];
  yield csvLine(columns);
  let beforeId: number | null = null;
  for (;;) {
    const entries: AuditEntry[] = await people.listAudit({
      ...filterIn(visit),
      limit: 1000,
      ...(beforeId === null ? {} : { beforeId }),
    });
    for (const { atMs, who, address, action, subject, before, after, controller } of entries) {
      const values = [before, after].map((one) => (one === null ? '' : JSON.stringify(one)));
      yield csvLine(
        [new Date(atMs).toISOString(), who, address, action, subject, ...values, controller ?? ''].map(csvText),
      );
    }
    const last = entries.at(-1);
    if (last === undefined) return;
    beforeId = last.id;
  }
}

export const auditRoutes: readonly Route[] = [
  get('/audit', areas.audit, page),
  get('/audit/export', areas.audit, (visit) =>
    Promise.resolve({ kind: 'file', name: 'audit.csv', type: 'text/csv; charset=utf-8', content: linesOf(visit) }),
  ),
];
