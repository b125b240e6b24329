import type { Database } from 'better-sqlite3';
import { prepareAccounts, type AccountOperations } from './accounts.ts';
import { prepareDepartments, type DepartmentOperations } from './departments.ts';
import { prepareExtensions, type ExtensionOperations } from './extensions.ts';

/** Changes of the directory, each one transaction on the writer's thread. */
export type DirectoryOperations = AccountOperations & ExtensionOperations & DepartmentOperations;

/** What performs each of them, inside its transaction. They throw a `StoreError`. */
export function prepareDirectory(db: Database): {
  [name in keyof DirectoryOperations]: (
    input: DirectoryOperations[name]['input'],
  ) => DirectoryOperations[name]['result'];
} {
  const departments = prepareDepartments(db);
  const accounts = prepareAccounts(db, departments.idOf);
  const extensions = prepareExtensions(db, departments.idOf);
  return {
    addAccount: accounts.add,
    updateAccount: accounts.update,
    importAccounts: accounts.importAll,
    addExtension: extensions.add,
    updateExtension: extensions.update,
    removeExtension: extensions.remove,
    importExtensions: extensions.importAll,
    addDepartment: departments.add,
    updateDepartment: departments.update,
    importDepartments: departments.importAll,
    removeDepartment: departments.remove,
  };
}
