import { departmentNameOf } from '../../../directory/inputs.ts';
import { accounts } from '../../../directory/nouns.ts';
import { limitsOf, problemsOf, shownTexts, stateOf, type View } from '../../../directory/showing.ts';
import { maskCode } from '../../../words/mask-code.ts';
import type { Account } from '../../../words/directory.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import { departmentOf, entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { accountTexts as texts, bulkTexts } from '../../texts/directory.ts';
import {
  askedIn,
  back,
  badge,
  button,
  facts,
  field,
  form,
  hidden,
  linkButton,
  pager,
  select,
  table,
  withQuery,
} from '../elements.ts';
import { bulkForm, bulkRoutes, tick } from './bulk.ts';
import { deskOf, type Desk } from './desk.ts';
import { contextOf, foundBy, type Keeping } from './keeping.ts';
import { capital } from './fields.ts';
import { templateSection, useOnAccount } from './template-use.ts';
import { trySection } from './try-number.ts';
import { usageSection } from './usage.ts';

const pageSize = 50;

export const findAccount = ({ parts, params }: MemberVisit): Promise<Account | null> => {
  const id = params['id'] ?? '';
  return /^\d{1,9}$/.test(id) ? parts.store.findAccountById(Number(id)) : Promise.resolve(null);
};

export const accountKeeping: Keeping<Account, Parameters<typeof accounts.add>[1]> = {
  ...{ noun: accounts, find: findAccount, done: { added: 'account-added', changed: 'account-changed' } },
};

const desk: Desk<Account, Parameters<typeof accounts.add>[1]> = {
  ...accountKeeping,
  ...{ path: '/accounts', texts },
  pathOf: ({ id }) => `/accounts/${id}`,
  first: ['code', 'name', 'departmentId', 'client', 'matter', 'customerNumbers', 'enabled'],
  codeHint: texts.keepCode,
};
const { newPage, add, editPage, change } = deskOf(desk);

const states = Object.entries(texts.states).map(([value, text]) => ({ value: value === 'any' ? '' : value, text }));

async function list(visit: MemberVisit): Promise<Answer> {
  const { departments, view } = await contextOf(visit);
  const body = await found(visit, view);
  if (visit.query.has('piece')) return { kind: 'piece', body };
  const { query, user } = visit;
  const choices = [
    { value: '', text: formTexts.any },
    ...departments.map(({ id, name }) => ({ value: String(id), text: name })),
  ];
  const label = may(user, 'accountChanges') ? texts.searchCodes : texts.search;
  const actions = html`<div class="actions">
    ${may(user, 'accountChanges') && linkButton('/accounts/new', texts.add, 'primary')}
    ${may(user, 'accountFiles') && linkButton('/accounts/import', texts.import)}
    ${may(user, 'accountFiles') && form(visit, '/accounts/export', button(texts.export, 'secondary'), { className: 'inline' })}
  </div>`;
  const page = html`<div class="headline">
      <h1>${texts.title}</h1>
      ${actions}
    </div>
    <form class="filters" method="get" action="/accounts" role="search" data-search="found">
      <div class="field grows">
        ${field({ name: 'q', label, type: 'search', value: query.get('q') ?? '', width: 'long' })}
      </div>
      ${departments.length > 0 && departmentOf(user) === null && select({ name: 'department', label: texts.department, choices, value: query.get('department') ?? '' })}
      ${select({ name: 'state', label: texts.state, choices: states, value: query.get('state') ?? '' })}
      ${button(formTexts.search, 'secondary')}
    </form>
    <div id="found" aria-live="polite">${body}</div>`;
  return { kind: 'page', title: texts.title, body: page };
}

/** `name|id` of the last one of the page before. */
const afterIn = (text: string | null): { after?: Pick<Account, 'name' | 'id'> } => {
  const [, name = '', id = ''] = /^(.*)\|(\d{1,9})$/s.exec(text ?? '') ?? [];
  return id === '' ? {} : { after: { name, id: Number(id) } };
};

/** A page of those that this person may see, and that the query asks for. */
export async function foundAccounts(
  { query, user, parts }: MemberVisit,
  limit: number,
): Promise<{ shown: Account[]; next: string | null }> {
  const [q, department, state] = ['q', 'department', 'state'].map((name) => (query.get(name) ?? '').trim());
  const limited = departmentOf(user) ?? (/^\d{1,9}$/.test(department ?? '') ? Number(department) : null);
  const page = await parts.store.pageAccounts({
    ...(q === '' || q === undefined ? {} : { search: q.slice(0, 100) }),
    ...(may(user, 'accountChanges') ? { searchesCodes: true } : {}),
    ...(limited === null ? {} : { departmentId: limited }),
    ...(state === 'enabled' || state === 'disabled' ? { enabled: state === 'enabled' } : {}),
    ...afterIn(query.get('after')),
    limit: limit + 1,
  });
  const shown = page.slice(0, limit);
  const last = page.length > limit ? shown.at(-1) : undefined;
  return { shown, next: last === undefined ? null : `${last.name}|${last.id}` };
}

async function found(visit: MemberVisit, { departments }: View): Promise<Html> {
  const { query } = visit;
  const { shown, next } = await foundAccounts(visit, pageSize);
  const mayChange = may(visit.user, 'accountChanges');
  const head = [texts.name, texts.code, texts.client, texts.department, texts.state, texts.limits];
  const columns = [...head, ...(mayChange ? [bulkTexts.selectColumn] : [])];
  const rows = shown.map((account): Part[] => [
    html`<a href="/accounts/${account.id}">${account.name}</a>`,
    html`<span class="code">${maskCode(account.code)}</span>`,
    [account.client, account.matter].filter((text) => text !== '').join(', '),
    departmentNameOf(account, departments),
    stateBadge(account, visit.nowMs),
    limitsOf(account.restriction),
    ...(mayChange ? [tick(account)] : []),
  ]);
  const list = table(texts.title, columns, rows, { empty: texts.none });
  const { q, department, state } = askedIn(query);
  const path = (after: string | null): string => withQuery('/accounts', { q, department, state, after });
  const first = query.has('after') ? path(null) : null;
  return html`${mayChange && shown.length > 0 ? bulkForm(visit, list) : list}
  ${pager(next === null ? null : path(next), first)}`;
}

const stateBadge = (account: Account, nowMs: number): Html => {
  const state = stateOf(account, nowMs);
  return badge(state, state === 'enabled' ? 'good' : state === 'cannot be read' ? 'bad' : 'warn');
};

async function show(visit: MemberVisit): Promise<Answer> {
  return accountPage(visit, await foundBy(desk, visit), null);
}

async function accountPage(visit: MemberVisit, account: Account, code: string | null): Promise<Answer> {
  const { view } = await contextOf(visit);
  const mayChange = may(visit.user, 'accountChanges');
  const path = `/accounts/${account.id}`;
  const shown = shownTexts(accounts.fields, account, view).filter(
    ({ name, text }) => text !== '' && name !== 'name' && name !== 'enabled',
  );
  const toggled = form(
    visit,
    `${path}/enabled`,
    html`${hidden('enabled', account.enabled ? 'no' : 'yes')}${button(account.enabled ? texts.disable : texts.enable, 'secondary')}`,
  );
  const actions = html`<div class="actions">
    ${linkButton(`${path}/edit`, texts.edit, 'primary')} ${toggled}
    ${form(visit, `${path}/code`, button(texts.reveal, 'secondary'))}
  </div>`;
  const body = html`${back('/accounts', texts.title)}
    <div class="headline">
      <h1>${account.name} ${stateBadge(account, visit.nowMs)}</h1>
      ${mayChange && actions}
    </div>
    ${
      code !== null &&
      html`<div class="notice" role="status">
        <p>${texts.revealed} <strong class="code">${code}</strong>. ${texts.revealedSays}</p>
      </div>`
    }
    ${problemsOf(account).map((problem) => html`<p class="stale">${problem}</p>`)}
    ${facts(shown.map(({ field: { header }, text }) => [capital(header), text]))}
    <p>
      <a href="${withQuery('/calls', { preset: 'this-month', account: account.name })}"
        >${texts.calls}, ${texts.thisMonth}</a
      >
    </p>
    ${await templateSection(visit, account, mayChange)} ${await usageSection(visit, account)}
    ${await trySection(visit, account)}`;
  return { kind: 'page', title: account.name, body };
}

/** Whoever sees a code leaves a trace first. */
async function reveal(visit: MemberVisit): Promise<Answer> {
  const account = await foundBy(desk, visit);
  await visit.parts.people.appendAudit(entryOf(visit, 'code-revealed', `account ${account.name}`));
  return accountPage(visit, account, account.code);
}

export async function setEnabled(visit: MemberVisit, account: Account, enabled: boolean): Promise<void> {
  const values = (is: boolean) => ({ enabled: is ? formTexts.yes : formTexts.no });
  const changes = { before: values(account.enabled), after: values(enabled) };
  const entry = entryOf(visit, 'account-changed', `account ${account.name}`, changes);
  await visit.parts.change(entry).updateAccount(account.code, { enabled });
}

async function toggle(visit: MemberVisit): Promise<Answer> {
  const account = await foundBy(desk, visit);
  const asked = visit.form.get('enabled');
  if (asked !== 'yes' && asked !== 'no') throw new NotFound();
  const enabled = asked === 'yes';
  await setEnabled(visit, account, enabled);
  return { kind: 'redirect', to: `/accounts/${account.id}`, said: enabled ? 'account-enabled' : 'account-disabled' };
}

export const accountRoutes: readonly Route[] = [
  ...bulkRoutes,
  get('/accounts', areas.accounts, list),
  get('/accounts/new', areas.accountChanges, newPage),
  post('/accounts', areas.accountChanges, add),
  get('/accounts/:id', areas.accounts, show),
  get('/accounts/:id/edit', areas.accountChanges, editPage),
  post('/accounts/:id/edit', areas.accountChanges, change),
  post('/accounts/:id/enabled', areas.accountChanges, toggle),
  post('/accounts/:id/template', areas.accountChanges, async (visit) =>
    useOnAccount(visit, await foundBy(desk, visit)),
  ),
  post('/accounts/:id/code', areas.accountChanges, reveal),
];
