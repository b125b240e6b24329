import type { MessagePort } from 'node:worker_threads';
import { withSoundTimes } from '../../records/closing.ts';
import type { MovingStore, TakingStore } from '../ports/moving-store.ts';
import { withFittingTexts } from '../../records/fitting.ts';
import type { MoveStore } from '../ports/move-store.ts';
import type { RecoveryStore } from '../ports/recovery-store.ts';
import type { LedgerStore } from '../ports/ledger.ts';
import type { LockReplica } from '../ports/phone-locks.ts';
import type { RateReplicaStore } from '../ports/rate-replica.ts';
import type { UsageReader } from '../ports/usage.ts';
import type { ReplicaStore } from '../ports/replica-store.ts';
import type { CallDirectory } from '../ports/directory-lookup.ts';
import type { Store } from '../ports/store.ts';
import { toRow } from './records/rows.ts';
import { readCallRecords } from './records/records.ts';
import { openForReading } from './database.ts';
import { readDirectory } from './directory/directory.ts';
import { readMoves } from './records/moves.ts';
import { importRates } from './rates/import.ts';
import { readRates } from './rates/rates.ts';
import { readRateTables } from './rates/tables.ts';
import { readUsage } from './records/usage.ts';
import { readRecovery } from './records/recovery.ts';
import { replicaStore } from './replication/replica.ts';
import { reratingStore } from './rates/rerating-store.ts';
import { readLedger } from './ledger/reading.ts';
import { lockStore } from './locks/store.ts';
import { movingStore } from './carrying/store.ts';
import { startWriter } from './writer.ts';
import type { WriterOptions, WriterStats } from './writer.ts';

export type LocalStore = Store &
  CallDirectory &
  MoveStore &
  RecoveryStore &
  UsageReader &
  ReplicaStore &
  RateReplicaStore &
  LedgerStore &
  LockReplica &
  MovingStore &
  TakingStore & {
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
      ...readDirectory(db),
      ...readCallRecords(db),
      ...readRates(db),
      ...readRateTables(db),
      ...readRecovery(db),
      ...readUsage(db),
      ...readMoves(db),
      ...readLedger(db),
      save: (record, when = 'now', reservation = null) =>
        writer.save(toRow(withFittingTexts(withSoundTimes(record))), when, reservation),
      payIn: (payment) => writer.perform('payIn', payment),
      tendLedger: async (nowMs) => {
        await writer.perform('tendLedger', nowMs);
      },
      onMoneyMoved: (told) => writer.onMoneyMoved(told),
      addAccount: (input) => writer.perform('addAccount', input),
      updateAccount: (code, changes) => writer.perform('updateAccount', { code, changes }),
      importAccounts: (inputs) => writer.perform('importAccounts', inputs),
      addExtension: (input) => writer.perform('addExtension', input),
      updateExtension: (number, changes) => writer.perform('updateExtension', { number, changes }),
      removeExtension: (number) => writer.perform('removeExtension', number),
      importExtensions: (inputs) => writer.perform('importExtensions', inputs),
      addDepartment: (input) => writer.perform('addDepartment', input),
      updateDepartment: (name, changes) => writer.perform('updateDepartment', { name, changes }),
      importDepartments: (inputs) => writer.perform('importDepartments', inputs),
      removeDepartment: (name) => writer.perform('removeDepartment', name),
      moveCall: (request) => writer.perform('moveCall', request),
      saveHeartbeats: async (heartbeats) => {
        await writer.perform('saveHeartbeats', heartbeats);
      },
      ...replicaStore(db, writer.perform),
      ...lockStore(db, writer.perform),
      ...movingStore(db, writer.perform),
      saveRateTable: (name, changes) => writer.perform('saveRateTable', { name, changes }),
      assignRateTable: async (to, table) => {
        await writer.perform('assignRateTable', { to, table });
      },
      importRates: (table, source, importOptions) => importRates(options.file, table, source, importOptions),
      ...reratingStore(db, writer.perform, options.freeCallTypes),
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
