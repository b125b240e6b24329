import type { Database } from 'better-sqlite3';
import type { CallType } from '../../words/call-type.ts';
import { prepareDirectory } from './directory/operations.ts';
import { toStoreError } from './errors.ts';
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
  addExtension: 'The extension',
  updateExtension: 'The extension',
  removeExtension: 'The extension',
  importExtensions: 'The extension',
  addDepartment: 'The department',
  importDepartments: 'The department',
  updateDepartment: 'The department',
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
  const directory = prepareDirectory(db);
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
        return directory.addAccount(message.input);
      case 'updateAccount':
        return directory.updateAccount(message.input);
      case 'importAccounts':
        return directory.importAccounts(message.input);
      case 'addExtension':
        return directory.addExtension(message.input);
      case 'updateExtension':
        return directory.updateExtension(message.input);
      case 'removeExtension':
        return directory.removeExtension(message.input);
      case 'importExtensions':
        return directory.importExtensions(message.input);
      case 'addDepartment':
        return directory.addDepartment(message.input);
      case 'updateDepartment':
        return directory.updateDepartment(message.input);
      case 'importDepartments':
        return directory.importDepartments(message.input);
      case 'removeDepartment':
        return directory.removeDepartment(message.input);
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
