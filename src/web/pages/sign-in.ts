import { firstRunSecret } from '../access/first-run.ts';
import { isPassword } from '../access/password.ts';
import { endSessions, openSession } from '../access/sessions.ts';
import { html, type Html } from '../html.ts';
import { entryOf, open, post, type Answer, type Route, type SessionVisit, type Visit } from '../route.ts';
import { areas } from '../access/areas.ts';
import { providerTexts } from '../texts/provider.ts';
import { signInTexts as texts } from '../texts/sign-in.ts';
import { askForCode, signInCodeRoutes } from './sign-in-code.ts';
import { button, errorSummary, field, form, hidden, linkButton, withQuery, type FieldError } from './elements.ts';

/** Only a path of this console: nobody is sent elsewhere after signing in. */
export const pathIn = (text: string | null): string =>
  text !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';

export async function signInPage(visit: Visit, errors: readonly FieldError[] = [], status = 200): Promise<Answer> {
  const noUsers = (await firstRunSecret(visit.parts)) !== null;
  const from = pathIn(visit.form.get('from') ?? visit.query.get('from'));
  const name = visit.form.get('name') ?? '';
  const fields = html`${hidden('from', from)}
  ${field({ name: 'name', label: texts.name, value: name, autocomplete: 'username', isRequired: true })}
  ${field({ name: 'password', label: texts.password, type: 'password', autocomplete: 'current-password', isRequired: true })}
  ${button(texts.submit, visit.parts.provider === null ? 'primary' : 'secondary')}`;
  const body = html`<h1>${texts.title}</h1>
    ${errorSummary(errors)} ${withProvider(visit, from)} ${noUsers && html`<p class="notice">${texts.none}</p>`}
    ${form(visit, '/sign-in', fields)} ${!noUsers && html`<p class="hint">${texts.forgotten}</p>`}`;
  return { kind: 'page', title: texts.title, body, status };
}

function withProvider({ parts: { provider } }: Visit, from: string): Html | null {
  if (provider === null) return null;
  return html`<p class="actions">
      ${linkButton(withQuery('/sign-in/provider', { from: from === '/' ? '' : from }), providerTexts.signIn(provider.name), 'primary')}
    </p>
    <p class="hint">${providerTexts.or}</p>`;
}

async function signIn(visit: Visit): Promise<Answer> {
  const { parts, form: typed, address, nowMs } = visit;
  const name = (typed.get('name') ?? '').trim().slice(0, 100);
  const keys = [`name ${name.toLowerCase()}`, `address ${address}`] as const;
  const waitMs = parts.signIn.waitMs(keys);
  if (waitMs > 0) return signInPage(visit, [{ field: 'name', text: texts.wait(Math.ceil(waitMs / 1000)) }], 429);
  // Counted before the password is looked at: tries that are sent at the same moment do not pass together.
  parts.signIn.failed(keys);
  const user = await parts.people.findUser(name);
  const isRight = await isPassword(typed.get('password') ?? '', user?.passwordHash ?? null);
  if (user === null || !isRight || !user.isEnabled) {
    await parts.people.appendAudit(entryOf({ user: null, address, nowMs }, 'sign-in-refused', name));
    return signInPage(visit, [{ field: 'name', text: texts.wrong }], 403);
  }
  parts.signIn.succeeded(keys);
  const to = pathIn(typed.get('from'));
  if (user.totpSecret !== null) return askForCode(visit, user, to);
  await parts.people.changeUser(user.id, { signedInAtMs: nowMs }, null);
  return { kind: 'redirect', to, cookies: [await openSession(visit, user)] };
}

async function signOut(visit: SessionVisit): Promise<Answer> {
  const { parts, user, session } = visit;
  await endSessions(visit, user.id, session.tokenHash);
  await parts.people.appendAudit(entryOf(visit, 'signed-out', user.name));
  const cookies = [{ name: 'session', value: null }] as const;
  if (session.method === 'provider' && parts.provider !== null) return { kind: 'redirect', to: '/signed-out', cookies };
  return { kind: 'redirect', to: '/sign-in', said: 'signed-out', cookies };
}

export const signInRoutes: readonly Route[] = [
  open('GET', '/sign-in', (visit) =>
    visit.user === null ? signInPage(visit) : Promise.resolve({ kind: 'redirect', to: '/' }),
  ),
  open('POST', '/sign-in', signIn),
  ...signInCodeRoutes,
  post('/sign-out', areas.ownSignIn, signOut),
];
