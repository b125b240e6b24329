import { setTimeout as pause } from 'node:timers/promises';
import sql from 'mssql';
import { isPassing, toStoreError } from './errors.ts';

const maximumTries = 4;
const firstPauseMs = 20;

/**
 * Runs work as one transaction, and again where SQL Server sacrificed it to another one (deadlock) or failed for a passing reason: nothing
 * of it was done then. What it throws becomes a `StoreError`, and then nothing was changed. `what`: what it is about.
 */
export async function within<T>(
  pool: sql.ConnectionPool,
  where: string,
  what: string,
  work: (transaction: sql.Transaction) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const transaction = new sql.Transaction(pool);
    try {
      await transaction.begin();
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      // A connection that is gone has rolled back by itself, and so has a victim.
      await transaction.rollback().catch(() => undefined);
      if (tries === maximumTries || !isPassing(error)) throw toStoreError(error, where, what);
    }
    // Jitter: the two of a deadlock must not meet again.
    await pause(firstPauseMs * 2 ** tries * Math.random());
  }
}
