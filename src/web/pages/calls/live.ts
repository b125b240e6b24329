import { findRate } from '../../../rating/find-rate.ts';
import { lookUpMonth, lookUpRates } from '../../../rating/look-up.ts';
import type { CallMonth } from '../../../rating/month.ts';
import { formatMoney } from '../../../rating/money.ts';
import { price, type FoundRate, type Price } from '../../../rating/price.ts';
import type { EndedByHand, LiveCall } from '../../../words/live-call.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import type { ConsoleParts } from '../../parts.ts';
import { entryOf, NotFound, seesDepartment, type Answer, type MemberVisit } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { liveTexts as texts } from '../../texts/calls.ts';
import { badge, button, duration, facts, field, form, linkButton, moment, table, withQuery } from '../elements.ts';

/** A page of more would be read by nobody; the filter finds the others. */
const maximumShown = 100;
const everyMs = 1_000;
const refreshSeconds = 5;

export async function liveCallsOf({ parts, user, query }: MemberVisit): Promise<LiveCall[]> {
  const q = (query.get('q') ?? '').trim().toLowerCase();
  const matches = ({ accountName, extension, keyedNumber, calledE164 }: LiveCall): boolean =>
    [accountName, extension, keyedNumber, calledE164].some((text) => text?.toLowerCase().includes(q) === true);
  return (await parts.controller.live())
    .filter(({ departmentId }) => seesDepartment(user, departmentId))
    .filter((call) => q === '' || matches(call))
    .sort((a, b) => a.startedAtMs - b.startedAtMs);
}

type PriceOf = (call: LiveCall, nowMs: number) => Promise<Price | null>;

/**
 * Makes a function that says what a conversation has cost so far; null: nobody talks. Each rate is looked up once, and each call's place in
 * its month: whoever watches the calls sees them anew every second.
 */
function pricer({ store, cost }: ConsoleParts): PriceOf {
  const known = new Map<string, Promise<[FoundRate, CallMonth | null]>>();

  async function lookUp(call: LiveCall, atMs: number): Promise<[FoundRate, CallMonth | null]> {
    const { accountId, departmentId, calledE164: e164, callingNumber: callingE164, callType } = call;
    const charged = { accountId, departmentId, e164, atMs };
    const { question, candidates } = await lookUpRates({ ...charged, callingE164 }, store);
    const found = findRate(question, candidates);
    const account = accountId === null ? null : await store.findAccountById(accountId);
    const month = await lookUpMonth({ ...charged, account, callType }, store, cost.timeZone);
    return [found, month];
  }

  return async (call, nowMs) => {
    const { callId, accountId, answeredSinceMs, callType } = call;
    if (answeredSinceMs === null) return null;
    // The account of a call that is up may be set.
    const key = JSON.stringify([callId, accountId, answeredSinceMs]);
    const looked = known.get(key) ?? lookUp(call, answeredSinceMs);
    known.set(key, looked);
    const [found, month] = await looked;
    const billableMs = Math.max(0, nowMs - answeredSinceMs);
    return price({ answered: true, billableMs, callType }, found, cost.freeCallTypes, month);
  };
}

const costText = (now: Price | null): string =>
  now?.kind === 'priced' ? formatMoney(now.chargeMicros, now.currency) : '';

async function piece(visit: MemberVisit, priceOf: PriceOf): Promise<Html> {
  const { parts, user } = visit;
  const { writing } = parts.site;
  const nowMs = parts.clock.nowMs();
  const calls = await liveCallsOf(visit);
  const shown = calls.slice(0, maximumShown);
  const mayEnd = may(user, 'callChanges');
  const isHere = ({ controller }: LiveCall): boolean => controller === parts.controllerName;
  const isSeveral = !calls.every(isHere);
  const columns = [
    ...(isSeveral ? [texts.servedBy] : []),
    texts.extension,
    texts.phase,
    texts.account,
    texts.number,
    texts.since,
    ...[texts.talking, texts.cost].map((title) => ({ title, isNumber: true })),
    ...(mayEnd ? [texts.action] : []),
  ];
  const rows = await Promise.all(
    shown.map(async (call): Promise<Part[]> => [
      ...(isSeveral ? [call.controller] : []),
      call.extension,
      badge(texts.phases[call.phase], call.phase === 'talking' ? 'good' : 'plain'),
      call.accountName ?? '',
      call.calledE164 ?? call.keyedNumber,
      moment(visit, call.startedAtMs),
      call.answeredSinceMs === null ? '' : duration(Math.max(0, nowMs - call.answeredSinceMs)),
      costText(await priceOf(call, nowMs)),
      ...(mayEnd ? [isHere(call) ? changeLinks(call) : ''] : []),
    ]),
  );
  const more = calls.length > shown.length ? `, ${texts.shown(writing.decimal(String(shown.length)))}` : '';
  return html`<p class="hint">${texts.count(writing.decimal(String(calls.length)))}${more}</p>
    ${table(texts.title, columns, rows, { empty: texts.none })}`;
}

const changeLinks = ({ callId, extension }: LiveCall): Html =>
  html`<span class="links"
    >${changeLink(callId, 'account', texts.setAccount, extension)}
    ${changeLink(callId, 'end', texts.end, extension)}</span
  >`;

const changeLink = (callId: string, what: 'account' | 'end', text: string, extension: string): Html =>
  html`<a href="/live/${encodeURIComponent(callId)}/${what}" data-key="${what} ${callId}"
    >${text}<span class="hidden">: ${extension}</span></a
  >`;

export async function livePage(visit: MemberVisit): Promise<Answer> {
  const q = visit.query.get('q') ?? '';
  const body = html`<h1>${texts.title}</h1>
    <p class="lead">${texts.says}</p>
    <form class="filters" method="get" action="/live" role="search">
      <div class="field grows">${field({ name: 'q', label: texts.filter, type: 'search', value: q })}</div>
      ${button(formTexts.show, 'secondary')}
    </form>
    <div id="live-stopped" class="stale" role="status" hidden>
      <p>${texts.stopped} <a href="${withQuery('/live', { q })}">${texts.again}</a></p>
    </div>
    <div data-stopped="live-stopped" data-live="${withQuery('/live/events', { q })}">
      ${await piece(visit, pricer(visit.parts))}
    </div>`;
  return { kind: 'page', title: texts.title, body, refreshSeconds };
}

export function liveEvents(visit: MemberVisit): Promise<Answer> {
  const priceOf = pricer(visit.parts);
  return Promise.resolve({ kind: 'events', everyMs, next: () => piece(visit, priceOf) });
}

/** Another controller's calls are its console's to change. */
export async function ownLive({ parts }: MemberVisit, callId: string | undefined): Promise<LiveCall | undefined> {
  const calls = await parts.controller.live();
  return calls.find((call) => call.callId === callId && call.controller === parts.controllerName);
}

export async function foundLive(visit: MemberVisit): Promise<LiveCall> {
  const call = await ownLive(visit, visit.params['callId']);
  if (call === undefined || !seesDepartment(visit.user, call.departmentId)) throw new NotFound();
  return call;
}

export async function endPage(visit: MemberVisit): Promise<Answer> {
  const call = await foundLive(visit);
  const body = html`<h1>${texts.endTitle}</h1>
    <p class="lead">${texts.endSays}</p>
    ${facts([
      [texts.extension, call.extension],
      [texts.account, call.accountName ?? ''],
      [texts.number, call.calledE164 ?? call.keyedNumber],
      [texts.since, moment(visit, call.startedAtMs)],
    ])}
    <div class="actions">
      ${form(visit, `/live/${encodeURIComponent(call.callId)}/end`, button(texts.endButton, 'danger'))}
      ${linkButton('/live', formTexts.cancel)}
    </div>`;
  return { kind: 'page', title: texts.endTitle, body };
}

export async function cutOff(visit: MemberVisit, { callId, extension, accountName }: LiveCall): Promise<EndedByHand> {
  await visit.parts.people.appendAudit(
    entryOf(visit, 'call-ended', `call ${callId}`, { before: { extension, account: accountName ?? '' } }),
  );
  return visit.parts.controller.cutOff(callId);
}

export async function endCall(visit: MemberVisit): Promise<Answer> {
  const came = await cutOff(visit, await foundLive(visit));
  const said = { ended: 'call-ended', 'not-here': 'call-gone', emergency: 'call-emergency' } as const;
  return { kind: 'redirect', to: '/live', said: said[came] };
}
