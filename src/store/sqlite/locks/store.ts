import type { Database } from 'better-sqlite3';
import type { KeptLock } from '../../../words/phone-lock.ts';
import type { LockReplica, LockTimes, PhoneLockStore } from '../../ports/phone-locks.ts';
import { systemClock } from '../../../words/clock.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { boot, shownAt, timed, type LockRow } from './time-left.ts';

const columns = 'phone, since AS sinceMs, until AS untilMs, controller';

/** Reads on the calling thread; the table has a row for each phone that is locked, and no other. */
export function lockStore(db: Database, perform: Perform): PhoneLockStore & LockReplica & LockTimes {
  const list = db.prepare<[], LockRow>(`SELECT ${columns}, ends AS endsMs, boot FROM phone_locks ORDER BY phone`);
  const unsent = db.prepare<[], KeptLock>(`SELECT ${columns} FROM phone_locks WHERE sent = 0`);
  return {
    async listLocks(nowMs) {
      const now = { nowMs, monotonicMs: systemClock.monotonicMs(), boot };
      const all = await reading(db, () => list.all());
      return all
        .map((row) => timed(row, now))
        .filter(({ leftMs }) => leftMs > 0)
        .map((lock) => shownAt(lock, nowMs));
    },
    async timedLocks(now) {
      return (await reading(db, () => list.all())).map((row) => timed(row, { ...now, boot }));
    },
    async timeLock(lock) {
      await perform('timeLock', lock);
    },
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
