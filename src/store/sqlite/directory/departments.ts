import type { Database } from 'better-sqlite3';
import { changesOf, type Department, type DepartmentInput } from '../../../words/directory.ts';
import { departmentExists, departmentInUse } from '../../directory-errors.ts';
import { StoreError } from '../../ports/store-error.ts';
import { departments, valuesOfNew } from '../../tables/directory.ts';
import { prepareIds } from './ids.ts';
import { departmentOf, insert, replace, selectDepartments, valuesOf, type Row } from './rows.ts';

export type DepartmentOperations = {
  addDepartment: { input: DepartmentInput; result: Department };
  importDepartments: { input: readonly DepartmentInput[]; result: { added: number; changed: number } };
  updateDepartment: { input: { name: string; changes: Partial<DepartmentInput> }; result: Department | null };
  removeDepartment: { input: string; result: Department | null };
};

/** Changes of departments, to be run inside a transaction. A name counts in any case. They throw a `StoreError`. */
export function prepareDepartments(db: Database) {
  const ids = prepareIds(db, 'departments');
  const find = db.prepare<[string], Row>(`${selectDepartments} WHERE name = ?`);
  const inserting = db.prepare(insert(departments));
  const replacing = db.prepare(replace(departments));
  const remove = db.prepare('DELETE FROM departments WHERE id = ?');
  const use = db.prepare<[number, number], { accounts: number; extensions: number }>(
    `SELECT (SELECT count(*) FROM accounts WHERE department_id = ?) AS accounts,
  (SELECT count(*) FROM extensions WHERE department_id = ?) AS extensions`,
  );

  const byName = (name: string): Department | null => {
    const row = find.get(name);
    return row === undefined ? null : departmentOf(row);
  };
  const make = (input: DepartmentInput): Department => {
    inserting.run(...valuesOf(departments, valuesOfNew(departments.fields, input)), ids.next());
    const made = byName(input.name);
    if (made === null) throw new StoreError('unavailable', `${db.name}: the department just written is not there.`);
    return made;
  };
  const change = (department: Department, changes: Partial<DepartmentInput>): Department => {
    const changed = { ...department, ...changes };
    replacing.run(...valuesOf(departments, changed), department.id);
    return changed;
  };

  return {
    /** It is made when missing; null: none. */
    idOf: (name: string | null): number | null => (name === null ? null : (byName(name) ?? make({ name })).id),
    add(input: DepartmentInput): Department {
      const known = byName(input.name);
      if (known !== null) throw departmentExists(known.name);
      return make(input);
    },
    update({ name, changes }: DepartmentOperations['updateDepartment']['input']): Department | null {
      const department = byName(name);
      if (department === null) return null;
      const other = changes.name === undefined ? null : byName(changes.name);
      if (other !== null && other.id !== department.id) throw departmentExists(other.name);
      return change(department, changes);
    },
    importAll(inputs: readonly DepartmentInput[]): { added: number; changed: number } {
      let [added, changed] = [0, 0];
      for (const input of inputs) {
        const known = byName(input.name);
        const changes = known === null ? null : changesOf(known, input);
        if (known === null) {
          make(input);
          added += 1;
        } else if (changes !== null) {
          change(known, changes);
          changed += 1;
        }
      }
      return { added, changed };
    },
    remove(name: string): Department | null {
      const department = byName(name);
      if (department === null) return null;
      const used = use.get(department.id, department.id) ?? { accounts: 0, extensions: 0 };
      if (used.accounts + used.extensions > 0) throw departmentInUse(department.name, used);
      remove.run(department.id);
      ids.retire(department.id);
      return department;
    },
  };
}
