import { accountNamed } from '../../../directory/payer.ts';
import type { AccountSetByHand, LiveCall } from '../../../words/live-call.ts';
import type { Account } from '../../../words/directory.ts';
import type { Result } from '../../../words/result.ts';
import { html } from '../../html.ts';
import { entryOf, seesDepartment, type Answer, type MemberVisit } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { callTexts, liveTexts as texts } from '../../texts/calls.ts';
import { button, errorOf, errorSummary, facts, field, form, linkButton, moment, type FieldError } from '../elements.ts';
import { foundLive } from './live.ts';

/** Setting who pays for a call that is up. */

/** Null: it was done, or was so before. */
export type NotSet = { kind: 'field'; text: string } | { kind: 'conflict'; text: string };

export async function setAccount(visit: MemberVisit, call: LiveCall, sought: string): Promise<NotSet | null> {
  const account = await accountFor(visit, sought);
  if (!account.ok) return { kind: 'field', text: account.problem };
  const came = await asked(visit, call, account.value);
  switch (came.kind) {
    case 'set':
    case 'same':
      return null;
    case 'refused':
      return { kind: 'field', text: texts.accountRefused(came.reason, came.rule ?? '') };
    case 'not-here':
    case 'emergency':
    case 'not-placed':
      return { kind: 'conflict', text: texts.accountNotSet[came.kind] };
  }
}

async function accountFor({ parts, user }: MemberVisit, sought: string): Promise<Result<Account>> {
  const payer = await accountNamed(sought, parts.store);
  const account = payer.ok ? payer.value : null;
  if (account !== null && seesDepartment(user, account.departmentId)) return { ok: true, value: account };
  return { ok: false, problem: payer.ok ? callTexts.accountNeeded : payer.problem };
}

/** A line of the audit trail before it, since the thread that serves calls writes none; another one where it was not done. */
async function asked(visit: MemberVisit, call: LiveCall, { code, name }: Account): Promise<AccountSetByHand> {
  const { parts, user } = visit;
  const { callId, accountName } = call;
  const changes = { before: { account: accountName ?? callTexts.nobody }, after: { account: name } };
  const entry = entryOf(visit, 'call-account-set', `call ${callId}`, changes);
  const notDone = { ...entry, subject: `${entry.subject}: not done`, before: null, after: null };
  await parts.people.appendAudit(entry);
  try {
    const came = await parts.controller.setAccount({ callId, code, by: user.name });
    if (came.kind !== 'set') await parts.people.appendAudit(notDone);
    return came;
  } catch (error) {
    await parts.people.appendAudit(notDone);
    throw error;
  }
}

export async function accountPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const call = await foundLive(visit);
  const error = errorOf(errors, 'account');
  const fields = html`${field({ name: 'account', label: callTexts.moveTo, hint: callTexts.moveToHint, value: visit.form.get('account') ?? '', error })}
    <div class="actions">${button(texts.accountButton)} ${linkButton('/live', formTexts.cancel)}</div>`;
  const body = html`<h1>${texts.accountTitle}</h1>
    <p class="lead">${texts.accountSays}</p>
    ${errorSummary(errors)}
    ${facts([
      [texts.extension, call.extension],
      [texts.account, call.accountName ?? callTexts.nobody],
      [texts.number, call.calledE164 ?? call.keyedNumber],
      [texts.since, moment(visit, call.startedAtMs)],
    ])}
    ${form(visit, accountPath(call.callId), fields)}`;
  return { kind: 'page', title: texts.accountTitle, body, status: errors.length === 0 ? 200 : 422 };
}

export const accountPath = (callId: string): string => `/live/${encodeURIComponent(callId)}/account`;

export async function setAccountByForm(visit: MemberVisit): Promise<Answer> {
  const problem = await setAccount(visit, await foundLive(visit), (visit.form.get('account') ?? '').trim());
  if (problem !== null) return accountPage(visit, [{ field: 'account', text: problem.text }]);
  return { kind: 'redirect', to: '/live', said: 'call-account-set' };
}
