import type { Database } from 'better-sqlite3';
import type { Department } from '../../../words/directory.ts';
import { departmentExists, departmentInUse } from '../../directory-errors.ts';
import type { DepartmentInput } from '../../ports/store.ts';
import { prepareIds } from './ids.ts';
import { selectDepartments } from './rows.ts';

export type DepartmentOperations = {
  addDepartment: { input: DepartmentInput; result: Department };
  importDepartments: { input: readonly DepartmentInput[]; result: { added: number; changed: number } };
  renameDepartment: { input: { name: string; newName: string }; result: Department | null };
  setDepartmentCallerNumber: { input: { name: string; callerNumber: string | null }; result: Department | null };
  removeDepartment: { input: string; result: Department | null };
};

/** Changes of departments, to be run inside a transaction. A name counts in any case. They throw a `StoreError`. */
export function prepareDepartments(db: Database) {
  const ids = prepareIds(db, 'departments');
  const byName = db.prepare<[string], Department>(`${selectDepartments} WHERE name = ?`);
  const insert = db.prepare('INSERT INTO departments (id, name, caller_number) VALUES (?, ?, ?)');
  const setNumber = db.prepare('UPDATE departments SET caller_number = ? WHERE id = ?');
  const rename = db.prepare('UPDATE departments SET name = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM departments WHERE id = ?');
  const use = db.prepare<[number, number], { accounts: number; extensions: number }>(
    `SELECT (SELECT count(*) FROM accounts WHERE department_id = ?) AS accounts,
  (SELECT count(*) FROM extensions WHERE department_id = ?) AS extensions`,
  );

  const make = ({ name, callerNumber = null }: DepartmentInput): Department => {
    const id = ids.next();
    insert.run(id, name, callerNumber);
    return { id, name, callerNumber };
  };
  const add = (input: DepartmentInput): Department => {
    const known = byName.get(input.name);
    if (known !== undefined) throw departmentExists(known.name);
    return make(input);
  };
  const setCallerNumber = ({
    name,
    callerNumber,
  }: DepartmentOperations['setDepartmentCallerNumber']['input']): Department | null => {
    const department = byName.get(name);
    if (department === undefined) return null;
    setNumber.run(callerNumber, department.id);
    return { ...department, callerNumber };
  };

  return {
    /** It is made when missing; null: none. */
    idOf: (name: string | null): number | null => (name === null ? null : (byName.get(name) ?? make({ name })).id),
    add,
    setCallerNumber,
    importAll(inputs: readonly DepartmentInput[]): { added: number; changed: number } {
      let [added, changed] = [0, 0];
      for (const { name, callerNumber } of inputs) {
        const known = byName.get(name);
        if (known === undefined) {
          make({ name, callerNumber: callerNumber ?? null });
          added += 1;
        } else if (callerNumber !== undefined && callerNumber !== known.callerNumber) {
          setNumber.run(callerNumber, known.id);
          changed += 1;
        }
      }
      return { added, changed };
    },
    rename({ name, newName }: DepartmentOperations['renameDepartment']['input']): Department | null {
      const department = byName.get(name);
      if (department === undefined) return null;
      const other = byName.get(newName);
      if (other !== undefined && other.id !== department.id) throw departmentExists(other.name);
      rename.run(newName, department.id);
      return { ...department, name: newName };
    },
    remove(name: string): Department | null {
      const department = byName.get(name);
      if (department === undefined) return null;
      const used = use.get(department.id, department.id) ?? { accounts: 0, extensions: 0 };
      if (used.accounts + used.extensions > 0) throw departmentInUse(department.name, used);
      remove.run(department.id);
      ids.retire(department.id);
      return department;
    },
  };
}
