import sql from 'mssql';
import type { KeptLock } from '../../../words/phone-lock.ts';
import type { LockReplica, PhoneLockStore } from '../../ports/phone-locks.ts';
import { toStoreError } from '../errors.ts';
import { affected } from '../statements.ts';

type Row = { phone: string; since: Date; until: Date; controller: string };

/** The locks of all controllers. Rejects with a `StoreError`. */
export function sqlServerLocks(pool: sql.ConnectionPool, where: string): PhoneLockStore {
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, where, 'The lock of a phone');
    }
  };
  return {
    keepLock: (lock) => attempt(() => keep(pool, lock)),
    listLocks: (nowMs) =>
      attempt(async () => {
        const { recordset } = await pool
          .request()
          .input('now', sql.DateTime2(3), new Date(nowMs))
          .query<Row>(
            'SELECT Phone AS phone, LockedSince AS since, LockedUntil AS until, Controller AS controller FROM dbo.PhoneLocks WHERE LockedUntil > @now ORDER BY Phone',
          );
        return recordset.map(({ phone, since, until, controller }) => ({
          ...{ phone, controller, sinceMs: since.getTime(), untilMs: until.getTime() },
        }));
      }),
    releaseLocks: (phone) =>
      attempt(async () => {
        const request = pool.request().input('phone', sql.VarChar(40), phone);
        return affected(await request.query('DELETE FROM dbo.PhoneLocks WHERE @phone IS NULL OR Phone = @phone'));
      }),
  };
}

async function keep(pool: sql.ConnectionPool, { phone, sinceMs, untilMs, controller }: KeptLock): Promise<void> {
  // By the clock that all controllers share: one whose own clock is ahead ends nobody's lock.
  await pool
    .request()
    .input('phone', sql.VarChar(40), phone)
    .input('since', sql.DateTime2(3), new Date(sinceMs))
    .input('until', sql.DateTime2(3), new Date(untilMs))
    .input('controller', sql.NVarChar(60), controller)
    .query(
      `DELETE FROM dbo.PhoneLocks WHERE LockedUntil <= @since AND LockedUntil <= SYSUTCDATETIME();
UPDATE dbo.PhoneLocks SET LockedSince = @since, LockedUntil = @until, Controller = @controller WHERE Phone = @phone AND LockedUntil < @until;
INSERT INTO dbo.PhoneLocks (Phone, LockedSince, LockedUntil, Controller)
SELECT @phone, @since, @until, @controller WHERE NOT EXISTS (SELECT 1 FROM dbo.PhoneLocks WHERE Phone = @phone)`,
    );
}

type Sharing = {
  locks: PhoneLockStore;
  local: LockReplica;
  nowMs: () => number;
  pause: () => Promise<void>;
  isOver: () => boolean;
};

/** Sends the locks of this controller and takes those of the others, until `isOver`. Rejects if either side fails. */
export async function shareLocks({ locks, local, nowMs, pause, isOver }: Sharing): Promise<void> {
  let last = '';
  while (!isOver()) {
    const sent = await local.unsentLocks();
    for (const lock of sent) await locks.keepLock(lock);
    const there = await locks.listLocks(nowMs());
    const now = JSON.stringify(there);
    if (sent.length > 0 || now !== last) await local.takeLocks(there, sent);
    last = now;
    await pause();
  }
}
