import { readDepartment } from '../../../directory/import.ts';
import type { View } from '../../../directory/showing.ts';
import type { DepartmentUse } from '../../../store/ports/directory-admin.ts';
import { departmentFields } from '../../../words/directory.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { departmentTexts as texts, memberTexts } from '../../texts/directory.ts';
import { button, form, linkButton, table, withQuery, type FieldError } from '../elements.ts';
import { inputErrors } from './desk.ts';
import { errorsOf, fieldGroups, fieldsPage, textsOf, typedIn, typedTexts, versionOf, type Texts } from './fields.ts';

const viewOf = ({ parts, nowMs }: MemberVisit): View => ({
  ...{ departments: [], payers: new Map(), nowMs, time: parts.site.time, showCodes: false },
});

async function found(visit: MemberVisit): Promise<DepartmentUse> {
  const one = (await visit.parts.store.listDepartmentUse()).find(({ id }) => String(id) === visit.params['id']);
  if (one === undefined) throw new NotFound();
  return one;
}

async function list(visit: MemberVisit): Promise<Answer> {
  const mayChange = may(visit.user, 'departmentChanges');
  const departments = await visit.parts.store.listDepartmentUse();
  const columns = [
    texts.name,
    ...[texts.accounts, texts.extensions].map((title) => ({ title, isNumber: true })),
    texts.callerNumber,
    texts.mail,
    texts.calls,
  ];
  const rows = departments.map(({ id, name, accounts, extensions, callerNumber, mail }): Part[] => [
    mayChange ? html`<a href="/departments/${id}">${name}</a>` : name,
    html`<a href="${withQuery('/accounts', { department: String(id) })}">${accounts}</a>`,
    extensions,
    callerNumber ?? '',
    mail,
    html`<a href="${withQuery('/calls', { preset: 'this-month', department: name })}"
      >${texts.calls}<span class="hidden">: ${name}</span></a
    >`,
  ]);
  const body = html`<div class="headline">
      <h1>${texts.title}</h1>
      ${mayChange && html`<div class="actions">${linkButton('/departments/new', texts.add, 'primary')}</div>`}
    </div>
    ${table(texts.title, columns, rows, { empty: texts.none })}`;
  return { kind: 'page', title: texts.title, body };
}

type Shown = {
  title: string;
  action: string;
  values: Texts;
  version?: string;
  errors?: readonly FieldError[];
  below?: Html;
};

function formPage(visit: MemberVisit, { values, errors = [], ...shown }: Shown): Answer {
  const first = Object.keys(departmentFields);
  const fields = fieldGroups({ fields: departmentFields, first, values, errors, departments: [] });
  return fieldsPage(visit, { ...shown, list: texts.title, from: '/departments', fields, errors });
}

const newPage = (visit: MemberVisit, errors: readonly FieldError[] = []): Answer =>
  formPage(visit, {
    title: texts.add,
    action: '/departments',
    values: typedTexts(departmentFields, visit.form),
    errors,
  });

async function add(visit: MemberVisit): Promise<Answer> {
  const values = typedTexts(departmentFields, visit.form);
  const read = readDepartment(values, { plan: visit.parts.plan, time: visit.parts.site.time });
  if (!read.ok) return newPage(visit, errorsOf(departmentFields, read.problem));
  try {
    const entry = entryOf(visit, 'department-added', `department ${read.value.name}`, { after: values });
    await visit.parts.change(entry).addDepartment(read.value);
    return { kind: 'redirect', to: '/departments', said: 'department-added' };
  } catch (error) {
    return newPage(visit, inputErrors(error, 'name'));
  }
}

async function editPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const department = await found(visit);
  const now = textsOf(departmentFields, department, viewOf(visit));
  const values = errors.length === 0 ? now : typedTexts(departmentFields, visit.form);
  const { id, name } = department;
  return formPage(visit, {
    title: name,
    action: `/departments/${id}`,
    values,
    version: versionOf(now, ''),
    errors,
    below: html`<h2>${texts.remove}</h2>
      <p>${texts.removeSays}</p>
      ${form(visit, `/departments/${id}/remove`, button(texts.remove, 'danger'))}`,
  });
}

async function change(visit: MemberVisit): Promise<Answer> {
  const department = await found(visit);
  const now = textsOf(departmentFields, department, viewOf(visit));
  if (visit.form.get('version') !== versionOf(now, '')) {
    const shown = Object.values(now)
      .filter((text) => text !== '')
      .join(', ');
    return editPage(visit, [{ field: '', text: `${memberTexts.staleTitle}: ${shown}. ${memberTexts.stale}` }]);
  }
  const typed = typedIn(departmentFields, visit.form, now);
  const read = readDepartment(
    { ...typed, name: typed['name'] ?? department.name },
    { plan: visit.parts.plan, time: visit.parts.site.time },
  );
  if (!read.ok) return editPage(visit, errorsOf(departmentFields, read.problem));
  try {
    const entry = entryOf(visit, 'department-changed', `department ${department.name}`, {
      before: now,
      after: typedTexts(departmentFields, visit.form),
    });
    await visit.parts.change(entry).updateDepartment(department.name, read.value);
    return { kind: 'redirect', to: '/departments', said: 'department-changed' };
  } catch (error) {
    return editPage(visit, inputErrors(error, 'name'));
  }
}

async function remove(visit: MemberVisit): Promise<Answer> {
  const department = await found(visit);
  try {
    const entry = entryOf(visit, 'department-removed', `department ${department.name}`);
    await visit.parts.change(entry).removeDepartment(department.name);
    return { kind: 'redirect', to: '/departments', said: 'department-removed' };
  } catch (error) {
    return editPage(visit, inputErrors(error, 'name'));
  }
}

export const departmentRoutes: readonly Route[] = [
  get('/departments', areas.departments, list),
  get('/departments/new', areas.departmentChanges, (visit) => Promise.resolve(newPage(visit))),
  post('/departments', areas.departmentChanges, add),
  get('/departments/:id', areas.departmentChanges, (visit) => editPage(visit)),
  post('/departments/:id', areas.departmentChanges, (visit) =>
    visit.parts.inTurn(`departments ${visit.params['id'] ?? ''}`, () => change(visit)),
  ),
  post('/departments/:id/remove', areas.departmentChanges, remove),
];
