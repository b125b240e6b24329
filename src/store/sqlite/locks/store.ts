import type { Database } from 'better-sqlite3';
import type { KeptLock } from '../../../words/phone-lock.ts';
import type { LockReplica, PhoneLockStore } from '../../ports/phone-locks.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';

const columns = 'phone, since AS sinceMs, until AS untilMs, controller';

/** Reads on the calling thread; the table has a row for each phone that is locked, and no other. */
export function lockStore(db: Database, perform: Perform): PhoneLockStore & LockReplica {
  const list = db.prepare<[number], KeptLock>(`SELECT ${columns} FROM phone_locks WHERE until > ? ORDER BY phone`);
  const unsent = db.prepare<[], KeptLock>(`SELECT ${columns} FROM phone_locks WHERE sent = 0`);
  return {
    listLocks: (nowMs) => reading(db, () => list.all(nowMs)),
    unsentLocks: () => reading(db, () => unsent.all()),
    keepLock: async (lock) => {
      await perform('keepLock', lock);
    },
    releaseLocks: (phone) => perform('releaseLocks', phone),
    takeLocks: async (locks, sent) => {
      await perform('takeLocks', { locks, sent });
    },
  };
}
