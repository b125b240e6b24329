import type { MessagePort } from 'node:worker_threads';
import { withSoundTimes } from '../../records/closing.ts';
import type { MovingStore, TakingStore } from '../ports/moving-store.ts';
import { withFittingTexts } from '../../records/fitting.ts';
import type { CallReplica } from '../ports/call-replica.ts';
import type { AlertStore } from '../ports/alerts.ts';
import type { WatchStore } from '../ports/watch.ts';
import type { HookStore } from '../ports/hooks.ts';
import type { ConsoleReplica } from '../ports/console-replica.ts';
import type { AuditableChanges, ConsoleStore } from '../ports/console-store.ts';
import type { MoveStore } from '../ports/move-store.ts';
import type { RecoveryStore } from '../ports/recovery-store.ts';
import type { LedgerReplica } from '../ports/ledger-replica.ts';
import type { LedgerStore } from '../ports/ledger.ts';
import type { LockReplica, LockTimes } from '../ports/phone-locks.ts';
import type { RateReplicaStore } from '../ports/rate-replica.ts';
import type { RateBrowser } from '../ports/rate-store.ts';
import type { ErasingStore, RetentionStore } from '../ports/retention.ts';
import type { LimitGroupsReader } from '../ports/limit-groups.ts';
import type { UsageReader } from '../ports/usage.ts';
import type { ReplicaStore } from '../ports/replica-store.ts';
import type { CallDirectory } from '../ports/directory-lookup.ts';
import type { Store } from '../ports/store.ts';
import { toRow } from './records/rows.ts';
import { readCallRecords } from './records/records.ts';
import type { Database } from 'better-sqlite3';
import { consoleReplica } from './console/shared-store.ts';
import { consoleStore } from './console/store.ts';
import { openForReading } from './database.ts';
import { holdLimitGroups } from './directory/limit-groups.ts';
import { readDirectory } from './directory/directory.ts';
import { readMoves } from './records/moves.ts';
import { importRates } from './rates/import.ts';
import { browseRates } from './rates/browsing.ts';
import { readRates } from './rates/rates.ts';
import { readRateTables } from './rates/tables.ts';
import { readUsage } from './records/usage.ts';
import { retentionStore } from './retention/store.ts';
import { readRecovery } from './records/recovery.ts';
import { callReplica } from './replication/calls.ts';
import { replicaStore } from './replication/replica.ts';
import { reratingStore } from './rates/rerating-store.ts';
import { readLedger } from './ledger/reading.ts';
import { ledgerReplica } from './ledger/replica.ts';
import { alertStore } from './alerts/store.ts';
import { watchStore } from './watch/store.ts';
import { hookStore } from './hooks/store.ts';
import { lockStore } from './locks/store.ts';
import { movingStore } from './carrying/store.ts';
import type { Perform } from './performer.ts';
import { readNow } from './reading.ts';
import { startWriter } from './writer.ts';
import type { WriterOptions, WriterStats } from './writer.ts';

/** What can be done with the file over whoever writes it. */
export type FileStore = Omit<Store, 'save' | 'close'> &
  CallDirectory &
  MoveStore &
  RecoveryStore &
  UsageReader &
  LimitGroupsReader &
  ReplicaStore &
  CallReplica &
  RateReplicaStore &
  RateBrowser &
  Omit<LedgerStore, 'onMoneyMoved'> &
  LedgerReplica &
  LockReplica &
  LockTimes &
  AlertStore &
  WatchStore &
  HookStore &
  MovingStore &
  TakingStore &
  ConsoleStore &
  ConsoleReplica &
  RetentionStore &
  ErasingStore;

export type LocalStore = Store &
  FileStore &
  Pick<LedgerStore, 'onMoneyMoved'> & {
    /** A port over which another thread of this process writes the same file (replication/replica.ts): a file has one writer. */
    shareWriter(): MessagePort;
    /** How much was written since the store was opened. */
    stats(): WriterStats;
    /** Writes all that is in the file to another one, also where the file itself has been deleted. */
    copyTo(file: string): Promise<void>;
  };

/**
 * Opens the local file, makes it where it does not exist, and brings its schema up to date. Several processes may have it open
 * at once; what one commits the others see in their next lookup. Rejects with a `StoreError`.
 */
export async function openLocalStore(options: WriterOptions): Promise<LocalStore> {
  const writer = await startWriter(options);
  try {
    const db = openForReading(options.file);
    return {
      ...fileStore(db, writer.perform, options),
      save: (record, when = 'now', reservation = null) =>
        writer.save(toRow(withFittingTexts(withSoundTimes(record))), when, reservation),
      onMoneyMoved: (told) => writer.onMoneyMoved(told),
      shareWriter: () => writer.share(),
      stats: () => writer.stats(),
      copyTo: (file) => writer.copyTo(file),
      close: async () => {
        // Before the writer: the last connection to close moves the WAL into the file, and a reader cannot.
        db.close();
        await writer.close();
      },
    };
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** Read on the calling thread through `db`, written through `perform`. */
export function fileStore(
  db: Database,
  perform: Perform,
  { file, rules }: Pick<WriterOptions, 'file' | 'rules'>,
): FileStore {
  const groups = holdLimitGroups(db);
  return {
    ...readDirectory(db),
    ...readCallRecords(db),
    ...readRates(db),
    ...browseRates(db),
    ...readRateTables(db),
    ...readRecovery(db),
    ...readUsage(db, groups),
    ...readMoves(db),
    ...readLedger(db, groups),
    payIn: (payment) => perform('payIn', payment),
    followGroups: () => perform('followGroups', false),
    limitGroups: () => readNow(db, () => groups.now()),
    tendLedger: async (nowMs) => {
      await perform('tendLedger', nowMs);
    },
    ...changes(perform),
    saveHeartbeats: async (heartbeats) => {
      await perform('saveHeartbeats', heartbeats);
    },
    ...replicaStore(db, perform),
    ...callReplica(db, perform),
    ...lockStore(db, perform),
    ...alertStore(db, perform),
    ...watchStore(db, perform),
    ...hookStore(db, perform),
    ...ledgerReplica(db, perform),
    ...movingStore(db, perform),
    ...consoleStore(db, perform),
    ...consoleReplica(db, perform),
    ...retentionStore(db, perform),
    importRates: (table, source, importOptions) => importRates(file, table, source, importOptions),
    ...reratingStore(db, perform, rules),
  };
}

/** What the writer is asked for. */
export function changes(perform: Perform): AuditableChanges {
  return {
    addAccount: (input) => perform('addAccount', input),
    updateAccount: (code, changes) => perform('updateAccount', { code, changes }),
    importAccounts: (inputs) => perform('importAccounts', inputs),
    addExtension: (input) => perform('addExtension', input),
    updateExtension: (number, changes) => perform('updateExtension', { number, changes }),
    removeExtension: (number) => perform('removeExtension', number),
    importExtensions: (inputs) => perform('importExtensions', inputs),
    addDepartment: (input) => perform('addDepartment', input),
    updateDepartment: (name, changes) => perform('updateDepartment', { name, changes }),
    importDepartments: (inputs) => perform('importDepartments', inputs),
    removeDepartment: (name) => perform('removeDepartment', name),
    addDestination: (input) => perform('addDestination', input),
    updateDestination: (name, changes) => perform('updateDestination', { name, changes }),
    importDestinations: (inputs) => perform('importDestinations', inputs),
    removeDestination: (name) => perform('removeDestination', name),
    moveCall: (request) => perform('moveCall', request),
    saveRateTable: (name, changes) => perform('saveRateTable', { name, changes }),
    assignRateTable: async (to, table) => {
      await perform('assignRateTable', { to, table });
    },
    releaseLocks: (phone) => perform('releaseLocks', phone),
  };
}
