import { readDepartment } from '../../../directory/import.ts';
import type { TypedFields } from '../../../directory/reading.ts';
import type { View } from '../../../directory/showing.ts';
import type { DepartmentUse } from '../../../store/ports/directory-admin.ts';
import { departmentFields, type Department, type DepartmentInput } from '../../../words/directory.ts';
import type { Result } from '../../../words/result.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Html, type Part } from '../../html.ts';
import { entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { departmentTexts as texts, memberTexts } from '../../texts/directory.ts';
import { button, form, linkButton, table, withQuery, type FieldError } from '../elements.ts';
import { inputErrors, inTurnOf, type Present } from './keeping.ts';
import { errorsOf, fieldGroups, fieldsPage, textsOf, typedIn, typedTexts, versionOf, type Texts } from './fields.ts';

export const viewOf = ({ parts, nowMs }: MemberVisit): View => ({
  ...{ departments: [], payers: new Map(), nowMs, time: parts.site.time, showCodes: false },
});

export async function foundDepartment(visit: MemberVisit): Promise<DepartmentUse> {
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
    texts.callsTitle,
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
  const fields = fieldGroups({
    fields: departmentFields,
    first: ['name', 'callerNumber', 'mail'],
    values,
    errors,
    departments: [],
  });
  return fieldsPage(visit, { ...shown, list: texts.title, from: '/departments', fields, errors });
}

const newPage = (visit: MemberVisit, errors: readonly FieldError[] = []): Answer =>
  formPage(visit, {
    title: texts.add,
    action: '/departments',
    values: typedTexts(departmentFields, visit.form),
    errors,
  });

type Outcome = Promise<Result<Department, FieldError[]>>;

async function keptBy(
  visit: MemberVisit,
  typed: TypedFields,
  keep: (input: DepartmentInput) => Promise<Department | null>,
): Outcome {
  const read = readDepartment(typed, { plan: visit.parts.plan, time: visit.parts.site.time });
  if (!read.ok) return { ok: false, problem: errorsOf(departmentFields, read.problem) };
  try {
    const kept = await keep(read.value);
    if (kept === null) throw new NotFound();
    return { ok: true, value: kept };
  } catch (error) {
    return { ok: false, problem: inputErrors(error, 'name') };
  }
}

const givenOf = (typed: TypedFields): Texts =>
  Object.fromEntries(Object.entries(typed).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));

/** By a form or by a program; only what is typed is set. */
export const addTypedDepartment = (visit: MemberVisit, typed: TypedFields): Outcome =>
  keptBy(visit, typed, (input) => {
    const entry = entryOf(visit, 'department-added', `department ${input.name}`, { after: givenOf(typed) });
    return visit.parts.change(entry).addDepartment(input);
  });

export const changeTypedDepartment = (visit: MemberVisit, department: Department, typed: TypedFields): Outcome =>
  keptBy(visit, { ...typed, name: typed['name'] ?? department.name }, (input) => {
    const changes = { before: presentDepartment(visit, department).now, after: givenOf(typed) };
    const entry = entryOf(visit, 'department-changed', `department ${department.name}`, changes);
    return visit.parts.change(entry).updateDepartment(department.name, input);
  });

export async function removeDepartment(visit: MemberVisit, { name }: Department): Promise<FieldError[]> {
  try {
    const entry = entryOf(visit, 'department-removed', `department ${name}`);
    await visit.parts.change(entry).removeDepartment(name);
    return [];
  } catch (error) {
    return inputErrors(error, 'name');
  }
}

/** What is there now, as texts, and its version. */
export function presentDepartment(visit: MemberVisit, department: Department): Present {
  const now = textsOf(departmentFields, department, viewOf(visit));
  return { now, version: versionOf(now, '') };
}

async function add(visit: MemberVisit): Promise<Answer> {
  const added = await addTypedDepartment(visit, typedTexts(departmentFields, visit.form));
  return added.ok ? { kind: 'redirect', to: '/departments', said: 'department-added' } : newPage(visit, added.problem);
}

async function editPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
  const department = await foundDepartment(visit);
  const { now, version } = presentDepartment(visit, department);
  const values = errors.length === 0 ? now : typedTexts(departmentFields, visit.form);
  const { id, name } = department;
  return formPage(visit, {
    title: name,
    action: `/departments/${id}`,
    values,
    version,
    errors,
    below: html`<h2>${texts.remove}</h2>
      <p>${texts.removeSays}</p>
      ${form(visit, `/departments/${id}/remove`, button(texts.remove, 'danger'))}`,
  });
}

async function change(visit: MemberVisit): Promise<Answer> {
  const department = await foundDepartment(visit);
  const { now, version } = presentDepartment(visit, department);
  if (visit.form.get('version') !== version) {
    const shown = Object.values(now)
      .filter((text) => text !== '')
      .join(', ');
    return editPage(visit, [{ field: '', text: `${memberTexts.staleTitle}: ${shown}. ${memberTexts.stale}` }]);
  }
  const changed = await changeTypedDepartment(visit, department, typedIn(departmentFields, visit.form, now));
  return changed.ok
    ? { kind: 'redirect', to: '/departments', said: 'department-changed' }
    : editPage(visit, changed.problem);
}

async function remove(visit: MemberVisit): Promise<Answer> {
  const errors = await removeDepartment(visit, await foundDepartment(visit));
  return errors.length === 0
    ? { kind: 'redirect', to: '/departments', said: 'department-removed' }
    : editPage(visit, errors);
}

export const departmentRoutes: readonly Route[] = [
  get('/departments', areas.departments, list),
  get('/departments/new', areas.departmentChanges, (visit) => Promise.resolve(newPage(visit))),
  post('/departments', areas.departmentChanges, add),
  get('/departments/:id', areas.departmentChanges, (visit) => editPage(visit)),
  post('/departments/:id', areas.departmentChanges, (visit) =>
    inTurnOf({ one: 'department' }, visit, () => change(visit)),
  ),
  post('/departments/:id/remove', areas.departmentChanges, remove),
];
