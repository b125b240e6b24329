import { setTimeout as pause } from 'node:timers/promises';
import sql from 'mssql';
import { isPassing, isUnreadableLoad, toStoreError } from './errors.ts';
import { afterUnreadable, maximumUnreadable } from './loads.ts';
import { patiently } from './request.ts';

const maximumTries = 4;
const firstPauseMs = 20;

/**
 * Runs work as one transaction, and again where SQL Server sacrificed it to another one (deadlock) or failed for a passing reason: nothing
 * of it was done then. Loads that could not be read are sent another way (loads.ts). What it throws becomes a `StoreError`, and then nothing was changed. `what`: what it is about.
 * `patienceMs`: how long each of its requests may take, instead of `sqlserver.requestTimeoutMs`.
 */
export async function within<T>(
  pool: sql.ConnectionPool,
  where: string,
  what: string,
  work: (transaction: sql.Transaction) => Promise<T>,
  patienceMs: number | null = null,
): Promise<T> {
  const made = () =>
    patienceMs === null ? new sql.Transaction(pool) : patiently(new sql.Transaction(pool), patienceMs);
  for (let [tries, unreadable] = [1, 0]; ;) {
    const transaction = afterUnreadable(made(), unreadable);
    try {
      await transaction.begin();
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      // A connection that is gone has rolled back by itself, and so has a victim.
      await transaction.rollback().catch(() => undefined);
      if (isUnreadableLoad(error) && unreadable < maximumUnreadable) unreadable += 1;
      else if (tries < maximumTries && isPassing(error)) tries += 1;
      else throw toStoreError(error, where, what);
    }
    // Jitter: the two of a deadlock must not meet again.
    await pause(firstPauseMs * 2 ** tries * Math.random());
  }
}
