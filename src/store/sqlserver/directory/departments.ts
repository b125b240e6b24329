import sql from 'mssql';
import type { Department, DepartmentInput } from '../../../words/directory.ts';
import { departmentExists, departmentInUse } from '../../directory-errors.ts';
import { departments, useOf } from '../../tables/directory.ts';
import { namedOf } from './named.ts';
import { departmentOf, selectDepartments, selectDepartmentUse, type Row } from './rows.ts';
import { requestOn } from '../request.ts';

/** Changes of departments, inside a transaction. They throw a `StoreError` or mssql's error. */

const named = namedOf<Department, DepartmentInput>(departments, {
  ...{ select: selectDepartments, read: departmentOf, exists: departmentExists },
});

/** It is made when missing; null: none. */
export async function departmentIdOf(transaction: sql.Transaction, name: string | null): Promise<number | null> {
  if (name === null) return null;
  return ((await named.byName(transaction, name)) ?? (await named.make(transaction, { name }))).id;
}

/** The ids of all these names at once. */
export async function departmentIdsOf(
  transaction: sql.Transaction,
  names: Iterable<string | null>,
): Promise<ReadonlyMap<string | null, number | null>> {
  const ids = new Map<string | null, number | null>();
  for (const name of new Set(names)) ids.set(name, await departmentIdOf(transaction, name));
  return ids;
}

export const addDepartment = named.add;
export const updateDepartment = named.update;
export const importDepartments = named.importAll;

export const removeDepartment = (transaction: sql.Transaction, name: string): Promise<Department | null> =>
  named.remove(transaction, name, async (department) => {
    const { recordset } = await requestOn(transaction)
      .input('id', sql.Int(), department.id)
      .query<Row>(`${selectDepartmentUse} WHERE Id = @id`);
    const use = useOf(recordset[0] ?? {});
    if (use.accounts + use.extensions > 0) throw departmentInUse(department.name, use);
  });
