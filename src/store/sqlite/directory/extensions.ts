import type { Database } from 'better-sqlite3';
import type { Extension } from '../../../words/directory.ts';
import { noDefaultAccount, numberTwice } from '../../directory-errors.ts';
import { extensionDefaults, StoreError, type ExtensionInput, type RemovedExtension } from '../../ports/store.ts';
import { prepareIds } from './ids.ts';
import { extensionOf, extensionValues, insertExtension, replaceExtension, selectExtensions } from './rows.ts';
import type { ExtensionRow } from './rows.ts';

export type ExtensionOperations = {
  saveExtension: { input: ExtensionInput; result: Extension };
  addExtension: { input: ExtensionInput; result: Extension };
  updateExtension: { input: { number: string; changes: Partial<ExtensionInput> }; result: Extension | null };
  removeExtension: { input: string; result: RemovedExtension | null };
  importExtensions: { input: readonly ExtensionInput[]; result: { added: number; updated: number } };
};

/** Changes of extensions, to be run inside a transaction. `departmentId`: by name, made when missing. */
export function prepareExtensions(db: Database, departmentId: (name: string | null) => number | null) {
  const ids = prepareIds(db, 'extensions');
  const byNumber = db.prepare<[string], ExtensionRow>(`${selectExtensions} WHERE number = ?`);
  const insert = db.prepare(insertExtension);
  const replace = db.prepare(replaceExtension);
  const remove = db.prepare('DELETE FROM extensions WHERE id = ?');

  const hasAccount = db.prepare<[number], number>('SELECT 1 FROM accounts WHERE id = ?').pluck();

  const stored = (number: string): Extension => {
    const row = byNumber.get(number);
    if (row === undefined) throw new StoreError('unavailable', `${db.name}: the extension just written is not there.`);
    return extensionOf(row);
  };
  const checkAccount = ({ defaultAccountId }: Partial<ExtensionInput>): void => {
    if (defaultAccountId == null || hasAccount.get(defaultAccountId) !== undefined) return;
    throw noDefaultAccount();
  };

  const add = (input: ExtensionInput): Extension => {
    const { department, ...rest } = input;
    checkAccount(input);
    insert.run(
      ...extensionValues({ ...extensionDefaults, ...rest, departmentId: departmentId(department) }),
      ids.next(),
    );
    return stored(input.number);
  };
  const update = ({ number, changes }: ExtensionOperations['updateExtension']['input']): Extension | null => {
    const row = byNumber.get(number);
    if (row === undefined) return null;
    const { department, ...rest } = changes;
    checkAccount(changes);
    const extension = { ...extensionOf(row), ...rest };
    if (department !== undefined) extension.departmentId = departmentId(department);
    replace.run(...extensionValues(extension), extension.id);
    return stored(extension.number);
  };
  const replaceAll = (input: ExtensionInput): Extension | null =>
    update({ number: input.number, changes: { ...extensionDefaults, ...input } });

  return {
    add,
    update,
    save: (input: ExtensionInput): Extension => replaceAll(input) ?? add(input),
    remove(number: string): RemovedExtension | null {
      const row = byNumber.get(number);
      if (row === undefined) return null;
      remove.run(row.id);
      ids.retire(row.id);
      return { id: row.id, number: row.number, name: row.name };
    },
    importAll(inputs: readonly ExtensionInput[]): { added: number; updated: number } {
      if (new Set(inputs.map(({ number }) => number)).size !== inputs.length) throw numberTwice();
      let updated = 0;
      for (const input of inputs) {
        if (replaceAll(input) === null) add(input);
        else updated += 1;
      }
      return { added: inputs.length - updated, updated };
    },
  };
}
