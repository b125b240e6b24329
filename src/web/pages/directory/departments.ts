import type { DepartmentUse } from '../../../store/ports/directory-admin.ts';
import { departmentFields, type DepartmentInput } from '../../../words/directory.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Part } from '../../html.ts';
import { get, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { departmentTexts as texts } from '../../texts/directory.ts';
import { linkButton, table, withQuery } from '../elements.ts';
import { keepingNamed, namedRoutes, type NamedKind } from './named.ts';

type Kept = Pick<DepartmentUse, 'id' | 'name'>;

const departments: NamedKind<Kept, DepartmentInput> = {
  ...{ one: 'department', path: '/departments', fields: departmentFields, texts },
  first: ['name', 'callerNumber', 'mail'],
  done: { added: 'department-added', changed: 'department-changed', removed: 'department-removed' },
  list: ({ parts }) => parts.store.listDepartmentUse(),
  add: (changes, input) => changes.addDepartment(input),
  update: (changes, name, input) => changes.updateDepartment(name, input),
  remove: (changes, name) => changes.removeDepartment(name),
};
export const departmentKeeping = keepingNamed(departments);

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

export const departmentRoutes: readonly Route[] = [
  get('/departments', areas.departments, list),
  ...namedRoutes(departments, departmentKeeping),
];
