import type { Database } from 'better-sqlite3';
import type { Changes, Extension, ExtensionInput } from '../../../words/directory.ts';
import { noDefaultAccount, numberTwice } from '../../directory-errors.ts';
import type { Imported, RemovedExtension } from '../../ports/directory-admin.ts';
import { extensions } from '../../tables/directory.ts';
import { prepareIds } from './ids.ts';
import { prepareMembers, type DepartmentIds } from './members.ts';
import { extensionOf, replace, selectExtensions } from './rows.ts';

export type ExtensionOperations = {
  addExtension: { input: ExtensionInput; result: Extension };
  updateExtension: { input: { number: string; changes: Changes<ExtensionInput> }; result: Extension | null };
  removeExtension: { input: string; result: RemovedExtension | null };
  importExtensions: { input: readonly ExtensionInput[]; result: Imported };
};

/** Changes of extensions, to be run inside a transaction. They throw a `StoreError`. */
export function prepareExtensions(db: Database, departmentId: DepartmentIds) {
  const ids = prepareIds(db, 'extensions');
  const members = prepareMembers(db, extensions, { select: selectExtensions, read: extensionOf, departmentId });
  // Without reading its lists, which may hold what this version does not know.
  const known = db.prepare<[string], RemovedExtension>('SELECT id, number, name FROM extensions WHERE number = ?');
  const replacing = db.prepare(replace(extensions));
  const remove = db.prepare('DELETE FROM extensions WHERE id = ?');
  const hasAccount = db.prepare<[number], number>('SELECT 1 FROM accounts WHERE id = ?').pluck();

  const checkAccount = ({ defaultAccountId }: Pick<Partial<ExtensionInput>, 'defaultAccountId'>): void => {
    if (defaultAccountId == null || hasAccount.get(defaultAccountId) !== undefined) return;
    throw noDefaultAccount();
  };
  const add = (input: ExtensionInput): void => {
    checkAccount(input);
    members.add(input, ids.next());
  };
  /** Whether there was one to replace. */
  const replaced = (input: ExtensionInput): boolean => {
    const before = known.get(input.number);
    if (before === undefined) return false;
    checkAccount(input);
    replacing.run(...members.valuesOfNew(input), before.id);
    return true;
  };

  return {
    add(input: ExtensionInput): Extension {
      add(input);
      return members.written(input.number);
    },
    update({ number, changes }: ExtensionOperations['updateExtension']['input']): Extension | null {
      const before = members.byKey(number);
      if (before === null) return null;
      checkAccount(changes);
      members.change(before, changes);
      return members.written(changes.number ?? number);
    },
    remove(number: string): RemovedExtension | null {
      const extension = known.get(number);
      if (extension === undefined) return null;
      remove.run(extension.id);
      ids.retire(extension.id);
      return extension;
    },
    importAll(inputs: readonly ExtensionInput[]): Imported {
      if (new Set(inputs.map(({ number }) => number)).size !== inputs.length) throw numberTwice();
      let updated = 0;
      for (const input of inputs) {
        if (replaced(input)) updated += 1;
        else add(input);
      }
      return { added: inputs.length - updated, updated };
    },
  };
}
