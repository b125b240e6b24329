import { z } from 'zod';
import { problemsJson, shownJson } from '../../directory/showing.ts';
import { departmentFields as fields, type Department } from '../../words/directory.ts';
import { areas } from '../access/areas.ts';
import {
  addTypedDepartment,
  changeTypedDepartment,
  foundDepartment,
  presentDepartment,
  removeDepartment,
  viewOf,
} from '../pages/directory/departments.ts';
import { inTurnOf } from '../pages/directory/keeping.ts';
import type { ApiAnswer, ApiRoute, ApiVisit } from '../route.ts';
import { changeSchema, newSchema, refused, shownSchema, typedFrom } from './fields.ts';
import { api, checkMatch } from './operation.ts';
import { limitIn, pageOf, pageQuery } from './paging.ts';

const schema = shownSchema(fields, { id: z.int() });
const Department = { name: 'Department', schema };
const DepartmentPage = { name: 'DepartmentPage', schema: pageOf(schema) };

const jsonOf = (visit: ApiVisit, department: Department): object => ({
  id: department.id,
  ...shownJson(fields, department, viewOf(visit)),
  ...problemsJson(department),
});

const answerWith = (visit: ApiVisit, department: Department): ApiAnswer => ({
  ...{ value: jsonOf(visit, department), location: `/api/v1/departments/${department.id}` },
  etag: presentDepartment(visit, department).version,
});

/** By id, which stays where a name changes; `next` is the last id of the page. */
async function list(visit: ApiVisit): Promise<ApiAnswer> {
  const after = Number(visit.query.get('after') ?? 0);
  const limit = limitIn(visit.query);
  const found = (await visit.parts.store.listDepartments()).sort((a, b) => a.id - b.id).filter(({ id }) => id > after);
  const shown = found.slice(0, limit);
  const next = found.length > limit ? String(shown.at(-1)?.id ?? '') : null;
  return { value: { items: shown.map((department) => jsonOf(visit, department)), next } };
}

async function add(visit: ApiVisit, body: Readonly<Record<string, unknown>>): Promise<ApiAnswer> {
  const added = await addTypedDepartment(visit, typedFrom(fields, body));
  if (!added.ok) throw refused(fields, added.problem);
  return answerWith(visit, added.value);
}

/** What the program has seen, and nothing later. */
const guarded = (visit: ApiVisit, work: (department: Department) => Promise<ApiAnswer>): Promise<ApiAnswer> =>
  inTurnOf({ one: 'department' }, visit, async () => {
    const department = await foundDepartment(visit);
    checkMatch(visit, presentDepartment(visit, department).version);
    return work(department);
  });

const change = (visit: ApiVisit, body: Readonly<Record<string, unknown>>): Promise<ApiAnswer> =>
  guarded(visit, async (department) => {
    const changed = await changeTypedDepartment(visit, department, typedFrom(fields, body));
    if (!changed.ok) throw refused(fields, changed.problem);
    return answerWith(visit, changed.value);
  });

const remove = (visit: ApiVisit): Promise<ApiAnswer> =>
  guarded(visit, async (department) => {
    const errors = await removeDepartment(visit, department);
    if (errors.length > 0) throw refused(fields, errors);
    return { value: jsonOf(visit, department) };
  });

const query = z.strictObject({
  ...pageQuery,
  after: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional()
    .describe('`next` of the page before'),
});
const gives = { gives: Department, status: 200, hasVersion: true } as const;

export const departmentApi: readonly ApiRoute[] = [
  api(
    'GET /departments',
    areas.departments,
    {
      ...{ id: 'listDepartments', summary: 'Departments, by id', scope: 'departments:read' },
      ...{ query, gives: DepartmentPage, status: 200 },
    },
    list,
  ),
  api(
    'POST /departments',
    areas.departmentChanges,
    {
      ...{ id: 'addDepartment', summary: 'Adds a department', scope: 'departments:write' },
      ...{ ...gives, status: 201, body: { name: 'NewDepartment', schema: newSchema(fields) } },
    },
    add,
  ),
  api(
    'GET /departments/:id',
    areas.departments,
    { ...gives, id: 'getDepartment', summary: 'One department', scope: 'departments:read' },
    async (visit) => answerWith(visit, await foundDepartment(visit)),
  ),
  api(
    'PATCH /departments/:id',
    areas.departmentChanges,
    {
      ...{ id: 'changeDepartment', summary: 'Changes what is given of a department', scope: 'departments:write' },
      ...{ ...gives, isGuarded: true, body: { name: 'DepartmentChange', schema: changeSchema(fields) } },
    },
    change,
  ),
  api(
    'DELETE /departments/:id',
    areas.departmentChanges,
    {
      ...{
        id: 'removeDepartment',
        summary: 'Removes a department that nothing belongs to',
        scope: 'departments:write',
      },
      ...{ gives: Department, status: 200, isGuarded: true },
    },
    remove,
  ),
];
