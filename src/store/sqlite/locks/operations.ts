import type { Database } from 'better-sqlite3';
import { systemClock } from '../../../words/clock.ts';
import type { KeptLock } from '../../../words/phone-lock.ts';
import { boot } from './time-left.ts';

export type LockOperations = {
  keepLock: { input: KeptLock; result: null };
  timeLock: { input: Pick<KeptLock, 'phone' | 'untilMs'> & { endsMs: number }; result: null };
  releaseLocks: { input: string | null; result: number };
  takeLocks: { input: { locks: readonly KeptLock[]; sent: readonly KeptLock[] }; result: null };
};

const dayMs = 86_400_000;

/** Makes the operations of the writer, to be run inside its transaction. */
export function prepareLocks(db: Database) {
  const keep = db.prepare<[KeptLock & { sent: number }]>(
    `INSERT INTO phone_locks (phone, since, until, controller, sent) VALUES (@phone, @sinceMs, @untilMs, @controller, @sent)
ON CONFLICT (phone) DO UPDATE SET since = excluded.since, until = excluded.until, controller = excluded.controller, sent = excluded.sent,
  boot = CASE WHEN excluded.until = until THEN boot END, ends = CASE WHEN excluded.until = until THEN ends END
WHERE excluded.until > until OR (excluded.until = until AND excluded.sent = 1)`,
  );
  // What only UTC says is over may have been kept, or be looked at, with a clock that is wrong.
  const expire = db.prepare<[{ boot: string | null; monotonicMs: number; longAgoMs: number }]>(
    'DELETE FROM phone_locks WHERE ends <= @monotonicMs AND boot = @boot OR until <= @longAgoMs AND boot IS NOT @boot',
  );
  const time = db.prepare<[{ phone: string; untilMs: number; endsMs: number; boot: string | null }]>(
    'UPDATE phone_locks SET boot = @boot, ends = @endsMs WHERE phone = @phone AND until = @untilMs',
  );
  const release = db.prepare<[string]>('DELETE FROM phone_locks WHERE phone = ?');
  const releaseAll = db.prepare('DELETE FROM phone_locks');
  const sentOnes = db.prepare<[], { phone: string }>('SELECT phone FROM phone_locks WHERE sent = 1');
  return {
    keepLock(lock: KeptLock): null {
      expire.run({ boot, monotonicMs: systemClock.monotonicMs(), longAgoMs: lock.sinceMs - dayMs });
      keep.run({ ...lock, sent: 0 });
      return null;
    },
    timeLock(lock: LockOperations['timeLock']['input']): null {
      time.run({ ...lock, boot });
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
