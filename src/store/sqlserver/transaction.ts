import sql from 'mssql';
import { toStoreError } from './errors.ts';

/** Runs work as one transaction. What it throws becomes a `StoreError`, and then nothing was changed. `what`: what it is about. */
export async function within<T>(
  pool: sql.ConnectionPool,
  where: string,
  what: string,
  work: (transaction: sql.Transaction) => Promise<T>,
): Promise<T> {
  const transaction = new sql.Transaction(pool);
  try {
    await transaction.begin();
    const result = await work(transaction);
    await transaction.commit();
    return result;
  } catch (error) {
    // A connection that is gone has rolled back by itself.
    await transaction.rollback().catch(() => undefined);
    throw toStoreError(error, where, what);
  }
}
