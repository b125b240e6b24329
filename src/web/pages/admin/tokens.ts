import { scopes, type ApiToken, type ConsoleUser, type Scope } from '../../../words/console.ts';
import { areas } from '../../access/areas.ts';
import { hashOf } from '../../access/secrets.ts';
import { newToken } from '../../access/tokens.ts';
import { documentPath } from '../../api/openapi.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { tokenTexts as texts } from '../../texts/tokens.ts';
import {
  back,
  badge,
  button,
  checkboxes,
  errorOf,
  errorSummary,
  field,
  form,
  linkButton,
  moment,
  select,
  table,
  type FieldError,
} from '../elements.ts';

/** Tokens of the API: an administrator makes and revokes them. */

const dayMs = 86_400_000;
const longestDays = 730;
const usualDays = '365';

const isGood = ({ revokedAtMs, expiresAtMs }: ApiToken, nowMs: number): boolean =>
  revokedAtMs === null && expiresAtMs > nowMs;

const stateOf = (token: ApiToken, nowMs: number): Html =>
  isGood(token, nowMs)
    ? badge(texts.good, 'good')
    : badge(token.revokedAtMs === null ? texts.expired : texts.revoked, 'warn');

async function list(visit: MemberVisit): Promise<Answer> {
  const { people } = visit.parts;
  const [tokens, users] = await Promise.all([people.listTokens(), people.listUsers()]);
  const nameOf = new Map(users.map(({ id, name }) => [id, name]));
  const columns = [texts.name, texts.user, texts.scopes, texts.state, texts.until, texts.used, texts.revoke];
  const rows = tokens.map((token): Part[] => [
    token.name,
    nameOf.get(token.userId) ?? '',
    token.scopes.map((scope) => texts.scopeTexts[scope]).join(', '),
    stateOf(token, visit.nowMs),
    moment(visit, token.expiresAtMs),
    token.usedAtMs === null ? texts.never : moment(visit, token.usedAtMs),
    isGood(token, visit.nowMs) &&
      form(visit, `/tokens/${token.id}/revoke`, revokeButton(token), { className: 'inline' }),
  ]);
  const body = html`<div class="headline">
      <h1>${texts.title}</h1>
      <div class="actions">${linkButton('/tokens/new', texts.add, 'primary')}</div>
    </div>
    <p class="lead">${texts.says}</p>
    <p><a href="${documentPath}">${texts.document}</a></p>
    ${table(texts.title, columns, rows, { empty: texts.none })}`;
  return { kind: 'page', title: texts.title, body };
}

const revokeButton = ({ name }: ApiToken): Html =>
  html`<button class="button secondary">${texts.revoke}<span class="hidden">: ${name}</span></button>`;

type Typed = { name: string; user: ConsoleUser | null; scopes: readonly Scope[]; days: number };

async function typedIn({ form: given, parts }: MemberVisit): Promise<Typed> {
  const users = await parts.people.listUsers();
  const days = given.get('days') ?? '';
  const chosen = given.getAll('scope');
  return {
    name: (given.get('name') ?? '').trim(),
    user: users.find(({ id, isEnabled }) => isEnabled && String(id) === given.get('user')) ?? null,
    scopes: scopes.filter((scope) => chosen.includes(scope)),
    days: /^\d{1,4}$/.test(days) ? Number(days) : 0,
  };
}

const problemsOf = ({ name, user, scopes: chosen, days }: Typed): FieldError[] => [
  ...(name === '' || name.length > 60 ? [{ field: 'name', text: texts.nameNeeded }] : []),
  ...(user === null ? [{ field: 'user', text: texts.userNeeded }] : []),
  ...(chosen.length === 0 ? [{ field: 'scope', text: texts.scopesNeeded }] : []),
  ...(days < 1 || days > longestDays ? [{ field: 'days', text: texts.daysNeeded }] : []),
];

async function newPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const { form: given, parts } = visit;
  const users = (await parts.people.listUsers()).filter(({ isEnabled }) => isEnabled);
  const choices = [
    { value: '', text: '' },
    ...users.map(({ id, name, role }) => ({ value: String(id), text: `${name} (${role})` })),
  ];
  const scopeChoices = scopes.map((scope) => ({ value: scope, text: texts.scopeTexts[scope] }));
  const fields = html`${field({ name: 'name', label: texts.name, hint: texts.nameHint, value: given.get('name') ?? '', error: errorOf(errors, 'name') })}
  ${select({ name: 'user', label: texts.user, hint: texts.userHint, choices, value: given.get('user') ?? '', error: errorOf(errors, 'user') })}
  ${checkboxes({ name: 'scope', label: texts.scopes, choices: scopeChoices, values: given.getAll('scope'), error: errorOf(errors, 'scope') })}
  ${field({ name: 'days', label: texts.days, hint: texts.daysHint, value: given.get('days') ?? usualDays, inputmode: 'numeric', width: 'short', error: errorOf(errors, 'days') })}
  ${button(texts.add)}`;
  const body = html`${back('/tokens', texts.title)}
    <h1>${texts.add}</h1>
    ${errorSummary(errors)} ${form(visit, '/tokens', fields)}`;
  return { kind: 'page', title: texts.add, body, status: errors.length === 0 ? 200 : 422 };
}

async function add(visit: MemberVisit): Promise<Answer> {
  const typed = await typedIn(visit);
  const errors = problemsOf(typed);
  const { name, user, days } = typed;
  if (user === null || errors.length > 0) return newPage(visit, errors);
  const { nowMs, parts } = visit;
  const token = newToken();
  const after = { user: user.name, scopes: typed.scopes.join(' '), days: String(days) };
  await parts.people.addToken(
    {
      ...{ userId: user.id, name, tokenHash: hashOf(token), scopes: typed.scopes, createdAtMs: nowMs },
      ...{ expiresAtMs: nowMs + days * dayMs, usedAtMs: null, revokedAtMs: null },
    },
    entryOf(visit, 'token-added', `token ${name}`, { after }),
  );
  const body = html`${back('/tokens', texts.title)}
    <h1>${texts.made(name)}</h1>
    <p class="notice" role="status">${texts.madeSays}</p>
    <p><strong class="code">${token}</strong></p>`;
  return { kind: 'page', title: texts.made(name), body };
}

async function revoke(visit: MemberVisit): Promise<Answer> {
  const { parts, params, nowMs } = visit;
  const token = (await parts.people.listTokens()).find(({ id }) => String(id) === params['id']);
  if (token === undefined) throw new NotFound();
  await parts.people.revokeToken(token.id, nowMs, entryOf(visit, 'token-revoked', `token ${token.name}`));
  return { kind: 'redirect', to: '/tokens', said: 'token-revoked' };
}

export const tokenRoutes: readonly Route[] = [
  get('/tokens', areas.tokens, list),
  get('/tokens/new', areas.tokens, (visit) => newPage(visit)),
  post('/tokens', areas.tokens, add),
  post('/tokens/:id/revoke', areas.tokens, revoke),
];
