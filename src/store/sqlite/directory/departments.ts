import type { Database } from 'better-sqlite3';
import { changesOf, type Department, type DepartmentInput } from '../../../words/directory.ts';
import { departmentExists, departmentInUse } from '../../directory-errors.ts';
import { StoreError } from '../../ports/store-error.ts';
import { departments, useOf, valuesOfNew } from '../../tables/directory.ts';
import { prepareIds } from './ids.ts';
import { departmentOf, insert, replace, selectDepartments, selectDepartmentUse, valuesOf, type Row } from './rows.ts';

export type DepartmentOperations = {
  addDepartment: { input: DepartmentInput; result: Department };
  importDepartments: { input: readonly DepartmentInput[]; result: { added: number; changed: number } };
  updateDepartment: { input: { name: string; changes: Partial<DepartmentInput> }; result: Department | null };
  removeDepartment: { input: string; result: Department | null };
};

function prepareRows(db: Database) {
  const ids = prepareIds(db, 'departments');
  const find = db.prepare<[string], Row>(`${selectDepartments} WHERE name = ?`);
  const inserting = db.prepare(insert(departments));
  const replacing = db.prepare(replace(departments));
  const deleting = db.prepare('DELETE FROM departments WHERE id = ?');
  const unassigning = db.prepare('DELETE FROM department_rate_tables WHERE department_id = ?');

  const byName = (name: string): Department | null => {
    const row = find.get(name);
    return row === undefined ? null : departmentOf(row);
  };
  return {
    byName,
    make(input: DepartmentInput): Department {
      inserting.run(...valuesOf(departments, valuesOfNew(departments.fields, input)), ids.next());
      const made = byName(input.name);
      if (made === null) throw new StoreError('unavailable', `${db.name}: the department just written is not there.`);
      return made;
    },
    change(department: Department, changes: Partial<DepartmentInput>): Department {
      const changed = { ...department, ...changes };
      replacing.run(...valuesOf(departments, changed), department.id);
      return changed;
    },
    remove(id: number): void {
      deleting.run(id);
      unassigning.run(id);
      ids.retire(id);
    },
  };
}

/** Changes of departments, to be run inside a transaction. A name counts in any case. They throw a `StoreError`. */
export function prepareDepartments(db: Database) {
  const rows = prepareRows(db);
  const use = db.prepare<[number], Row>(`${selectDepartmentUse} WHERE id = ?`);

  return {
    /** It is made when missing; null: none. */
    idOf: (name: string | null): number | null =>
      name === null ? null : (rows.byName(name) ?? rows.make({ name })).id,
    add(input: DepartmentInput): Department {
      const known = rows.byName(input.name);
      if (known !== null) throw departmentExists(known.name);
      return rows.make(input);
    },
    update({ name, changes }: DepartmentOperations['updateDepartment']['input']): Department | null {
      const department = rows.byName(name);
      if (department === null) return null;
      const other = changes.name === undefined ? null : rows.byName(changes.name);
      if (other !== null && other.id !== department.id) throw departmentExists(other.name);
      return rows.change(department, changes);
    },
    importAll(inputs: readonly DepartmentInput[]): { added: number; changed: number } {
      let [added, changed] = [0, 0];
      for (const input of inputs) {
        const known = rows.byName(input.name);
        const changes = known === null ? null : changesOf(known, input);
        if (known === null) {
          rows.make(input);
          added += 1;
        } else if (changes !== null) {
          rows.change(known, changes);
          changed += 1;
        }
      }
      return { added, changed };
    },
    remove(name: string): Department | null {
      const department = rows.byName(name);
      if (department === null) return null;
      const used = useOf(use.get(department.id) ?? {});
      if (used.accounts + used.extensions > 0) throw departmentInUse(department.name, used);
      rows.remove(department.id);
      return department;
    },
  };
}
