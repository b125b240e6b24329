import type sql from 'mssql';
import type { DirectoryAdmin } from '../../ports/directory-admin.ts';
import { within } from '../transaction.ts';
import { addAccount, importAccounts, updateAccount } from './accounts.ts';
import { addDepartment, importDepartments, removeDepartment, updateDepartment } from './departments.ts';
import { addDestination, importDestinations, removeDestination, updateDestination } from './destinations.ts';
import type { DirectoryReader } from './directory.ts';
import { addExtension, importExtensions, removeExtension, updateExtension } from './extensions.ts';

/** All of an import is one statement: a million rows take minutes. */
const importMs = 600_000;

/** Changes of the directory, each one transaction; they reject with a `StoreError`, and then nothing was changed. */
export function writeDirectory(pool: sql.ConnectionPool, where: string): Omit<DirectoryAdmin, keyof DirectoryReader> {
  const changing =
    <Args extends unknown[], T>(
      what: string,
      work: (transaction: sql.Transaction, ...args: Args) => Promise<T>,
      patienceMs: number | null = null,
    ) =>
    (...args: Args): Promise<T> =>
      within(pool, where, what, (transaction) => work(transaction, ...args), patienceMs);

  return {
    addAccount: changing('The account', addAccount),
    updateAccount: changing('The account', updateAccount),
    importAccounts: changing('The account', importAccounts, importMs),
    addExtension: changing('The extension', addExtension),
    updateExtension: changing('The extension', updateExtension),
    removeExtension: changing('The extension', removeExtension),
    importExtensions: changing('The extension', importExtensions, importMs),
    addDepartment: changing('The department', addDepartment),
    updateDepartment: changing('The department', updateDepartment),
    importDepartments: changing('The department', importDepartments, importMs),
    removeDepartment: changing('The department', removeDepartment),
    addDestination: changing('The destination', addDestination),
    updateDestination: changing('The destination', updateDestination),
    importDestinations: changing('The destination', importDestinations, importMs),
    removeDestination: changing('The destination', removeDestination),
  };
}
