import { newInput, readInput } from '../../../directory/inputs.ts';
import { accounts } from '../../../directory/nouns.ts';
import { limitsOf } from '../../../directory/showing.ts';
import { accountFields, type Account } from '../../../words/directory.ts';
import type { RestrictionTemplate } from '../../../words/directory/restriction-template.ts';
import { restrictionFields, unrestricted } from '../../../words/directory/restriction.ts';
import type { Result } from '../../../words/result.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { memberTexts } from '../../texts/directory.ts';
import { templateTexts as texts } from '../../texts/templates.ts';
import { button, errorOf, field, form, linkButton, moment, table, type FieldError } from '../elements.ts';
import { viewOf } from './named.ts';
import { errorsOf, fieldGroups, fieldsPage, textsOf, typedTexts, versionOf, type Texts } from './fields.ts';
import { inputErrors, inTurnOf } from './keeping.ts';
import { isSame, stateOf, useTemplate } from './template-use.ts';

/** Restrictions under a name. */

const fields = { name: accountFields.name, ...restrictionFields };
const maximumUsers = 200;

const mayCall = ({ restriction }: Pick<RestrictionTemplate, 'restriction'>): string => {
  const limits = limitsOf(restriction);
  return limits === '' ? texts.everything : limits;
};

async function list(visit: MemberVisit): Promise<Answer> {
  const mayChange = may(visit.user, 'templateChanges');
  const templates = await visit.parts.people.listTemplates();
  const rows = templates.map((one): Part[] => [
    html`<a href="/templates/${one.id}">${one.name}</a>`,
    mayCall(one),
    one.uses,
    moment(visit, one.changedAtMs),
  ]);
  const columns = [texts.name, texts.mayCall, { title: texts.uses, isNumber: true }, texts.changed];
  const body = html`<div class="headline">
      <h1>${texts.title}</h1>
      ${mayChange && html`<div class="actions">${linkButton('/templates/new', texts.add, 'primary')}</div>`}
    </div>
    <p class="lead">${texts.says}</p>
    ${table(texts.title, columns, rows, { empty: texts.none })}`;
  return { kind: 'page', title: texts.title, body };
}

async function found({ parts, params }: MemberVisit): Promise<RestrictionTemplate> {
  const one = (await parts.people.listTemplates()).find(({ id }) => String(id) === params['id']);
  if (one === undefined) throw new NotFound();
  return one;
}

type Shown = { title: string; action: string; values: Texts; version?: string; errors?: readonly FieldError[] };

function formPage(visit: MemberVisit, { values, errors = [], ...shown }: Shown, below?: Html): Answer {
  const name = { name: 'name', label: texts.name, value: values['name'] ?? '', error: errorOf(errors, 'name') };
  const restriction = fieldGroups({ fields: restrictionFields, first: [], values, errors, departments: [] });
  const all = html`${field(name)}${restriction}`;
  const page = { ...shown, list: texts.title, from: '/templates', fields: all, errors };
  return fieldsPage(visit, below === undefined ? page : { ...page, below });
}

/** As the rules of an account have it. */
function readTyped({
  parts,
  form: given,
}: MemberVisit): Result<Omit<RestrictionTemplate, 'id' | 'changedAtMs'>, FieldError[]> {
  const base = { ...newInput(accounts), code: '1', restriction: unrestricted };
  const payer = { ok: true, value: null } as const;
  const context = { plan: parts.plan, time: parts.site.time, payer };
  const result = readInput(accounts, base, typedTexts(fields, given), context);
  if (!result.ok) return { ok: false, problem: errorsOf(fields, result.problem) };
  return { ok: true, value: { name: result.value.name, restriction: result.value.restriction } };
}

const presentOf = (visit: MemberVisit, template: RestrictionTemplate): { now: Texts; version: string } => {
  const now = textsOf(fields, template, viewOf(visit));
  return { now, version: versionOf(now, '') };
};

const newPage = (visit: MemberVisit, errors: readonly FieldError[] = []): Answer =>
  formPage(visit, { title: texts.add, action: '/templates', values: typedTexts(fields, visit.form), errors });

async function save(visit: MemberVisit, present: RestrictionTemplate | null): Promise<Result<number, FieldError[]>> {
  const typed = readTyped(visit);
  if (!typed.ok) return typed;
  const { name } = typed.value;
  const after = { name, restrictions: mayCall(typed.value) };
  const before = present === null ? null : { name: present.name, restrictions: mayCall(present) };
  const action = present === null ? 'template-added' : 'template-changed';
  const entry = entryOf(visit, action, `template ${present?.name ?? name}`, { before, after });
  const template = { ...typed.value, changedAtMs: visit.nowMs };
  try {
    return { ok: true, value: await visit.parts.people.saveTemplate(present?.id ?? null, template, entry) };
  } catch (error) {
    return { ok: false, problem: inputErrors(error, 'name') };
  }
}

async function add(visit: MemberVisit): Promise<Answer> {
  const added = await save(visit, null);
  return added.ok ? { kind: 'redirect', to: '/templates', said: 'template-added' } : newPage(visit, added.problem);
}

async function usersOf({ parts }: MemberVisit, { id }: RestrictionTemplate): Promise<Account[]> {
  const ids = await parts.people.usersOfTemplate(id, maximumUsers);
  const users = await Promise.all(ids.map((one) => parts.store.findAccountById(one)));
  return users.filter((one) => one !== null);
}

function usersSection(visit: MemberVisit, template: RestrictionTemplate, users: readonly Account[]): Html {
  const other = users.filter(({ restriction }) => !isSame(restriction, template.restriction)).length;
  const rows = users.map((account): Part[] => [
    html`<a href="/accounts/${account.id}">${account.name}</a>`,
    stateOf(account, template),
    limitsOf(account.restriction),
  ]);
  return html`<h2>${texts.users}</h2>
    ${users.length === maximumUsers && html`<p class="hint">${texts.onlyFirst(maximumUsers)}</p>`}
    ${table(texts.users, [texts.account, texts.state, texts.mayCall], rows, { empty: texts.noUsers })}
    ${other > 0 && may(visit.user, 'templateChanges') && form(visit, `/templates/${template.id}/apply`, button(texts.applyAll(other), 'secondary'))}`;
}

async function page(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const template = await found(visit);
  const users = usersSection(visit, template, await usersOf(visit, template));
  const { now, version } = presentOf(visit, template);
  if (!may(visit.user, 'templateChanges')) return shownPage(template, users);
  const path = `/templates/${template.id}`;
  const removing = html`${users}
    <h2>${texts.remove}</h2>
    <p>${texts.removeSays}</p>
    ${form(visit, `${path}/remove`, button(texts.remove, 'danger'))}`;
  const values = errors.length === 0 ? now : typedTexts(fields, visit.form);
  return formPage(visit, { title: template.name, action: path, values, version, errors }, removing);
}

function shownPage(template: RestrictionTemplate, users: Html): Answer {
  const body = html`<h1>${template.name}</h1>
    <p>${texts.mayCall}: ${mayCall(template)}</p>
    ${users}`;
  return { kind: 'page', title: template.name, body };
}

async function change(visit: MemberVisit): Promise<Answer> {
  const template = await found(visit);
  const { version } = presentOf(visit, template);
  if (visit.form.get('version') !== version) {
    const shown = `${template.name}: ${mayCall(template)}`;
    return page(visit, [{ field: '', text: `${memberTexts.staleTitle}: ${shown}. ${memberTexts.stale}` }]);
  }
  const saved = await save(visit, template);
  if (!saved.ok) return page(visit, saved.problem);
  return { kind: 'redirect', to: `/templates/${template.id}`, said: 'template-changed' };
}

/** Those that differ are as the template again. */
async function applyAll(visit: MemberVisit): Promise<Answer> {
  const template = await found(visit);
  for (const account of await usersOf(visit, template))
    if (!isSame(account.restriction, template.restriction)) await useTemplate(visit, account, template);
  return { kind: 'redirect', to: `/templates/${template.id}`, said: 'accounts-changed' };
}

async function remove(visit: MemberVisit): Promise<Answer> {
  const { id, name } = await found(visit);
  await visit.parts.people.removeTemplate(id, entryOf(visit, 'template-removed', `template ${name}`));
  return { kind: 'redirect', to: '/templates', said: 'template-removed' };
}

export const templateRoutes: readonly Route[] = [
  get('/templates', areas.templates, list),
  get('/templates/new', areas.templateChanges, (visit) => Promise.resolve(newPage(visit))),
  post('/templates', areas.templateChanges, add),
  get('/templates/:id', areas.templates, (visit) => page(visit)),
  post('/templates/:id', areas.templateChanges, (visit) => inTurnOf({ one: 'template' }, visit, () => change(visit))),
  post('/templates/:id/apply', areas.templateChanges, (visit) =>
    inTurnOf({ one: 'template' }, visit, () => applyAll(visit)),
  ),
  post('/templates/:id/remove', areas.templateChanges, remove),
];
