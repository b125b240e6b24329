import {
  changedOf,
  chargesText,
  concerns,
  differenceText,
  partiesOf,
  type CallsFigures,
  type IssuedStatement,
} from '../../../reports/statements/issued.ts';
import type { CallMove } from '../../../store/ports/move-store.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import { get, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { issuedTexts as texts } from '../../texts/reports.ts';
import { back, badge, linkButton, moment, table } from '../elements.ts';

/** Statements that went out, and which of them no longer equal their calls. */

const maximumShown = 200;

const daysOf = (visit: MemberVisit, { period: { fromMs, untilMs } }: IssuedStatement): Part[] => {
  const day = (atMs: number): Html => html`<time>${visit.parts.site.writing.date(atMs)}</time>`;
  return [day(fromMs), ' – ', day(untilMs - 1)];
};

const ofStatement = (visit: MemberVisit, issued: IssuedStatement): Part[] => [
  html`<span class="code">${issued.number}</span>`,
  issued.name,
  daysOf(visit, issued),
  moment(visit, issued.issuedAtMs),
];

const changedCells = (issued: IssuedStatement, now: CallsFigures): Part[] => [
  ...[issued.calls, chargesText(issued.charges), now.calls, chargesText(now.charges)],
  badge(differenceText(issued.charges, now.charges), 'warn'),
];

const number = (title: string) => ({ title, isNumber: true });
const heads = [texts.number, texts.whom, texts.days, texts.issued];
const changedColumns = [
  ...heads,
  ...[number(texts.calls), number(texts.charges), number(texts.callsNow), number(texts.chargesNow)],
  texts.difference,
];

async function changedTable(visit: MemberVisit, standing: readonly IssuedStatement[]): Promise<Html> {
  const changed = await changedOf(standing, visit.parts.reports);
  const rows = changed.map(({ issued, now }) => [...ofStatement(visit, issued), ...changedCells(issued, now)]);
  return html`${table(texts.changed, changedColumns, rows, { empty: texts.noneChanged(standing.length) })}
  ${changed.length > 0 && html`<p class="hint">${texts.howToCorrect}</p>`}`;
}

async function page(visit: MemberVisit): Promise<Answer> {
  const isChanged = visit.query.get('show') === 'changed';
  const standing = visit.parts.deliveries.issued.standing();
  const columns = [...heads, texts.sentTo, number(texts.calls), number(texts.charges)];
  const shown = standing.slice(0, maximumShown);
  const all = () =>
    table(
      texts.title,
      columns,
      shown.map((one) => [...ofStatement(visit, one), one.sentTo, one.calls, chargesText(one.charges)]),
      { empty: texts.none },
    );
  const body = html`${back('/reports', texts.reports)}
    <h1>${texts.title}</h1>
    <p class="lead">${texts.says}</p>
    <div class="actions">
      ${isChanged ? linkButton('/reports/statements', texts.showAll) : linkButton('/reports/statements?show=changed', texts.showChanged)}
    </div>
    ${isChanged ? await changedTable(visit, standing) : all()}
    ${!isChanged && standing.length > maximumShown && html`<p class="hint">${texts.shown(maximumShown)}</p>`}`;
  return { kind: 'page', title: texts.title, body };
}

/** Statements of a call that no longer equal their calls, for who may see them; null: none, or nobody may. */
export async function wrongStatements(
  visit: MemberVisit,
  { startedAtMs, accountId, departmentId }: CallRecord,
  moves: readonly CallMove[],
): Promise<Html | null> {
  if (!may(visit.user, 'reportDeliveries')) return null;
  const { reports, deliveries } = visit.parts;
  const parties = [{ accountIds: [accountId], departmentIds: [departmentId] }, ...moves.map((move) => partiesOf(move))];
  const standing = deliveries.issued
    .standing({ fromMs: startedAtMs, untilMs: startedAtMs + 1 })
    .filter((one) => parties.some((of) => concerns(one, of)));
  const changed = await changedOf(standing, reports);
  if (changed.length === 0) return null;
  const rows = changed.map(({ issued, now }) => [...ofStatement(visit, issued), ...changedCells(issued, now)]);
  return html`<div class="notice warn" role="status">
    <h2>${texts.changed}</h2>
    ${table(texts.changed, changedColumns, rows)}
    <p class="hint">${texts.howToCorrect}</p>
  </div>`;
}

export const issuedRoutes: readonly Route[] = [get('/reports/statements', areas.reportDeliveries, page)];
