import type { MessagePort } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import type { ErasingStore, RetentionStore } from '../../ports/retention.ts';
import { openForReading } from '../database.ts';
import type { Perform } from '../performer.ts';
import { sharedWriter } from '../shared-writer.ts';
import { readErasable } from './erasing.ts';

/** Asked of the writer, and read on the calling thread. */
export function retentionStore(db: Database, perform: Perform): RetentionStore & ErasingStore {
  return {
    shortenSome: (asked) => perform('shortenSome', asked),
    forgetSomeCodes: (asked) => perform('forgetSomeCodes', asked),
    removeSome: (asked) => perform('removeSome', asked),
    eraseCalls: (asked) => perform('eraseCalls', asked),
    eraseCallingNumbers: (asked) => perform('eraseCallingNumbers', asked),
    eraseWords: (asked) => perform('eraseWords', asked),
    eraseStatements: (asked) => perform('eraseStatements', asked),
    ...readErasable(db),
  };
}

/** For another thread than the one that opened the store; `writer`: what its `shareWriter` answered. */
export function openSharedRetention(file: string, writer: MessagePort) {
  const db = openForReading(file);
  const shared = sharedWriter(writer, file);
  return {
    ...retentionStore(db, shared.perform),
    /** Resolves once the thread that writes is gone. */
    gone: shared.gone,
    close() {
      db.close();
      shared.close();
    },
  };
}
