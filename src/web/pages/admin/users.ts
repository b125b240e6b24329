import { departmentNameOf } from '../../../directory/inputs.ts';
import type { KnownUser } from '../../../store/ports/console-store.ts';
import { roles, type ConsoleUser, type Role } from '../../../words/console.ts';
import type { Department } from '../../../words/directory.ts';
import { areas } from '../../access/areas.ts';
import { inviteHours, newInvite } from '../../access/invite.ts';
import { noFactor } from '../../access/second-factor.ts';
import { endSessions } from '../../access/sessions.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, get, NotAllowed, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { formTexts, roleTexts } from '../../texts.ts';
import { providerTexts } from '../../texts/provider.ts';
import { secondFactorTexts as factorTexts } from '../../texts/second-factor.ts';
import { userTexts as texts } from '../../texts/admin.ts';
import { memberTexts } from '../../texts/directory.ts';
import {
  back,
  badge,
  button,
  errorOf,
  errorSummary,
  field,
  form,
  hidden,
  linkButton,
  moment,
  radios,
  select,
  table,
  type FieldError,
} from '../elements.ts';
import { versionOf } from '../directory/fields.ts';
import { inputErrors } from '../directory/keeping.ts';
import { auditedUser, newUser, userProblems, type TypedUser } from '../../new-user.ts';

/** One that was removed still limits what the user sees: to nothing. */
const departmentTextOf = (user: ConsoleUser, departments: readonly Department[]): string =>
  departmentNameOf(user, departments) ?? (user.departmentId === null ? '' : texts.departmentGone);

async function list(visit: MemberVisit): Promise<Answer> {
  const { people, store } = visit.parts;
  const [users, departments] = await Promise.all([people.listUsers(), store.listDepartments()]);
  const columns = [texts.name, texts.role, texts.department, texts.extension, texts.state, texts.secondFactor];
  const allColumns = [...columns, texts.lastSeen];
  const rows = users.map((user): Part[] => [
    html`<a href="/users/${user.id}">${user.name}</a>`,
    roleTexts[user.role].name,
    departmentTextOf(user, departments),
    user.extension,
    user.isEnabled ? badge(texts.active, 'good') : badge(texts.disabled, 'warn'),
    user.totpSecret === null ? texts.secondFactorOff : texts.secondFactorOn,
    user.signedInAtMs === null ? texts.never : moment(visit, user.signedInAtMs),
  ]);
  const body = html`<div class="headline">
      <h1>${texts.title}</h1>
      <div class="actions">${linkButton('/users/new', texts.add, 'primary')}</div>
    </div>
    ${table(texts.title, allColumns, rows)}`;
  return { kind: 'page', title: texts.title, body };
}

function fieldsOf(
  typed: TypedUser,
  departments: readonly Department[],
  errors: readonly FieldError[],
  isNew: boolean,
): Html {
  const isGone = typed.departmentId !== null && !departments.some(({ id }) => id === typed.departmentId);
  const choices = [
    { value: '', text: texts.noDepartment },
    ...departments.map(({ id, name }) => ({ value: String(id), text: name })),
    ...(isGone ? [{ value: String(typed.departmentId), text: texts.departmentGone }] : []),
  ];
  const roleChoices = roles.map((role) => ({ value: role, text: roleTexts[role].name, hint: roleTexts[role].says }));
  return html`${field({ name: 'name', label: texts.name, hint: texts.nameHint, value: typed.name, error: errorOf(errors, 'name') })}
  ${radios({ name: 'role', label: texts.role, choices: roleChoices, value: typed.role, error: errorOf(errors, 'role') })}
  ${select({ name: 'department', label: texts.department, hint: texts.departmentHint, choices, value: String(typed.departmentId ?? ''), error: errorOf(errors, 'department') })}
  ${field({ name: 'extension', label: texts.extension, hint: texts.extensionHint, value: typed.extension, width: 'short' })}
  ${
    !isNew &&
    select({
      name: 'enabled',
      label: texts.enabled,
      choices: [
        { value: 'yes', text: formTexts.yes },
        { value: 'no', text: formTexts.no },
      ],
      value: typed.isEnabled ? 'yes' : 'no',
      error: errorOf(errors, 'enabled'),
    })
  }`;
}

function typedIn({ form: given }: MemberVisit): TypedUser {
  const department = given.get('department') ?? '';
  return {
    name: (given.get('name') ?? '').trim(),
    role: roles.find((role) => role === given.get('role')) ?? 'caller',
    departmentId: /^\d{1,9}$/.test(department) ? Number(department) : null,
    extension: (given.get('extension') ?? '').trim().slice(0, 40),
    isEnabled: given.get('enabled') !== 'no',
  };
}

/** Nothing that decides what somebody may see is taken for granted: where it is not one of the choices, nobody is given the widest of them. */
function problemsOf({ form: given }: MemberVisit, typed: TypedUser, departments: readonly Department[]): FieldError[] {
  const isOneOf = (name: string, choices: readonly string[]): boolean => choices.includes(given.get(name) ?? '?');
  const isEnabledNeeded = given.has('version') && !isOneOf('enabled', ['yes', 'no']);
  return [
    ...userProblems(typed),
    ...(isOneOf('role', roles) ? [] : [{ field: 'role', text: texts.roleNeeded }]),
    ...(isOneOf('department', ['', ...departments.map(({ id }) => String(id))])
      ? []
      : [{ field: 'department', text: texts.noSuchDepartment }]),
    ...(isEnabledNeeded ? [{ field: 'enabled', text: texts.enabledNeeded }] : []),
  ];
}

const versionIn = (user: TypedUser): string => versionOf(auditedUser(user), '');

/** What somebody else has made of this user since the form was opened. */
function staleProblem(user: ConsoleUser, departments: readonly Department[]): FieldError {
  const there = [
    ...[user.name, roleTexts[user.role].name, departmentTextOf(user, departments), user.extension],
    user.isEnabled ? texts.active : texts.disabled,
  ];
  const shown = there.filter((text) => text !== '').join(', ');
  return { field: '', text: `${memberTexts.staleTitle}: ${shown}. ${memberTexts.stale}` };
}

async function newPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const departments = await visit.parts.store.listDepartments();
  const typed = errors.length === 0 ? { ...newUser('', 0), role: 'viewer' as Role } : typedIn(visit);
  const body = html`${back('/users', texts.title)}
    <h1>${texts.add}</h1>
    ${errorSummary(errors)}
    ${form(visit, '/users', html`${fieldsOf(typed, departments, errors, true)}${button(texts.add)}`)}`;
  return { kind: 'page', title: texts.add, body, status: errors.length === 0 ? 200 : 422 };
}

async function add(visit: MemberVisit): Promise<Answer> {
  const { parts, nowMs } = visit;
  const typed = typedIn(visit);
  const errors = problemsOf(visit, typed, await parts.store.listDepartments());
  if (errors.length > 0) return newPage(visit, errors);
  const { pathFor, changes } = newInvite(nowMs);
  try {
    const user = { ...newUser(typed.name, nowMs), ...typed, ...changes, isEnabled: true };
    const added = await parts.people.addUser(
      user,
      entryOf(visit, 'user-added', `user ${typed.name}`, { after: auditedUser(typed) }),
    );
    return linkPage(added, pathFor(added.id));
  } catch (error) {
    return newPage(visit, inputErrors(error, 'name'));
  }
}

/** The only time that the link is seen. */
function linkPage({ name }: ConsoleUser, path: string): Answer {
  const body = html`${back('/users', texts.title)}
    <h1>${name}</h1>
    <h2>${texts.link}</h2>
    <p>${texts.linkSays(inviteHours)}</p>
    <p><a class="code" href="${path}">${path}</a></p>`;
  return { kind: 'page', title: name, body };
}

async function found({ parts, params }: MemberVisit): Promise<KnownUser> {
  const id = params['id'] ?? '';
  const user = /^\d{1,9}$/.test(id) ? await parts.people.findUserById(Number(id)) : null;
  if (user === null) throw new NotFound();
  return user;
}

async function editPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const user = await found(visit);
  const departments = await visit.parts.store.listDepartments();
  const typed = errors.length === 0 ? user : typedIn(visit);
  const path = `/users/${user.id}`;
  const isLocal = user.identity === null;
  const body = html`${back('/users', texts.title)}
    <h1>${user.name}</h1>
    ${errorSummary(errors)}
    ${user.passwordHash === null && html`<p class="notice">${isLocal ? texts.invited : providerTexts.managed}</p>`}
    ${form(visit, path, html`${hidden('version', versionIn(user))}${fieldsOf(typed, departments, errors, false)}${button(formTexts.save)}`)}
    ${
      isLocal &&
      html`<h2>${texts.link}</h2>
        <p>${texts.newLinkSays}</p>`
    }
    <div class="actions">
      ${isLocal && form(visit, `${path}/invite`, button(texts.newLink, 'secondary'))}
      ${form(visit, `${path}/sessions`, button(texts.end, 'secondary'))}
    </div>
    ${user.totpSecret !== null && resetting(visit, user)}`;
  return { kind: 'page', title: user.name, body, status: errors.length === 0 ? 200 : 422 };
}

async function change(visit: MemberVisit): Promise<Answer> {
  const { parts } = visit;
  const user = await found(visit);
  const typed = typedIn(visit);
  const departments = await parts.store.listDepartments();
  if (visit.form.get('version') !== versionIn(user)) return editPage(visit, [staleProblem(user, departments)]);
  const errors = problemsOf(visit, typed, departments);
  const administers = ({ role, isEnabled, departmentId }: TypedUser): boolean =>
    role === 'administrator' && isEnabled && departmentId === null;
  const others = (await parts.people.listUsers()).filter((one) => one.id !== user.id && administers(one));
  if (administers(user) && !administers(typed) && others.length === 0)
    errors.push({ field: 'role', text: texts.lastAdministrator });
  if (errors.length > 0) return editPage(visit, errors);
  const [before, after] = [auditedUser(user), auditedUser(typed)];
  try {
    await parts.people.changeUser(
      user.id,
      typed,
      entryOf(visit, 'user-changed', `user ${user.name}`, { before, after }),
    );
  } catch (error) {
    return editPage(visit, inputErrors(error, 'name'));
  }
  // Whoever may less than before is asked to sign in again.
  if (before['role'] !== after['role'] || !typed.isEnabled) await endSessions(visit, user.id, null);
  return { kind: 'redirect', to: '/users', said: 'user-changed' };
}

async function endAll(visit: MemberVisit): Promise<Answer> {
  const user = await found(visit);
  await endSessions(visit, user.id, null);
  await visit.parts.people.appendAudit(entryOf(visit, 'sessions-ended', `user ${user.name}`));
  return { kind: 'redirect', to: `/users/${user.id}`, said: 'sessions-ended' };
}

function resetting(visit: MemberVisit, { id }: KnownUser): Html {
  const isOwn = id === visit.user.id;
  return html`<h2>${texts.secondFactor}</h2>
    <p>${isOwn ? factorTexts.resetOwn : factorTexts.resetSays}</p>
    ${!isOwn && form(visit, `/users/${id}/second-factor`, button(factorTexts.reset, 'secondary'))}`;
}

/** One's own is turned off with a code, so that nobody who finds the browser open can. */
async function resetFactor(visit: MemberVisit): Promise<Answer> {
  const user = await found(visit);
  if (user.id === visit.user.id) throw new NotAllowed(factorTexts.resetOwn);
  const entry = entryOf(visit, 'second-factor-reset', `user ${user.name}`);
  await visit.parts.people.changeUser(user.id, noFactor, entry);
  await endSessions(visit, user.id, null);
  return { kind: 'redirect', to: `/users/${user.id}`, said: 'second-factor-reset' };
}

async function inviteAgain(visit: MemberVisit): Promise<Answer> {
  const user = await found(visit);
  if (user.identity !== null) throw new NotAllowed(providerTexts.managed);
  const { pathFor, changes } = newInvite(visit.nowMs);
  await visit.parts.people.changeUser(
    user.id,
    changes,
    entryOf(visit, 'user-changed', `user ${user.name}`, { after: { link: 'to choose a password' } }),
  );
  return linkPage(user, pathFor(user.id));
}

export const userRoutes: readonly Route[] = [
  get('/users', areas.users, list),
  get('/users/new', areas.users, (visit) => newPage(visit)),
  post('/users', areas.users, add),
  get('/users/:id', areas.users, (visit) => editPage(visit)),
  post('/users/:id', areas.users, (visit) => visit.parts.inTurn('users', () => change(visit))),
  post('/users/:id/invite', areas.users, inviteAgain),
  post('/users/:id/sessions', areas.users, endAll),
  post('/users/:id/second-factor', areas.users, resetFactor),
];
