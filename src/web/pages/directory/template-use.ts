import { limitsOf } from '../../../directory/showing.ts';
import type { Account } from '../../../words/directory.ts';
import type { RestrictionTemplate } from '../../../words/directory/restriction-template.ts';
import { restrictionFields, type Restriction } from '../../../words/directory/restriction.ts';
import { html, type Html } from '../../html.ts';
import { entryOf, NotFound, type Answer, type MemberVisit } from '../../route.ts';
import { templateTexts as texts } from '../../texts/templates.ts';
import { badge, button, form, select, type Choice } from '../elements.ts';

/** Restriction templates on accounts. */

export const isSame = (one: Restriction, other: Restriction): boolean =>
  (Object.keys(restrictionFields) as (keyof Restriction)[]).every(
    (name) => JSON.stringify(one[name]) === JSON.stringify(other[name]),
  );

/** Gives an account what the template says, with a line of the audit trail of its own. */
export async function useTemplate(
  visit: MemberVisit,
  account: Account,
  { id, name, restriction }: RestrictionTemplate,
): Promise<void> {
  const before = { restrictions: limitsOf(account.restriction) };
  const after = { restrictions: texts.as(name, limitsOf(restriction)) };
  const entry = entryOf(visit, 'account-changed', `account ${account.name}`, { before, after });
  await visit.parts.change(entry).updateAccount(account.code, { restriction });
  await visit.parts.people.noteTemplate(account.id, id);
}

export const templateChoices = (templates: readonly RestrictionTemplate[]): Choice[] =>
  templates.map(({ id, name }) => ({ value: String(id), text: name }));

/** The one that was chosen; null: there is none. */
export async function templateChosen({ parts }: MemberVisit, text: string): Promise<RestrictionTemplate | null> {
  return (await parts.people.listTemplates()).find(({ id }) => String(id) === text) ?? null;
}

/** On the page of an account: which one it was given, and another one to be used. */
export async function templateSection(visit: MemberVisit, account: Account, mayChange: boolean): Promise<Html | null> {
  const { people } = visit.parts;
  const [present, templates] = await Promise.all([people.templateOf(account.id), people.listTemplates()]);
  if (present === null && (templates.length === 0 || !mayChange)) return null;
  const choices = [{ value: '', text: texts.choose }, ...templateChoices(templates)];
  const value = present === null ? '' : String(present.id);
  const fields = html`${select({ name: 'template', label: texts.use, hint: texts.useHint, choices, value })}
  ${button(texts.useButton, 'secondary')}`;
  return html`<section>
    <h2>${texts.template}</h2>
    ${present !== null && html`<p>${present.name} ${stateOf(account, present)}</p>`}
    ${mayChange && form(visit, `/accounts/${account.id}/template`, fields)}
  </section>`;
}

export const stateOf = ({ restriction }: Account, template: RestrictionTemplate): Html =>
  isSame(restriction, template.restriction) ? badge(texts.same, 'good') : badge(texts.differs, 'warn');

export async function useOnAccount(visit: MemberVisit, account: Account): Promise<Answer> {
  const template = await templateChosen(visit, visit.form.get('template') ?? '');
  if (template === null) throw new NotFound();
  await useTemplate(visit, account, template);
  return { kind: 'redirect', to: `/accounts/${account.id}`, said: 'template-used' };
}
