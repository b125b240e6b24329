import type { Database } from 'better-sqlite3';
import type { Account, AccountInput, Changes } from '../../../words/directory.ts';
import { codeTwice } from '../../directory-errors.ts';
import type { Imported } from '../../ports/directory-admin.ts';
import { accounts } from '../../tables/directory.ts';
import { prepareMembers, type DepartmentIds } from './members.ts';
import { accountOf, selectAccounts, upsertByKey } from './rows.ts';

export type AccountOperations = {
  addAccount: { input: AccountInput; result: Account };
  updateAccount: { input: { code: string; changes: Changes<AccountInput> }; result: Account | null };
  importAccounts: { input: readonly AccountInput[]; result: Imported };
};

/** Changes of accounts, to be run inside a transaction. They throw a `StoreError`. */
export function prepareAccounts(db: Database, departmentId: DepartmentIds) {
  const members = prepareMembers(db, accounts, { select: selectAccounts, read: accountOf, departmentId });
  const count = db.prepare<[], number>('SELECT count(*) FROM accounts').pluck();
  const upsert = db.prepare(upsertByKey(accounts));

  return {
    add(input: AccountInput): Account {
      members.add(input, null);
      return members.written(input.code);
    },
    update({ code, changes }: AccountOperations['updateAccount']['input']): Account | null {
      const before = members.byKey(code);
      if (before === null) return null;
      members.change(before, changes);
      return members.written(changes.code ?? code);
    },
    importAll(inputs: readonly AccountInput[]): Imported {
      if (new Set(inputs.map(({ code }) => code)).size !== inputs.length) throw codeTwice();
      const before = count.get() ?? 0;
      let written = 0;
      for (const input of inputs) written += upsert.run(...members.valuesOfNew(input)).changes;
      const added = (count.get() ?? 0) - before;
      return { added, updated: written - added };
    },
  };
}
