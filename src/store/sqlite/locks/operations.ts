import type { Database } from 'better-sqlite3';
import type { KeptLock } from '../../../words/phone-lock.ts';

export type LockOperations = {
  keepLock: { input: KeptLock; result: null };
  releaseLocks: { input: string | null; result: number };
  takeLocks: { input: { locks: readonly KeptLock[]; sent: readonly KeptLock[] }; result: null };
};

/** Makes the operations of the writer, to be run inside its transaction. */
export function prepareLocks(db: Database) {
  const keep = db.prepare<[KeptLock & { sent: number }]>(
    `INSERT INTO phone_locks (phone, since, until, controller, sent) VALUES (@phone, @sinceMs, @untilMs, @controller, @sent)
ON CONFLICT (phone) DO UPDATE SET since = excluded.since, until = excluded.until, controller = excluded.controller, sent = excluded.sent
WHERE excluded.until > until OR (excluded.until = until AND excluded.sent = 1)`,
  );
  const expire = db.prepare<[number]>('DELETE FROM phone_locks WHERE until <= ?');
  const release = db.prepare<[string]>('DELETE FROM phone_locks WHERE phone = ?');
  const releaseAll = db.prepare('DELETE FROM phone_locks');
  const sentOnes = db.prepare<[], { phone: string }>('SELECT phone FROM phone_locks WHERE sent = 1');
  return {
    keepLock(lock: KeptLock): null {
      expire.run(lock.sinceMs);
      keep.run({ ...lock, sent: 0 });
      return null;
    },
    releaseLocks: (phone: string | null): number => (phone === null ? releaseAll.run() : release.run(phone)).changes,
    takeLocks({ locks, sent }: LockOperations['takeLocks']['input']): null {
      for (const lock of [...sent, ...locks]) keep.run({ ...lock, sent: 1 });
      const there = new Set(locks.map(({ phone }) => phone));
      for (const { phone } of sentOnes.all()) if (!there.has(phone)) release.run(phone);
      return null;
    },
  };
}
