import type { Database } from 'better-sqlite3';
import { prepareAccounts, type AccountOperations } from './accounts.ts';
import { prepareDepartments, type DepartmentOperations } from './departments.ts';
import { prepareDestinations, type DestinationOperations } from './destinations.ts';
import { prepareExtensions, type ExtensionOperations } from './extensions.ts';
import type { PerformersOf } from '../performers.ts';

/** Changes of the directory, each one transaction on the writer's thread. */
export type DirectoryOperations = AccountOperations &
  ExtensionOperations &
  DepartmentOperations &
  DestinationOperations;

/** What performs each of them, inside its transaction. They throw a `StoreError`. */
export function prepareDirectory(db: Database): PerformersOf<DirectoryOperations> {
  const departments = prepareDepartments(db);
  const accounts = prepareAccounts(db, departments.idOf);
  const extensions = prepareExtensions(db, departments.idOf);
  const destinations = prepareDestinations(db);
  return {
    addAccount: (input) => accounts.add(input),
    updateAccount: (input) => accounts.update(input),
    importAccounts: (input) => accounts.importAll(input),
    addExtension: (input) => extensions.add(input),
    updateExtension: (input) => extensions.update(input),
    removeExtension: (input) => extensions.remove(input),
    importExtensions: (input) => extensions.importAll(input),
    addDepartment: (input) => departments.add(input),
    updateDepartment: (input) => departments.update(input),
    importDepartments: (input) => departments.importAll(input),
    removeDepartment: (input) => departments.remove(input),
    addDestination: (input) => destinations.add(input),
    updateDestination: (input) => destinations.update(input),
    importDestinations: (input) => destinations.importAll(input),
    removeDestination: (input) => destinations.remove(input),
  };
}
