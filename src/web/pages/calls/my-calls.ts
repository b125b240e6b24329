import type { Preset } from '../../../reports/period.ts';
import type { ReportedCall } from '../../../reports/report.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import type { Account } from '../../../words/directory.ts';
import { periodOf } from '../../figures.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, NotFound, type Answer, type MemberVisit } from '../../route.ts';
import { myCallTexts as texts } from '../../texts/calls.ts';
import {
  back,
  button,
  duration,
  errorOf,
  errorSummary,
  facts,
  field,
  form,
  hidden,
  moment,
  table,
} from '../elements.ts';
import type { FieldError } from '../elements.ts';
import { inputErrors } from '../directory/keeping.ts';
import { callTable } from './list.ts';

/** The calls of one's own phone, and whose account those without a code are for. */

const maximumShown = 200;
const maximumSuggestions = 3;
/** So many earlier calls are looked through for suggestions. */
const maximumEarlier = 2000;

async function callsOf(visit: MemberVisit, preset: Preset, limit: number): Promise<ReportedCall[]> {
  const { extension } = visit.user;
  if (extension === '') return [];
  const calls: ReportedCall[] = [];
  const query = { period: periodOf(visit, preset), filters: { extension }, order: 'latest', limit } as const;
  for await (const piece of visit.parts.reports.calls(query)) calls.push(...piece);
  return calls;
}

const uncodedOf = ({ parts, user: { extension } }: MemberVisit): Promise<CallRecord[]> =>
  extension === '' ? Promise.resolve([]) : parts.store.listCallRecords({ uncodedOf: extension, limit: maximumShown });

/** The latest call of each account that this phone has called the number for. */
type Suggestions = (number: string) => readonly ReportedCall[];

async function suggestionsOf(visit: MemberVisit): Promise<Suggestions> {
  const earlier = await callsOf(visit, 'last-90-days', maximumEarlier);
  return (number) => {
    const byAccount = new Map<string, ReportedCall>();
    for (const call of earlier) {
      if (call.number === number && call.account !== null && !byAccount.has(call.account))
        byAccount.set(call.account, call);
    }
    return [...byAccount.values()].slice(0, maximumSuggestions);
  };
}

const numberOf = ({ calledE164, keyedNumber }: CallRecord): string => calledE164 ?? keyedNumber;

const pathOf = (callId: string): string => `/my-calls/${encodeURIComponent(callId)}`;

export async function myCalls(visit: MemberVisit): Promise<Answer> {
  const { extension } = visit.user;
  const [calls, uncoded] = await Promise.all([callsOf(visit, 'last-30-days', maximumShown), uncodedOf(visit)]);
  const suggested = uncoded.length === 0 ? () => [] : await suggestionsOf(visit);
  const body = html`<h1>${texts.title}</h1>
    <p class="lead">${extension === '' ? texts.noExtension : texts.says(extension)}</p>
    ${
      uncoded.length > 0 &&
      html`<h2>${texts.uncoded}</h2>
        <p>${texts.uncodedSays}</p>
        ${uncodedTable(visit, uncoded, suggested)}
        <h2>${texts.all}</h2>`
    }
    ${extension !== '' && callTable(visit, calls, false)}`;
  return { kind: 'page', title: texts.title, body };
}

function uncodedTable(visit: MemberVisit, calls: readonly CallRecord[], suggested: Suggestions): Html {
  const rows = calls.map((call): Part[] => {
    const { callId, startedAtMs, billableMs } = call;
    const number = numberOf(call);
    return [
      html`<a href="${pathOf(callId)}">${moment(visit, startedAtMs)}</a>`,
      number,
      duration(billableMs),
      suggested(number).map(({ callId: like, account }) =>
        form(visit, pathOf(callId), html`${hidden('like', like)}${button(account ?? '', 'secondary')}`, {
          className: 'inline',
        }),
      ),
    ];
  });
  const columns = [texts.started, texts.called, { title: texts.time, isNumber: true }, texts.assign];
  return table(texts.uncoded, columns, rows);
}

/** A call of one's own phone that is over, went out without a code, and that nobody pays for yet. */
async function foundUncoded({ parts, params, user }: MemberVisit): Promise<CallRecord> {
  const record = await parts.store.findCallRecord(params['callId'] ?? '');
  const isOwn = record !== null && user.extension !== '' && record.extension === user.extension;
  if (!isOwn || !record.uncoded || record.accountId !== null || record.endedAtMs === null) throw new NotFound();
  return record;
}

export async function assignPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const record = await foundUncoded(visit);
  const number = numberOf(record);
  const path = pathOf(record.callId);
  const suggested = (await suggestionsOf(visit))(number).map(({ callId, account }) =>
    form(visit, path, html`${hidden('like', callId)}${button(account ?? '', 'secondary')}`, { className: 'inline' }),
  );
  const fields = html`${field({ name: 'code', label: texts.code, inputmode: 'numeric', error: errorOf(errors, 'code') })}
  ${field({ name: 'note', label: texts.note, value: visit.form.get('note') ?? '', width: 'long', error: errorOf(errors, 'note') })}
  ${button(texts.assign)}`;
  const body = html`${back('/my-calls', texts.title)}
    <h1>${texts.assignTitle}</h1>
    ${errorSummary(errors)}
    ${facts([
      [texts.started, moment(visit, record.startedAtMs)],
      [texts.called, number],
      [texts.time, duration(record.billableMs)],
    ])}
    ${
      suggested.length > 0 &&
      html`<h2>${texts.suggested}</h2>
        <div class="actions">${suggested}</div>`
    }
    <h2>${texts.byCode}</h2>
    ${form(visit, path, fields)}`;
  return { kind: 'page', title: texts.assignTitle, body, status: errors.length === 0 ? 200 : 422 };
}

/** That of an earlier call of the same phone to the same number, or that of a code; null: what is wrong was noted in `errors`. */
async function accountFor(visit: MemberVisit, record: CallRecord, errors: FieldError[]): Promise<Account | null> {
  const { parts, user, form: given } = visit;
  const like = given.get('like');
  if (like !== null) {
    const earlier = await parts.store.findCallRecord(like);
    const isLike = earlier?.extension === user.extension && numberOf(earlier) === numberOf(record);
    const id = isLike ? (earlier.accountId ?? null) : null;
    const account = id === null ? null : await parts.store.findAccountById(id);
    if (account?.enabled !== true) errors.push({ field: 'code', text: texts.noSuggestion });
    return account?.enabled === true ? account : null;
  }
  const keys = [`name my-calls ${user.id}`] as const;
  const waitMs = parts.codeTries.waitMs(keys);
  const code = (given.get('code') ?? '').trim();
  // Counted before it is looked at: codes that are sent at the same moment are not tried together.
  if (waitMs === 0) parts.codeTries.failed(keys);
  const account = waitMs > 0 || code === '' ? null : await parts.store.findAccountByCode(code);
  if (account?.enabled === true) {
    parts.codeTries.succeeded(keys);
    return account;
  }
  errors.push({ field: 'code', text: waitMs > 0 ? texts.wait(Math.ceil(waitMs / 1000)) : texts.wrongCode });
  return null;
}

export async function assign(visit: MemberVisit): Promise<Answer> {
  const record = await foundUncoded(visit);
  const errors: FieldError[] = [];
  const note = (visit.form.get('note') ?? '').trim().slice(0, 200);
  const account = await accountFor(visit, record, errors);
  if (account === null) return assignPage(visit, errors);
  const { parts, user } = visit;
  const { callId } = record;
  try {
    const entry = entryOf(visit, 'call-assigned', `call ${callId}`, { after: { account: account.name, note } });
    const why = note === '' ? texts.why : note;
    await parts.change(entry).moveCall({ callId, toAccountCode: account.code, why, movedBy: user.name });
  } catch (error) {
    return assignPage(visit, inputErrors(error, 'code'));
  }
  return { kind: 'redirect', to: '/my-calls', said: 'call-assigned' };
}
