import type { Database } from 'better-sqlite3';
import type { Account } from '../../words/directory.ts';
import type { CallType } from '../../words/call-type.ts';
import { accountDefaults, StoreError } from '../ports/store.ts';
import type { AccountInput } from '../ports/store.ts';
import {
  accountOf,
  accountValues,
  insertAccount,
  replaceAccount,
  selectAccounts,
  upsertAccount,
} from './directory/rows.ts';
import type { AccountRow, AccountToStore } from './directory/rows.ts';
import { prepareDepartments } from './directory/departments.ts';
import { toStoreError } from './errors.ts';
import { prepareExtensions } from './directory/extensions.ts';
import type { OperationMessage, Operations } from './messages.ts';
import { prepareMoves } from './records/moves.ts';
import { prepareRateOperations } from './rates/tables.ts';
import { prepareRerating } from './rates/rerating.ts';
import { prepareRateReplica } from './replication/rates.ts';
import { prepareOutbox } from './records/outbox.ts';
import { prepareHeartbeats } from './records/recovery.ts';
import { prepareFreshness, prepareReplica } from './replication/directory.ts';

/** What an error of each operation is about. */
const subjects: Record<keyof Operations, string> = {
  addAccount: 'The account',
  updateAccount: 'The account',
  importAccounts: 'The account',
  saveExtension: 'The extension',
  addExtension: 'The extension',
  updateExtension: 'The extension',
  removeExtension: 'The extension',
  importExtensions: 'The extension',
  addDepartment: 'The department',
  importDepartments: 'The department',
  renameDepartment: 'The department',
  setDepartmentCallerNumber: 'The department',
  removeDepartment: 'The department',
  applyDirectory: 'The copy of the directory',
  noteFresh: 'The state of the copy',
  enableOutbox: 'The outbox',
  settleOutbox: 'The outbox',
  saveHeartbeats: 'The heartbeat',
  moveCall: 'The move',
  applyRates: 'The copy of the rates',
  removeOtherRates: 'The copy of the rates',
  saveRateTable: 'The rate table',
  assignRateTable: 'The assignment',
  rerateSome: 'The new prices',
  beginUndo: 'The new prices',
  undoSome: 'The new prices',
};

/** Makes a function that performs one of the operations as one transaction. It throws a `StoreError`. */
export function prepareOperations(
  db: Database,
  freeCallTypes?: readonly CallType[],
): (message: OperationMessage) => Operations[keyof Operations]['result'] {
  const accountByCode = db.prepare<[string], AccountRow>(`${selectAccounts} WHERE code = ?`);
  const countAccounts = db.prepare<[], number>('SELECT count(*) FROM accounts').pluck();

  const departments = prepareDepartments(db);
  const departmentId = departments.idOf;
  const extensions = prepareExtensions(db, departmentId);

  const accountWith = (input: AccountInput): AccountToStore => {
    const { department, ...rest } = input;
    return { ...accountDefaults, ...rest, departmentId: departmentId(department) };
  };

  const storedAccount = (code: string): Account => {
    const row = accountByCode.get(code);
    if (row === undefined) throw new StoreError('unavailable', `${db.name}: the account just written is not there.`);
    return accountOf(row);
  };

  const addAccount = (input: AccountInput): Account => {
    db.prepare(insertAccount).run(...accountValues(accountWith(input)));
    return storedAccount(input.code);
  };

  const updateAccount = (code: string, changes: Partial<AccountInput>): Account | null => {
    const row = accountByCode.get(code);
    if (row === undefined) return null;
    const { department, ...rest } = changes;
    const changed = { ...accountOf(row), ...rest };
    if (department !== undefined) changed.departmentId = departmentId(department);
    db.prepare(replaceAccount).run(...accountValues(changed), row.id);
    return storedAccount(changed.code);
  };

  const importAccounts = (inputs: readonly AccountInput[]): { added: number; updated: number } => {
    const codes = new Set(inputs.map((input) => input.code));
    if (codes.size !== inputs.length) throw new StoreError('duplicate', 'The import names a code more than once.');
    const before = countAccounts.get() ?? 0;
    const upsert = db.prepare(upsertAccount);
    for (const input of inputs) upsert.run(...accountValues(accountWith(input)));
    const added = (countAccounts.get() ?? 0) - before;
    return { added, updated: inputs.length - added };
  };

  const rates = prepareRateOperations(db);
  const rateReplica = prepareRateReplica(db);
  const rerating = prepareRerating(db, freeCallTypes);
  const saveHeartbeats = prepareHeartbeats(db);
  const applyDirectory = prepareReplica(db);
  const noteFresh = prepareFreshness(db);
  const outbox = prepareOutbox(db);
  const moveCall = prepareMoves(db, freeCallTypes);

  const perform = db.transaction((message: OperationMessage): Operations[keyof Operations]['result'] => {
    switch (message.name) {
      case 'addAccount':
        return addAccount(message.input);
      case 'updateAccount':
        return updateAccount(message.input.code, message.input.changes);
      case 'importAccounts':
        return importAccounts(message.input);
      case 'saveExtension':
        return extensions.save(message.input);
      case 'addExtension':
        return extensions.add(message.input);
      case 'updateExtension':
        return extensions.update(message.input);
      case 'removeExtension':
        return extensions.remove(message.input);
      case 'importExtensions':
        return extensions.importAll(message.input);
      case 'addDepartment':
        return departments.add(message.input);
      case 'importDepartments':
        return departments.importAll(message.input);
      case 'renameDepartment':
        return departments.rename(message.input);
      case 'setDepartmentCallerNumber':
        return departments.setCallerNumber(message.input);
      case 'removeDepartment':
        return departments.remove(message.input);
      case 'applyDirectory':
        return applyDirectory(message.input);
      case 'noteFresh':
        return noteFresh(message.input);
      case 'enableOutbox':
        return outbox.enable();
      case 'settleOutbox':
        return outbox.settle(message.input);
      case 'moveCall':
        return moveCall(message.input);
      case 'saveHeartbeats':
        return saveHeartbeats(message.input);
      case 'applyRates':
        return rateReplica.apply(message.input);
      case 'removeOtherRates':
        return rateReplica.removeOthers(message.input);
      case 'saveRateTable':
        return rates.saveRateTable(message.input);
      case 'assignRateTable':
        return rates.assignRateTable(message.input);
      case 'rerateSome':
        return rerating.rerateSome(message.input);
      case 'beginUndo':
        return rerating.beginUndo(message.input);
      case 'undoSome':
        return rerating.undoSome(message.input);
    }
  });

  return (message) => {
    try {
      return perform.immediate(message);
    } catch (error) {
      throw toStoreError(error, db.name, subjects[message.name]);
    }
  };
}
