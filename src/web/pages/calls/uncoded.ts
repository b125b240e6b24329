import type { Preset } from '../../../reports/period.ts';
import type { ReportedCall } from '../../../reports/report.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import type { Account } from '../../../words/directory.ts';
import type { Result } from '../../../words/result.ts';
import { periodOf } from '../../figures.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, NotFound, type Answer, type Visit } from '../../route.ts';
import { myCallTexts as texts } from '../../texts/calls.ts';
import {
  back,
  badge,
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
  type FieldError,
} from '../elements.ts';
import { inputErrors } from '../directory/keeping.ts';

/** Calls of one phone that went out without a code: whose account they are for. */

/** Whoever says so: somebody who is signed in, or has the link of a reminder. */
export type Caller = {
  extension: string;
  /** For the audit trail. */
  who: string;
  /** Path of the page that lists the calls. */
  home: string;
  title: string;
};

export const maximumShown = 200;
const maximumSuggestions = 3;
/** So many earlier calls are looked through for suggestions. */
const maximumEarlier = 2000;

export async function callsOf(
  visit: Visit,
  { extension, preset, limit }: { extension: string; preset: Preset; limit: number },
): Promise<ReportedCall[]> {
  if (extension === '') return [];
  const calls: ReportedCall[] = [];
  const query = { period: periodOf(visit, preset), filters: { extension }, order: 'latest', limit } as const;
  for await (const piece of visit.parts.reports.calls(query)) calls.push(...piece);
  return calls;
}

export const uncodedOf = ({ parts }: Visit, { extension }: Caller): Promise<CallRecord[]> =>
  extension === '' ? Promise.resolve([]) : parts.store.listCallRecords({ uncodedOf: extension, limit: maximumShown });

/** By number, the latest call of each account that this phone has called it for. */
type Suggestions = ReadonlyMap<string, ReadonlyMap<string, ReportedCall>>;

async function suggestionsOf(visit: Visit, { extension }: Caller): Promise<Suggestions> {
  const byNumber = new Map<string, Map<string, ReportedCall>>();
  for (const call of await callsOf(visit, { extension, preset: 'last-90-days', limit: maximumEarlier })) {
    const { number, account } = call;
    if (account === null) continue;
    const byAccount = byNumber.get(number) ?? new Map<string, ReportedCall>();
    byNumber.set(number, byAccount);
    if (!byAccount.has(account)) byAccount.set(account, call);
  }
  return byNumber;
}

/** A button for each account that the call may be assigned to with one click. */
const suggested = (visit: Visit, caller: Caller, record: CallRecord, suggestions: Suggestions): Html[] =>
  [...(suggestions.get(numberOf(record)) ?? [])].slice(0, maximumSuggestions).map(([account, { callId: like }]) =>
    form(visit, pathOf(caller, record.callId), html`${hidden('like', like)}${button(account, 'secondary')}`, {
      className: 'inline',
    }),
  );

const numberOf = ({ calledE164, keyedNumber }: CallRecord): string => calledE164 ?? keyedNumber;

const pathOf = ({ home }: Caller, callId: string): string => `${home}/${encodeURIComponent(callId)}`;

/** Until when the caller may be reminded of it; afterwards the department has been told. */
function deadlineOf(visit: Visit, { startedAtMs }: CallRecord): Part {
  const { remindedForMs } = visit.parts;
  if (remindedForMs === null) return '';
  const untilMs = startedAtMs + remindedForMs;
  return untilMs > visit.nowMs ? moment(visit, untilMs) : badge(texts.late, 'warn');
}

export async function uncodedTable(visit: Visit, caller: Caller, calls: readonly CallRecord[]): Promise<Html> {
  const suggestions: Suggestions = calls.length === 0 ? new Map() : await suggestionsOf(visit, caller);
  const hasDeadline = visit.parts.remindedForMs !== null;
  const rows = calls.map((call): Part[] => [
    html`<a href="${pathOf(caller, call.callId)}">${moment(visit, call.startedAtMs)}</a>`,
    numberOf(call),
    duration(call.billableMs),
    ...(hasDeadline ? [deadlineOf(visit, call)] : []),
    suggested(visit, caller, call, suggestions),
  ]);
  const columns = [
    ...[texts.started, texts.called, { title: texts.time, isNumber: true }],
    ...(hasDeadline ? [texts.until] : []),
    texts.assign,
  ];
  return table(texts.uncoded, columns, rows, { empty: texts.nothingLeft });
}

/** A call of this phone that is over, went out without a code, and that nobody pays for yet. */
async function foundUncoded({ parts, params }: Visit, { extension }: Caller): Promise<CallRecord> {
  const record = await parts.store.findCallRecord(params['callId'] ?? '');
  const isOwn = record !== null && extension !== '' && record.extension === extension;
  if (!isOwn || !record.uncoded || record.accountId !== null || record.endedAtMs === null) throw new NotFound();
  return record;
}

export async function assignPage(visit: Visit, caller: Caller, errors: readonly FieldError[] = []): Promise<Answer> {
  const record = await foundUncoded(visit, caller);
  const suggestions = suggested(visit, caller, record, await suggestionsOf(visit, caller));
  const fields = html`${field({ name: 'code', label: texts.code, inputmode: 'numeric', error: errorOf(errors, 'code') })}
  ${field({ name: 'note', label: texts.note, value: visit.form.get('note') ?? '', width: 'long', error: errorOf(errors, 'note') })}
  ${button(texts.assign)}`;
  const body = html`${back(caller.home, caller.title)}
    <h1>${texts.assignTitle}</h1>
    ${errorSummary(errors)}
    ${facts([
      [texts.started, moment(visit, record.startedAtMs)],
      [texts.called, numberOf(record)],
      [texts.time, duration(record.billableMs)],
    ])}
    ${
      suggestions.length > 0 &&
      html`<h2>${texts.suggested}</h2>
        <div class="actions">${suggestions}</div>`
    }
    <h2>${texts.byCode}</h2>
    ${form(visit, pathOf(caller, record.callId), fields)}`;
  return { kind: 'page', title: texts.assignTitle, body, status: errors.length === 0 ? 200 : 422 };
}

/** That of an earlier call of the same phone to the same number. */
async function accountLike(
  { parts }: Visit,
  { extension }: Caller,
  { record, like }: { record: CallRecord; like: string },
): Promise<Result<Account>> {
  const earlier = await parts.store.findCallRecord(like);
  const isLike = earlier?.extension === extension && numberOf(earlier) === numberOf(record);
  const account = isLike && earlier.accountId !== null ? await parts.store.findAccountById(earlier.accountId) : null;
  return account?.enabled === true ? { ok: true, value: account } : { ok: false, problem: texts.noSuggestion };
}

async function accountOfCode({ parts }: Visit, { extension }: Caller, code: string): Promise<Result<Account>> {
  // Of the phone, however many users and links there are for it.
  const keys = [`name my-calls ${extension}`] as const;
  const waitMs = parts.codeTries.waitMs(keys);
  if (waitMs > 0) return { ok: false, problem: texts.wait(Math.ceil(waitMs / 1000)) };
  // Counted before it is looked at: codes that are sent at the same moment are not tried together.
  parts.codeTries.failed(keys);
  const account = code === '' ? null : await parts.store.findAccountByCode(code);
  if (account?.enabled !== true) return { ok: false, problem: texts.wrongCode };
  parts.codeTries.succeeded(keys);
  return { ok: true, value: account };
}

export async function assign(visit: Visit, caller: Caller): Promise<Answer> {
  const record = await foundUncoded(visit, caller);
  const { parts, form: given } = visit;
  const like = given.get('like');
  const payer = await (like === null
    ? accountOfCode(visit, caller, (given.get('code') ?? '').trim())
    : accountLike(visit, caller, { record, like }));
  if (!payer.ok) return assignPage(visit, caller, [{ field: 'code', text: payer.problem }]);
  const account = payer.value;
  const note = (given.get('note') ?? '').trim().slice(0, 200);
  const { callId } = record;
  try {
    const after = { account: account.name, note };
    const entry = { ...entryOf(visit, 'call-assigned', `call ${callId}`, { after }), who: caller.who };
    const why = note === '' ? texts.why : note;
    await parts.change(entry).moveCall({ callId, toAccountCode: account.code, why, movedBy: caller.who });
  } catch (error) {
    return assignPage(visit, caller, inputErrors(error, 'code'));
  }
  return { kind: 'redirect', to: caller.home, said: 'call-assigned' };
}
