import type { Database } from 'better-sqlite3';
import { prepareAlerts } from './alerts/operations.ts';
import { prepareConsole } from './console/operations.ts';
import { prepareSharedConsole } from './console/shared-operations.ts';
import type { HeldGroups } from './directory/limit-groups.ts';
import { prepareDirectory } from './directory/operations.ts';
import { toStoreError } from './errors.ts';
import type { OperationMessage, Operations } from './messages.ts';
import { prepareKeepShares } from './ledger/replica.ts';
import { prepareLedgerOperations } from './ledger/operations.ts';
import { prepareLocks } from './locks/operations.ts';
import { prepareWatch } from './watch/operations.ts';
import { prepareHookOperations } from './hooks/operations.ts';
import { prepareMoves } from './records/moves.ts';
import { prepareRateOperations } from './rates/tables.ts';
import { prepareRerating } from './rates/rerating.ts';
import { prepareRateReplica } from './replication/rates.ts';
import { prepareRetention } from './retention/operations.ts';
import { prepareOutbox } from './records/outbox.ts';
import { prepareHeartbeats } from './records/recovery.ts';
import { prepareFollowCalls } from './replication/calls.ts';
import { prepareFreshness, prepareReplica } from './replication/directory.ts';
import { prepareCarrying } from './carrying/operations.ts';
import { prepareTaking } from './carrying/taking.ts';
import { prepareCopy } from './replication/origin.ts';
import { prepareRepricing, ratesCompleteSetting } from './replication/repricing.ts';
import { prepareSet } from './settings.ts';
import type { PricingRules } from '../../words/pricing-rules.ts';
import type { PerformersOf } from './performers.ts';

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
  addDestination: 'The destination',
  importDestinations: 'The destination',
  updateDestination: 'The destination',
  removeDestination: 'The destination',
  applyDirectory: 'The copy of the directory',
  followCalls: 'The call record',
  noteFresh: 'The state of the copy',
  noteSource: 'The state of the copy',
  noteMadeHere: 'The state of the copy',
  noteMark: 'The state of the copy',
  renewFileId: 'The state of the copy',
  askAgain: 'The state of the copy',
  beginAgain: 'The state of the copy',
  resend: 'The outbox',
  resendSetAside: 'The outbox',
  noteMove: 'The state of the move',
  queueRecords: 'The outbox',
  switchSource: 'The state of the copy',
  takeReratings: 'The re-rating',
  takeHistory: 'The history',
  takeRecords: 'The call record',
  leaveSource: 'The state of the copy',
  enableOutbox: 'The outbox',
  settleOutbox: 'The outbox',
  payIn: 'The payment',
  tendLedger: 'The ledger',
  followGroups: 'The ledger',
  keepShares: 'The share of an amount',
  addUser: 'The user',
  changeUser: 'The user',
  openSession: 'The session',
  seeSession: 'The session',
  endSessions: 'The session',
  addToken: 'The token',
  revokeToken: 'The token',
  seeToken: 'The token',
  beginRequest: 'The request',
  keepAnswer: 'The request',
  forgetRequest: 'The request',
  saveReport: 'The report',
  removeSavedReport: 'The report',
  scheduleReport: 'The schedule',
  saveTemplate: 'The template',
  removeTemplate: 'The template',
  noteTemplate: 'The template',
  appendAudit: 'The line of the audit trail',
  beginSharing: 'What is shared of the console',
  takeRows: 'What is shared of the console',
  noteAuditSent: 'What is shared of the console',
  takeAudit: 'The line of the audit trail',
  audited: 'The change',
  keepLock: 'The lock of a phone',
  timeLock: 'The lock of a phone',
  releaseLocks: 'The lock of a phone',
  takeLocks: 'The lock of a phone',
  keepAlert: 'The alert',
  noteDelivery: 'The delivery of an alert',
  noteDestinations: 'The destination of a call',
  keepHookTargets: 'The targets of webhooks',
  noteHooks: 'The event of a call',
  settleHooks: 'The event of a call',
  hurryHooks: 'The event of a call',
  trimHooks: 'The event of a call',
  saveHeartbeats: 'The heartbeat',
  moveCall: 'The move',
  applyRates: 'The copy of the rates',
  removeOtherRates: 'The copy of the rates',
  noteRatesComplete: 'The state of the copy',
  priceAgain: 'The new prices',
  saveRateTable: 'The rate table',
  assignRateTable: 'The assignment',
  rerateSome: 'The new prices',
  beginUndo: 'The new prices',
  undoSome: 'The new prices',
  shortenSome: 'What records no longer say',
  forgetSomeCodes: 'What records no longer say',
  removeSome: 'The removal of records',
  eraseCalls: 'The erasure',
  eraseCallingNumbers: 'The erasure',
  eraseWords: 'The erasure',
  eraseStatements: 'The erasure',
};

type Performers = PerformersOf<Omit<Operations, 'audited'>>;

function preparePerformers(db: Database, groups: HeldGroups, rules?: PricingRules): Performers {
  const outbox = prepareOutbox(db);
  const rateReplica = prepareRateReplica(db);
  const set = prepareSet(db);
  return {
    ...prepareDirectory(db),
    ...prepareCopy(db),
    ...prepareCarrying(db),
    ...prepareLedgerOperations(db, groups),
    keepShares: prepareKeepShares(db),
    ...prepareLocks(db),
    ...prepareRetention(db),
    ...prepareAlerts(db),
    ...prepareWatch(db),
    ...prepareHookOperations(db),
    ...prepareConsole(db),
    ...prepareSharedConsole(db),
    ...prepareTaking(db),
    ...prepareRateOperations(db),
    ...prepareRerating(db, rules),
    applyDirectory: prepareReplica(db),
    followCalls: prepareFollowCalls(db),
    noteFresh: prepareFreshness(db),
    enableOutbox: () => outbox.enable(),
    settleOutbox: (settlement) => outbox.settle(settlement),
    saveHeartbeats: prepareHeartbeats(db),
    moveCall: prepareMoves(db, rules),
    applyRates: (batch) => rateReplica.apply(batch),
    removeOtherRates: (of) => rateReplica.removeOthers(of),
    noteRatesComplete(atMs) {
      set.run(ratesCompleteSetting, atMs);
      return null;
    },
    priceAgain: prepareRepricing(db, rules),
  };
}

/** Makes a function that performs one of the operations as one transaction. It throws a `StoreError`. */
export function prepareOperations(
  db: Database,
  groups: HeldGroups,
  rules?: PricingRules,
): (message: OperationMessage) => Operations[keyof Operations]['result'] {
  const performers = preparePerformers(db, groups, rules);
  const performOne = <Name extends keyof Performers>({ name, input }: Pick<OperationMessage<Name>, 'name' | 'input'>) =>
    performers[name](input);
  const performAny = (message: Pick<OperationMessage, 'name' | 'input'>): Operations[keyof Operations]['result'] => {
    if (message.name !== 'audited') return performOne(message as OperationMessage<keyof Performers>);
    const { entry, operation } = (message as OperationMessage<'audited'>).input;
    const result = performAny(operation);
    performers.appendAudit(entry);
    return result;
  };
  const perform = db.transaction((message: OperationMessage): Operations[keyof Operations]['result'] =>
    performAny(message),
  );

  return (message) => {
    try {
      return perform.immediate(message);
    } catch (error) {
      const { name } = message.name === 'audited' ? message.input.operation : message;
      throw toStoreError(error, db.name, subjects[name]);
    }
  };
}
