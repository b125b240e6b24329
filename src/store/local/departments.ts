import type { Database } from 'better-sqlite3';
import type { Department } from '../../policy/directory.ts';
import { departmentExists, departmentInUse } from '../directory-errors.ts';
import { prepareIds } from './directory-ids.ts';

export type DepartmentOperations = {
  addDepartment: { input: string; result: Department };
  importDepartments: { input: readonly string[]; result: { added: number } };
  renameDepartment: { input: { name: string; newName: string }; result: Department | null };
  removeDepartment: { input: string; result: Department | null };
};

/** Changes of departments, to be run inside a transaction. A name counts in any case. They throw a `StoreError`. */
export function prepareDepartments(db: Database) {
  const ids = prepareIds(db, 'departments');
  const byName = db.prepare<[string], Department>('SELECT id, name FROM departments WHERE name = ?');
  const insert = db.prepare('INSERT INTO departments (id, name) VALUES (?, ?)');
  const rename = db.prepare('UPDATE departments SET name = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM departments WHERE id = ?');
  const use = db.prepare<[number, number], { accounts: number; extensions: number }>(
    `SELECT (SELECT count(*) FROM accounts WHERE department_id = ?) AS accounts,
  (SELECT count(*) FROM extensions WHERE department_id = ?) AS extensions`,
  );

  const make = (name: string): Department => {
    const id = ids.next();
    insert.run(id, name);
    return { id, name };
  };
  const add = (name: string): Department => {
    const known = byName.get(name);
    if (known !== undefined) throw departmentExists(known.name);
    return make(name);
  };

  return {
    /** It is made when missing; null: none. */
    idOf: (name: string | null): number | null => (name === null ? null : (byName.get(name) ?? make(name)).id),
    add,
    importAll(names: readonly string[]): { added: number } {
      let added = 0;
      for (const name of names) {
        if (byName.get(name) !== undefined) continue;
        make(name);
        added += 1;
      }
      return { added };
    },
    rename({ name, newName }: DepartmentOperations['renameDepartment']['input']): Department | null {
      const department = byName.get(name);
      if (department === undefined) return null;
      const other = byName.get(newName);
      if (other !== undefined && other.id !== department.id) throw departmentExists(other.name);
      rename.run(newName, department.id);
      return { id: department.id, name: newName };
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
