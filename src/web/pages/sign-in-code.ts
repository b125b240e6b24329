import type { KnownUser } from '../../store/ports/console-store.ts';
import { prove } from '../access/second-factor.ts';
import { openSession } from '../access/sessions.ts';
import { html } from '../html.ts';
import { open, type Answer, type Cookie, type Route, type Visit } from '../route.ts';
import { secondFactorTexts as texts } from '../texts/second-factor.ts';
import { button, errorOf, errorSummary, field, form, hidden, type FieldError } from './elements.ts';

/** The second page of signing in: the code of the second factor. */

const path = '/sign-in/code';
const forgotten: Cookie = { name: 'signing-in', value: null };
const again: Answer = { kind: 'redirect', to: '/sign-in', said: 'sign-in-again', cookies: [forgotten] };

/** After the password was right. */
export function askForCode({ parts }: Visit, { id, passwordHash }: KnownUser, to: string): Answer {
  const value = parts.signingIn.keep({ kind: 'second-factor', userId: id, passwordHash: passwordHash ?? '', to });
  return { kind: 'redirect', to: path, cookies: [{ name: 'signing-in', value }] };
}

/** Who has given the password in this browser; null: it was too long ago, or is no longer the password. */
async function halfSignedIn({ parts, signingIn }: Visit): Promise<{ userId: number; to: string } | null> {
  const begun = parts.signingIn.look(signingIn);
  if (begun?.kind !== 'second-factor') return null;
  const user = await parts.people.findUserById(begun.userId);
  const isGood = user?.isEnabled === true && user.passwordHash === begun.passwordHash && user.totpSecret !== null;
  return isGood ? begun : null;
}

function page(visit: Visit, errors: readonly FieldError[] = [], status = 200): Answer {
  const isRecovery = (visit.form.get('recovery') ?? visit.query.get('recovery')) === '1';
  const input = isRecovery
    ? ({ label: texts.askRecovery, autocomplete: 'off' } as const)
    : ({ label: texts.askCode, autocomplete: 'one-time-code', inputmode: 'numeric' } as const);
  const fields = html`${isRecovery && hidden('recovery', '1')}
  ${field({ name: 'code', ...input, isRequired: true, error: errorOf(errors, 'code') })} ${button(texts.submit)}`;
  const other = isRecovery
    ? html`<a href="${path}">${texts.useApp}</a>`
    : html`<a href="${path}?recovery=1">${texts.useRecovery}</a>`;
  const body = html`<h1>${texts.askTitle}</h1>
    ${errorSummary(errors)}
    <p class="lead">${isRecovery ? texts.askRecoverySays : texts.askSays}</p>
    ${form(visit, path, fields)}
    <p class="other-ways">${other}</p>
    <p><a href="/sign-in">${texts.startAgain}</a></p>`;
  return { kind: 'page', title: texts.askTitle, body, status };
}

async function signIn(visit: Visit): Promise<Answer> {
  const { parts, nowMs } = visit;
  const begun = await halfSignedIn(visit);
  if (begun === null) return again;
  const proved = await prove(visit, begun.userId, visit.form.get('code') ?? '');
  if (!proved.ok) return page(visit, [{ field: 'code', text: proved.problem.text }], proved.problem.status);
  const user = proved.value;
  if (parts.signingIn.take(visit.signingIn) === null) return again;
  await parts.people.changeUser(user.id, { signedInAtMs: nowMs }, null);
  return { kind: 'redirect', to: begun.to, cookies: [forgotten, await openSession(visit, user)] };
}

export const signInCodeRoutes: readonly Route[] = [
  open('GET', path, async (visit) => ((await halfSignedIn(visit)) === null ? again : page(visit))),
  open('POST', path, signIn),
];
