import type { Database } from 'better-sqlite3';
import type { Department, DepartmentInput } from '../../../words/directory.ts';
import { departmentExists, departmentInUse } from '../../directory-errors.ts';
import { departments, useOf } from '../../tables/directory.ts';
import { prepareNamed } from './named.ts';
import { departmentOf, selectDepartments, selectDepartmentUse, type Row } from './rows.ts';

export type DepartmentOperations = {
  addDepartment: { input: DepartmentInput; result: Department };
  importDepartments: { input: readonly DepartmentInput[]; result: { added: number; changed: number } };
  updateDepartment: { input: { name: string; changes: Partial<DepartmentInput> }; result: Department | null };
  removeDepartment: { input: string; result: Department | null };
};

/** Changes of departments, to be run inside a transaction. They throw a `StoreError`. */
export function prepareDepartments(db: Database) {
  const named = prepareNamed<Department, DepartmentInput>(
    db,
    { ...departments, sqlite: 'departments' },
    { select: selectDepartments, read: departmentOf, exists: departmentExists },
  );
  const use = db.prepare<[number], Row>(`${selectDepartmentUse} WHERE id = ?`);
  const unassigning = db.prepare('DELETE FROM department_rate_tables WHERE department_id = ?');
  return {
    ...named,
    /** It is made when missing; null: none. */
    idOf: (name: string | null): number | null =>
      name === null ? null : (named.byName(name) ?? named.make({ name })).id,
    remove: (name: string): Department | null =>
      named.remove(name, (department) => {
        const used = useOf(use.get(department.id) ?? {});
        if (used.accounts + used.extensions > 0) throw departmentInUse(department.name, used);
        unassigning.run(department.id);
      }),
  };
}
