import { firstRunSecret } from '../access/first-run.ts';
import { hashPassword, isPassword, longestPassword, shortestPassword } from '../access/password.ts';
import { hashOf, isSame } from '../access/secrets.ts';
import { endSessions, openSession } from '../access/sessions.ts';
import { areas } from '../access/areas.ts';
import { html, type Html } from '../html.ts';
import type { KnownUser, NewUser } from '../../store/ports/console-store.ts';
import { newUser } from '../new-user.ts';
import { entryOf, get, open, post, type Answer, type MemberVisit, type Route, type Visit } from '../route.ts';
import { passwordTexts as texts, youTexts } from '../texts/sign-in.ts';
import { back, button, errorOf, errorSummary, field, form, type FieldError } from './elements.ts';

/** By a one-time link: the first administrator, and everybody whom an administrator invites. */

const passwordFields = (errors: readonly FieldError[]): Html =>
  html`${field({ ...{ name: 'password', label: texts.password, type: 'password', autocomplete: 'new-password' }, hint: texts.passwordHint(shortestPassword), error: errorOf(errors, 'password') })}
  ${field({ name: 'again', label: texts.again, type: 'password', autocomplete: 'new-password', error: errorOf(errors, 'again') })}`;

function problemsOf(form: URLSearchParams, name: string): FieldError[] {
  const password = form.get('password') ?? '';
  const wrong = (text: string): FieldError[] => [{ field: 'password', text }];
  if (password.length < shortestPassword) return wrong(texts.tooShort(shortestPassword));
  if (password.length > longestPassword) return wrong(texts.tooLong);
  if (password.toLowerCase() === name.toLowerCase() || new Set(password).size < 3) return wrong(texts.tooSimple);
  return password === form.get('again') ? [] : [{ field: 'again', text: texts.notSame }];
}

const gone: Answer = {
  ...{ kind: 'page', title: texts.welcome, status: 404 },
  body: html`<h1>${texts.welcome}</h1>
    <p class="notice">${texts.gone}</p>`,
};

async function isFirstRun({ parts, params }: Visit): Promise<boolean> {
  const secret = await firstRunSecret(parts);
  return secret !== null && isSame(params['secret'] ?? '', secret);
}

function firstRunPage(visit: Visit, errors: readonly FieldError[] = []): Answer {
  const name = { name: 'name', label: texts.name, hint: texts.nameHint, value: visit.form.get('name') ?? '' };
  const fields = html`${field({ ...name, autocomplete: 'username', error: errorOf(errors, 'name') })}
  ${passwordFields(errors)}${button(texts.create)}`;
  const body = html`<h1>${texts.welcome}</h1>
    ${errorSummary(errors)}
    <p class="lead">${texts.firstRun}</p>
    ${form(visit, visit.url, fields)}`;
  return { kind: 'page', title: texts.welcome, body, status: errors.length === 0 ? 200 : 422 };
}

/** One after the other: two that come at the same moment do not both make one. */
const makeFirst = (visit: Visit): Promise<Answer> => visit.parts.inTurn('first-run', () => firstAdministrator(visit));

async function firstAdministrator(visit: Visit): Promise<Answer> {
  const { parts, nowMs, address } = visit;
  if (!(await isFirstRun(visit))) return gone;
  const name = (visit.form.get('name') ?? '').trim();
  const nameProblem = name === '' || name.length > 100 ? [{ field: 'name', text: texts.nameNeeded }] : [];
  const errors = [...nameProblem, ...problemsOf(visit.form, name)];
  if (errors.length > 0) return firstRunPage(visit, errors);
  const passwordHash = await hashPassword(visit.form.get('password') ?? '');
  const user: NewUser = { ...newUser(name, nowMs), role: 'administrator', passwordHash, signedInAtMs: nowMs };
  const added = await parts.people.addUser(
    user,
    entryOf({ user: { ...user, id: 0 }, address, nowMs }, 'first-administrator', name),
  );
  parts.firstRun.secret = null;
  return { kind: 'redirect', to: '/guide', cookies: [await openSession(visit, added)] };
}

async function invitedBy({ parts, params, nowMs }: Visit): Promise<KnownUser | null> {
  const [id = '', secret = ''] = (params['secret'] ?? '').split('.');
  const user = /^\d{1,9}$/.test(id) ? await parts.people.findUserById(Number(id)) : null;
  const isGood = user?.isEnabled === true && user.inviteHash === hashOf(secret) && (user.inviteUntilMs ?? 0) > nowMs;
  return isGood ? user : null;
}

async function invitePage(visit: Visit, errors: readonly FieldError[] = []): Promise<Answer> {
  const user = await invitedBy(visit);
  if (user === null) return gone;
  const body = html`<h1>${texts.welcome}</h1>
    ${errorSummary(errors)}
    <p class="lead">${texts.invited(user.name)}</p>
    ${form(visit, visit.url, html`${passwordFields(errors)}${button(texts.submit)}`)}`;
  return { kind: 'page', title: texts.welcome, body, status: errors.length === 0 ? 200 : 422 };
}

const choosePassword = (visit: Visit): Promise<Answer> =>
  visit.parts.inTurn('invite', async () => {
    const user = await invitedBy(visit);
    if (user === null) return gone;
    const errors = problemsOf(visit.form, user.name);
    if (errors.length > 0) return invitePage(visit, errors);
    const passwordHash = await hashPassword(visit.form.get('password') ?? '');
    const changes = { passwordHash, inviteHash: null, inviteUntilMs: null };
    await visit.parts.people.changeUser(user.id, changes, entryOf({ ...visit, user }, 'password-chosen', user.name));
    // Whoever had the password before is out.
    await endSessions(visit, user.id, null);
    return { kind: 'redirect', to: '/sign-in', said: 'password-chosen' };
  });

function changePage(visit: MemberVisit, errors: readonly FieldError[] = []): Answer {
  const current = {
    name: 'current',
    label: texts.current,
    type: 'password',
    autocomplete: 'current-password',
  } as const;
  const fields = html`${field({ ...current, error: errorOf(errors, 'current') })}${passwordFields(errors)}${button(texts.submit)}`;
  const body = html`${back('/you/sign-in', youTexts.signIn)}
    <h1>${youTexts.changePassword}</h1>
    ${errorSummary(errors)} ${form(visit, '/you/password', fields)}`;
  return { kind: 'page', title: youTexts.changePassword, body, status: errors.length === 0 ? 200 : 422 };
}

async function change(visit: MemberVisit): Promise<Answer> {
  const { parts, user } = visit;
  const keys = [`name ${user.name.toLowerCase()}`] as const;
  const isRight =
    parts.signIn.waitMs(keys) === 0 && (await isPassword(visit.form.get('current') ?? '', user.passwordHash));
  if (!isRight) {
    parts.signIn.failed(keys);
    return changePage(visit, [{ field: 'current', text: texts.wrongCurrent }]);
  }
  const errors = problemsOf(visit.form, user.name);
  if (errors.length > 0) return changePage(visit, errors);
  const passwordHash = await hashPassword(visit.form.get('password') ?? '');
  await parts.people.changeUser(user.id, { passwordHash }, entryOf(visit, 'password-chosen', user.name));
  await endSessions(visit, user.id, null);
  return { kind: 'redirect', to: '/you', said: 'password-changed', cookies: [await openSession(visit, user)] };
}

export const passwordRoutes: readonly Route[] = [
  open('GET', '/welcome/:secret', async (visit) => ((await isFirstRun(visit)) ? firstRunPage(visit) : gone)),
  open('POST', '/welcome/:secret', makeFirst),
  open('GET', '/invited/:secret', (visit) => invitePage(visit)),
  open('POST', '/invited/:secret', choosePassword),
  get('/you/password', areas.ownSignIn, (visit) => Promise.resolve(changePage(visit))),
  post('/you/password', areas.ownSignIn, change),
];
