import type { MessagePort } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import type { CallReplica } from '../../ports/call-replica.ts';
import type { CopyStore } from '../../ports/copy-store.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';
import { accounts, departments, destinations, extensions } from '../../tables/directory.ts';
import type { ConsoleReplica } from '../../ports/console-replica.ts';
import type { LedgerReplica } from '../../ports/ledger-replica.ts';
import type { LockReplica } from '../../ports/phone-locks.ts';
import { consoleReplica } from '../console/shared-store.ts';
import { openForReading } from '../database.ts';
import { ledgerReplica } from '../ledger/replica.ts';
import { lockStore } from '../locks/store.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { readOutbox } from '../records/outbox.ts';
import { prepareSetting } from '../settings.ts';
import { sharedWriter } from '../shared-writer.ts';
import { callReplica } from './calls.ts';
import { readReplica } from './directory.ts';
import { readCopy } from './origin.ts';
import { readRateReplica } from './rates.ts';
import { ratesCompleteSetting, readRepricing } from './repricing.ts';

/** Read on the calling thread, written by the writer's. */
function copyStore(db: Database, perform: Perform): CopyStore {
  const copy = readCopy(db);
  const done = async (performing: Promise<null>): Promise<void> => {
    await performing;
  };
  return {
    copyOrigin: () => reading(db, () => copy.origin()),
    noteSource: (source) => done(perform('noteSource', source)),
    noteMadeHere: () => done(perform('noteMadeHere', null)),
    directoryKeys: (table, limit) =>
      reading(db, () => copy.keys({ accounts, departments, destinations, extensions }[table], limit)),
    copyMark: () => reading(db, copy.mark),
    rowSums: () => reading(db, copy.rowSums),
    noteMark: (mark) => done(perform('noteMark', mark)),
    sentUpTo: () => reading(db, copy.settledUpTo),
    renewFileId: () => done(perform('renewFileId', null)),
    askAgain: (why) => done(perform('askAgain', why)),
    beginAgain: (source, mark) => done(perform('beginAgain', { source, mark })),
    pendingResend: () => reading(db, copy.pendingResend),
    sentCalls: (after, upTo, limit) => reading(db, () => copy.sent(after, upTo, limit)),
    listSetAside: () => reading(db, () => copy.setAside()),
    resendSetAside: (callIds) => perform('resendSetAside', callIds),
    resend: (callIds, left) => done(perform('resend', { callIds, left })),
  };
}

/** The local file as a copy, read on the calling thread and written by the writer's. */
export function replicaStore(db: Database, perform: Perform): ReplicaStore & RateReplicaStore {
  const replica = readReplica(db);
  const outbox = readOutbox(db);
  const rates = readRateReplica(db);
  const pricedSince = readRepricing(db);
  const setting = prepareSetting(db);
  return {
    ...copyStore(db, perform),
    applyDirectory: (batch) => perform('applyDirectory', batch),
    directoryPosition: () => reading(db, replica.position),
    freshAtMs: () => reading(db, replica.freshAtMs),
    noteFresh: async (atMs) => {
      await perform('noteFresh', atMs);
    },
    enableOutbox: async () => {
      await perform('enableOutbox', null);
    },
    readOutbox: (limit, after = 0) => reading(db, () => outbox.page(limit, after)),
    settleOutbox: async (upTo, refused) => {
      await perform('settleOutbox', { upTo, refused });
    },
    outboxCounts: () => reading(db, outbox.counts),
    applyRates: (batch) => perform('applyRates', batch),
    removeOtherRates: (tableId, version) => perform('removeOtherRates', { tableId, version }),
    ratesPosition: () => reading(db, rates.position),
    copiedVersions: () => reading(db, rates.versions),
    copiedUpTo: (tableId, version) => reading(db, () => rates.upTo(tableId, version)),
    ratesCompleteAtMs: () =>
      reading(db, () => {
        const text = setting.get(ratesCompleteSetting);
        return text === undefined ? null : Number(text);
      }),
    noteRatesComplete: async (atMs) => {
      await perform('noteRatesComplete', atMs);
    },
    callsPricedSince: (since) => reading(db, () => pricedSince(since)),
    priceAgain: (callIds) => perform('priceAgain', callIds),
  };
}

export type OpenReplica = ReplicaStore &
  CallReplica &
  RateReplicaStore &
  LedgerReplica &
  LockReplica &
  ConsoleReplica & {
    /** Resolves once the thread that writes is gone, and with it this replica. */
    gone: Promise<void>;
    close(): void;
  };

/**
 * The copy as a thread sees it that is not the one that opened the store: it has a connection of its own to read, and writes
 * through `port`, which the store's `shareWriter` answered. Throws a `StoreError`.
 */
export function openReplica(file: string, port: MessagePort): OpenReplica {
  const db = openForReading(file);
  const writer = sharedWriter(port, file);
  return {
    ...replicaStore(db, writer.perform),
    ...callReplica(db, writer.perform),
    ...lockStore(db, writer.perform),
    ...consoleReplica(db, writer.perform),
    ...ledgerReplica(db, writer.perform),
    gone: writer.gone,
    close() {
      db.close();
      writer.close();
    },
  };
}
