import { accountNamed } from '../../../directory/payer.ts';
import type { CallMove } from '../../../store/ports/move-store.ts';
import type { CallPrice } from '../../../store/ports/rate-store.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import type { KeptAlert } from '../../../words/alert.ts';
import { maskCode } from '../../../words/mask-code.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, NotFound, seesDepartment, type Answer, type MemberVisit } from '../../route.ts';
import { alertTexts } from '../../texts/alerts.ts';
import { callTexts as texts, liveTexts } from '../../texts/calls.ts';
import { wordText } from '../../texts/outcomes.ts';
import {
  back,
  button,
  duration,
  errorOf,
  errorSummary,
  facts,
  field,
  form,
  linkButton,
  moment,
  priceText,
  table,
  type FieldError,
} from '../elements.ts';
import { inputErrors } from '../directory/keeping.ts';
import { outcomeBadge } from './list.ts';
import { wrongStatements } from '../reports/issued.ts';
import { accountPath } from './live-account.ts';

/** One call's whole story, and moving it to another account. */

export async function foundCall({ parts, params, user }: MemberVisit): Promise<CallRecord> {
  const record = await parts.store.findCallRecord(params['callId'] ?? '');
  if (record === null || !seesDepartment(user, record.departmentId)) throw new NotFound();
  return record;
}

/** Its prices, and who changed it later. */
export async function storyOf({ parts: { store } }: MemberVisit, { callId }: CallRecord) {
  const [prices, moves, corrections] = await Promise.all([
    store.listCallPrices(callId),
    store.listMoves({ callId, limit: 100 }),
    store.listCorrections(callId).catch(() => []),
  ]);
  return { prices, moves, corrections };
}

export async function storyPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const record = await foundCall(visit);
  const { callId } = record;
  const { prices, moves, corrections } = await storyOf(visit, record);
  const alerts = await visit.parts.alerts.listAlerts({ callId, limit: 20 });
  const maySet = may(visit.user, 'callChanges') && (await isLive(visit, record));
  const mayMove = may(visit.user, 'callChanges') && record.endedAtMs !== null;
  const wasChanged = moves.length + corrections.length > 0 || prices.length > 1;
  const wrong = wasChanged ? await wrongStatements(visit, record, moves) : null;
  const title = `${texts.one} ${record.calledE164 ?? record.keyedNumber}`;
  const body = html`${back('/calls', texts.title)}
    <h1>${title} ${outcomeBadge(record.outcome, record.reason)}</h1>
    ${errorSummary(errors)} ${wrong} ${factsOf(record)}
    <h2>${texts.story}</h2>
    ${steps(visit, record)} ${alertsOf(visit, alerts)}
    <h2>${texts.price}</h2>
    ${pricesOf(visit, prices)}
    ${
      (moves.length > 0 || corrections.length > 0) &&
      html`<h2>${texts.changesLater}</h2>
        <ol class="steps">
          ${moves.map((move) => step(visit, move.movedAtMs, moveText(move), move.why))}
          ${corrections.map(({ correctedAtMs, before, after }) =>
            step(
              visit,
              correctedAtMs,
              texts.corrections,
              texts.correction(duration(before.billableMs), duration(after.billableMs)),
            ),
          )}
        </ol>`
    }
    ${mayMove && moveForm(visit, callId, errors)} ${maySet && linkButton(accountPath(callId), liveTexts.accountButton)}`;
  return { kind: 'page', title, body, status: errors.length === 0 ? 200 : 422 };
}

const isLive = async ({ parts }: MemberVisit, { callId, endedAtMs }: CallRecord): Promise<boolean> =>
  endedAtMs === null && (await parts.controller.live()).some((call) => call.callId === callId);

const moveText = ({ fromAccountName, toAccountName, movedBy }: CallMove): string =>
  `${texts.moves} ${texts.moved(fromAccountName ?? texts.nobody, toAccountName)}, ${movedBy}`;

const factsOf = (record: CallRecord): Html =>
  facts([
    [texts.account, record.accountName ?? texts.nobody],
    [texts.code, maskCode(record.code)],
    [texts.extension, record.extension],
    [texts.caller, record.callerName],
    [texts.keyed, record.keyedNumber],
    [texts.e164, record.calledE164 ?? ''],
    [texts.callType, record.callType ?? ''],
    [texts.entry, record.entry],
    [
      texts.time,
      record.answeredAtMs === null
        ? ''
        : `${duration(record.billableMs)}${record.estimated ? `, ${texts.estimated}` : ''}`,
    ],
    [texts.hangupCause, record.hangupCause ?? ''],
    [texts.gateway, record.gateway ?? ''],
    [texts.closedBy, record.closedBy ?? ''],
    [texts.switch, record.switchName],
    [texts.controller, record.controller],
    [texts.id, html`<span class="code">${record.callId}</span>`],
  ]);

const step = (visit: MemberVisit, atMs: number, what: Part, more: Part = null): Html =>
  html`<li>
    <p class="when">${moment(visit, atMs)}</p>
    <p>${what}</p>
    ${more !== null && more !== '' && html`<p class="hint">${more}</p>`}
  </li>`;

function steps(visit: MemberVisit, record: CallRecord): Html {
  const { startedAtMs, decidedAtMs, bridgedAtMs, answeredAtMs, endedAtMs, outcome, reason, rule, gateway } = record;
  const isRefused = outcome === 'refused';
  const decided = isRefused ? texts.decided.refused : texts.decided.allowed;
  return html`<ol class="steps">
    ${step(visit, startedAtMs, texts.arrived)}
    ${decidedAtMs !== null && step(visit, decidedAtMs, [decided, isRefused && reason !== null && `: ${wordText(reason)}`], rule)}
    ${bridgedAtMs !== null && step(visit, bridgedAtMs, texts.placed(gateway ?? ''))}
    ${answeredAtMs !== null && step(visit, answeredAtMs, texts.answered)}
    ${endedAtMs === null ? html`<li><p>${texts.stillUp}</p></li>` : step(visit, endedAtMs, [texts.ended, outcome !== null && `: ${wordText(outcome)}`], record.hangupCause)}
  </ol>`;
}

const alertsOf = (visit: MemberVisit, alerts: readonly KeptAlert[]): Part =>
  alerts.length > 0 &&
  html`<h2>${alertTexts.title}</h2>
    <ol class="steps">
      ${alerts.map(({ atMs, level, text }) => step(visit, atMs, alertTexts.levels[level], text))}
    </ol>`;

function pricesOf(visit: MemberVisit, prices: readonly CallPrice[]): Html {
  const columns = [
    texts.version,
    { title: texts.cost, isNumber: true },
    texts.arithmetic,
    texts.pricedAt,
    texts.because,
  ];
  const rows = prices.map(({ version, price, pricedAtMs, reratingId }): Part[] => [
    version,
    priceText(price, texts.unrated),
    price.kind === 'priced' ? price.arithmetic : '',
    moment(visit, pricedAtMs),
    reratingId === null ? texts.endOfCall : texts.rerating(reratingId),
  ]);
  return table(texts.price, columns, rows, { empty: texts.noPrice });
}

function moveForm(visit: MemberVisit, callId: string, errors: readonly FieldError[]): Html {
  const value = (name: string): string => visit.form.get(name) ?? '';
  const fields = html`${field({ name: 'account', label: texts.moveTo, hint: texts.moveToHint, value: value('account'), error: errorOf(errors, 'account') })}
  ${field({ name: 'why', label: texts.reason, hint: texts.reasonHint, value: value('why'), error: errorOf(errors, 'why'), width: 'long' })}
  ${button(texts.moveButton, 'secondary')}`;
  return html`<h2>${texts.move}</h2>
    ${form(visit, `/calls/${encodeURIComponent(callId)}/move`, fields)}`;
}

/** What is wrong with it; nothing: it was moved. */
export async function moveTo(
  visit: MemberVisit,
  { callId, accountName }: CallRecord,
  { sought, why }: { sought: string; why: string },
): Promise<FieldError[]> {
  const { parts, user } = visit;
  const errors: FieldError[] = [];
  if (sought === '') errors.push({ field: 'account', text: texts.accountNeeded });
  if (why === '') errors.push({ field: 'why', text: texts.reasonNeeded });
  if (errors.length > 0) return errors;
  const payer = await accountNamed(sought, parts.store);
  const account = payer.ok ? payer.value : null;
  if (account === null || !seesDepartment(user, account.departmentId)) {
    return [{ field: 'account', text: payer.ok ? texts.accountNeeded : payer.problem }];
  }
  try {
    const changes = {
      before: { account: accountName ?? texts.nobody },
      after: { account: account.name, reason: why },
    };
    const entry = entryOf(visit, 'call-moved', `call ${callId}`, changes);
    await parts.change(entry).moveCall({ callId, toAccountCode: account.code, why, movedBy: user.name });
    return [];
  } catch (error) {
    return inputErrors(error, 'account');
  }
}

export async function moveCall(visit: MemberVisit): Promise<Answer> {
  const record = await foundCall(visit);
  const [sought = '', why = ''] = ['account', 'why'].map((name) => (visit.form.get(name) ?? '').trim());
  const errors = await moveTo(visit, record, { sought, why });
  if (errors.length > 0) return storyPage(visit, errors);
  return { kind: 'redirect', to: `/calls/${encodeURIComponent(record.callId)}`, said: 'call-moved' };
}
