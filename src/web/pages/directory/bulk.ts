import { departmentNameOf } from '../../../directory/inputs.ts';
import { accountNamed } from '../../../directory/payer.ts';
import { limitsOf } from '../../../directory/showing.ts';
import type { Account, AccountInput } from '../../../words/directory.ts';
import type { RestrictionTemplate } from '../../../words/directory/restriction-template.ts';
import type { AuditValues } from '../../../words/console.ts';
import { areas } from '../../access/areas.ts';
import { html, type Html, type Part } from '../../html.ts';
import { departmentOf, entryOf, NotFound, post, seesDepartment } from '../../route.ts';
import type { Answer, MemberVisit, Route } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { bulkTexts as texts } from '../../texts/directory.ts';
import { back, button, errorOf, errorSummary, field, form, hidden, linkButton, select, table } from '../elements.ts';
import type { FieldError } from '../elements.ts';
import { contextOf, type KeepingContext } from './keeping.ts';
import { templateChoices, templateChosen, useTemplate } from './template-use.ts';

/** Changing several accounts at once: those that were ticked in the list. */

const maximumAtOnce = 200;

/** In the last column of the list. */
export const tick = ({ id, name }: Account): Part =>
  html`<input type="checkbox" class="tick" name="id" value="${id}" aria-label="${texts.select(name)}" />`;

/** Around the list. */
export const bulkForm = (visit: MemberVisit, list: Html): Html =>
  form(visit, '/accounts/bulk', html`${list}${button(texts.change, 'secondary')}`);

type Wanted = {
  template: RestrictionTemplate | null;
  changes: Partial<Pick<AccountInput, 'department' | 'enabled' | 'restriction'>>;
  says: AuditValues;
};

async function chosenIn({ form: given, parts, user }: MemberVisit): Promise<Account[]> {
  const ids = [...new Set(given.getAll('id'))].filter((id) => /^\d{1,9}$/.test(id)).slice(0, maximumAtOnce);
  const found = await Promise.all(ids.map((id) => parts.store.findAccountById(Number(id))));
  // One of another department is as if it were not there, and then nothing is done.
  if (found.some((account) => account === null || !seesDepartment(user, account.departmentId))) throw new NotFound();
  return found.filter((account) => account !== null);
}

const noDepartment = '-';

/** What is to be changed of all of them, or what is wrong with that. */
async function wantedIn(visit: MemberVisit, { departments }: KeepingContext): Promise<Wanted | FieldError[]> {
  const { form: given, parts, user } = visit;
  const [department, state, like, chosen] = ['department', 'state', 'like', 'template'].map((name) =>
    (given.get(name) ?? '').trim(),
  );
  const errors: FieldError[] = [];
  const changes: Wanted['changes'] = {};
  const says: Record<string, string> = {};
  if (department !== undefined && department !== '') {
    const none = department === noDepartment && departmentOf(user) === null;
    if (!none && !departments.some(({ name }) => name === department))
      errors.push({ field: 'department', text: texts.noSuchDepartment });
    changes.department = none ? null : department;
    says['department'] = none ? '' : department;
  }
  if (state === 'enabled' || state === 'disabled') {
    changes.enabled = state === 'enabled';
    says['enabled'] = changes.enabled ? formTexts.yes : formTexts.no;
  }
  if (like !== undefined && like !== '') {
    const model = await accountNamed(like, parts.store);
    const account = model.ok ? model.value : null;
    if (account === null || !seesDepartment(user, account.departmentId)) {
      errors.push({ field: 'like', text: model.ok ? texts.noSuchAccount : model.problem });
    } else {
      changes.restriction = account.restriction;
      says['restrictions'] = texts.asOf(account.name, limitsOf(account.restriction));
    }
  }
  const template = chosen === undefined || chosen === '' ? null : await templateChosen(visit, chosen);
  if (chosen !== undefined && chosen !== '' && (template === null || like !== ''))
    errors.push({ field: 'template', text: texts.noSuchTemplate });
  if (errors.length === 0 && Object.keys(changes).length === 0 && template === null)
    errors.push({ field: 'department', text: texts.nothing });
  return errors.length > 0 ? errors : { template, changes, says };
}

async function bulk(visit: MemberVisit): Promise<Answer> {
  const context = { ...(await contextOf(visit)), templates: await visit.parts.people.listTemplates() };
  const chosen = await chosenIn(visit);
  if (chosen.length === 0) return page(visit, context, chosen, [{ field: '', text: texts.noneChosen }]);
  if (visit.form.get('apply') !== 'yes') return page(visit, context, chosen, []);
  const wanted = await wantedIn(visit, context);
  if (Array.isArray(wanted)) return page(visit, context, chosen, wanted);
  for (const account of chosen) await changeOne(visit, context, account, wanted);
  return { kind: 'redirect', to: '/accounts', said: 'accounts-changed' };
}

/** With a line of the audit trail of its own. What is not asked for stays, whoever changes it meanwhile. */
async function changeOne(
  visit: MemberVisit,
  { view }: KeepingContext,
  account: Account,
  { template, changes, says }: Wanted,
): Promise<void> {
  const now: Readonly<Record<string, string>> = {
    department: departmentNameOf(account, view.departments) ?? '',
    enabled: account.enabled ? formTexts.yes : formTexts.no,
    restrictions: limitsOf(account.restriction),
  };
  const before = Object.fromEntries(Object.keys(says).map((name) => [name, now[name] ?? '']));
  const entry = entryOf(visit, 'account-changed', `account ${account.name}`, { before, after: says });
  if (Object.keys(changes).length > 0) await visit.parts.change(entry).updateAccount(account.code, changes);
  if (template !== null) await useTemplate(visit, account, template);
}

function page(
  visit: MemberVisit,
  { departments, view, templates }: KeepingContext & { templates: readonly RestrictionTemplate[] },
  chosen: readonly Account[],
  errors: readonly FieldError[],
): Answer {
  const value = (name: string): string => visit.form.get(name) ?? '';
  const none = departmentOf(visit.user) === null ? [{ value: noDepartment, text: formTexts.none }] : [];
  const choices = [
    { value: '', text: texts.unchanged },
    ...none,
    ...departments.map(({ name }) => ({ value: name, text: name })),
  ];
  const states = [
    { value: '', text: texts.unchanged },
    ...(['enabled', 'disabled'] as const).map((one) => ({ value: one, text: texts.states[one] })),
  ];
  const fields = html`${hidden('apply', 'yes')}${chosen.map(({ id }) => hidden('id', String(id)))}
    ${select({ name: 'department', label: texts.department, choices, value: value('department'), error: errorOf(errors, 'department') })}
    ${select({ name: 'state', label: texts.state, choices: states, value: value('state') })}
    ${templates.length > 0 && select({ name: 'template', label: texts.template, choices: [{ value: '', text: texts.unchanged }, ...templateChoices(templates)], value: value('template'), error: errorOf(errors, 'template') })}
    ${field({ name: 'like', label: texts.like, hint: texts.likeHint, value: value('like'), error: errorOf(errors, 'like') })}
    <div class="actions">${button(texts.apply(chosen.length))} ${linkButton('/accounts', formTexts.cancel)}</div>`;
  const rows = chosen.map((account): Part[] => [
    account.name,
    departmentNameOf(account, view.departments),
    account.enabled ? texts.states.enabled : texts.states.disabled,
    limitsOf(account.restriction),
  ]);
  const body = html`${back('/accounts', texts.accounts)}
    <h1>${texts.title}</h1>
    ${errorSummary(errors)} ${chosen.length > 0 && form(visit, '/accounts/bulk', fields)}
    ${table(texts.chosen, [texts.name, texts.department, texts.state, texts.mayCall], rows, { empty: texts.noneChosen })}`;
  return { kind: 'page', title: texts.title, body, status: errors.length === 0 ? 200 : 422 };
}

export const bulkRoutes: readonly Route[] = [post('/accounts/bulk', areas.accountChanges, bulk)];
