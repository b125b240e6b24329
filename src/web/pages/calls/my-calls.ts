import type { Preset } from '../../../reports/period.ts';
import type { ReportedCall } from '../../../reports/report.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import type { Account } from '../../../words/directory.ts';
import type { Result } from '../../../words/result.ts';
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
  type FieldError,
} from '../elements.ts';
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

/** By number, the latest call of each account that this phone has called it for. */
type Suggestions = ReadonlyMap<string, ReadonlyMap<string, ReportedCall>>;

async function suggestionsOf(visit: MemberVisit): Promise<Suggestions> {
  const byNumber = new Map<string, Map<string, ReportedCall>>();
  for (const call of await callsOf(visit, 'last-90-days', maximumEarlier)) {
    const { number, account } = call;
    if (account === null) continue;
    const byAccount = byNumber.get(number) ?? new Map<string, ReportedCall>();
    byNumber.set(number, byAccount);
    if (!byAccount.has(account)) byAccount.set(account, call);
  }
  return byNumber;
}

/** A button for each account that the call may be assigned to with one click. */
const suggested = (visit: MemberVisit, record: CallRecord, suggestions: Suggestions): Html[] =>
  [...(suggestions.get(numberOf(record)) ?? [])].slice(0, maximumSuggestions).map(([account, { callId: like }]) =>
    form(visit, pathOf(record.callId), html`${hidden('like', like)}${button(account, 'secondary')}`, {
      className: 'inline',
    }),
  );

const numberOf = ({ calledE164, keyedNumber }: CallRecord): string => calledE164 ?? keyedNumber;

const pathOf = (callId: string): string => `/my-calls/${encodeURIComponent(callId)}`;

export async function myCalls(visit: MemberVisit): Promise<Answer> {
  const { extension } = visit.user;
  const [calls, uncoded] = await Promise.all([callsOf(visit, 'last-30-days', maximumShown), uncodedOf(visit)]);
  const suggestions: Suggestions = uncoded.length === 0 ? new Map() : await suggestionsOf(visit);
  const body = html`<h1>${texts.title}</h1>
    <p class="lead">${extension === '' ? texts.noExtension : texts.says(extension)}</p>
    ${
      uncoded.length > 0 &&
      html`<h2>${texts.uncoded}</h2>
        <p>${texts.uncodedSays}</p>
        ${uncodedTable(visit, uncoded, suggestions)}
        <h2>${texts.all}</h2>`
    }
    ${extension !== '' && callTable(visit, calls, false)}`;
  return { kind: 'page', title: texts.title, body };
}

function uncodedTable(visit: MemberVisit, calls: readonly CallRecord[], suggestions: Suggestions): Html {
  const rows = calls.map((call): Part[] => [
    html`<a href="${pathOf(call.callId)}">${moment(visit, call.startedAtMs)}</a>`,
    numberOf(call),
    duration(call.billableMs),
    suggested(visit, call, suggestions),
  ]);
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
  const suggestions = suggested(visit, record, await suggestionsOf(visit));
  const fields = html`${field({ name: 'code', label: texts.code, inputmode: 'numeric', error: errorOf(errors, 'code') })}
  ${field({ name: 'note', label: texts.note, value: visit.form.get('note') ?? '', width: 'long', error: errorOf(errors, 'note') })}
  ${button(texts.assign)}`;
  const body = html`${back('/my-calls', texts.title)}
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
    ${form(visit, pathOf(record.callId), fields)}`;
  return { kind: 'page', title: texts.assignTitle, body, status: errors.length === 0 ? 200 : 422 };
}

/** That of an earlier call of the same phone to the same number. */
async function accountLike({ parts, user }: MemberVisit, record: CallRecord, like: string): Promise<Result<Account>> {
  const earlier = await parts.store.findCallRecord(like);
  const isLike = earlier?.extension === user.extension && numberOf(earlier) === numberOf(record);
  const account = isLike && earlier.accountId !== null ? await parts.store.findAccountById(earlier.accountId) : null;
  return account?.enabled === true ? { ok: true, value: account } : { ok: false, problem: texts.noSuggestion };
}

async function accountOfCode({ parts, user }: MemberVisit, code: string): Promise<Result<Account>> {
  const keys = [`name my-calls ${user.id}`] as const;
  const waitMs = parts.codeTries.waitMs(keys);
  if (waitMs > 0) return { ok: false, problem: texts.wait(Math.ceil(waitMs / 1000)) };
  // Counted before it is looked at: codes that are sent at the same moment are not tried together.
  parts.codeTries.failed(keys);
  const account = code === '' ? null : await parts.store.findAccountByCode(code);
  if (account?.enabled !== true) return { ok: false, problem: texts.wrongCode };
  parts.codeTries.succeeded(keys);
  return { ok: true, value: account };
}

export async function assign(visit: MemberVisit): Promise<Answer> {
  const record = await foundUncoded(visit);
  const { parts, user, form: given } = visit;
  const like = given.get('like');
  const payer = await (like === null
    ? accountOfCode(visit, (given.get('code') ?? '').trim())
    : accountLike(visit, record, like));
  if (!payer.ok) return assignPage(visit, [{ field: 'code', text: payer.problem }]);
  const account = payer.value;
  const note = (given.get('note') ?? '').trim().slice(0, 200);
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
