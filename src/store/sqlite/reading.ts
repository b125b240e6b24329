import type { Database } from 'better-sqlite3';
import { StoreError } from '../ports/store-error.ts';
import { toStoreError } from './errors.ts';

/** Runs a read at once; what it throws becomes a `StoreError`. */
export function readNow<T>(db: Database, read: () => T): T {
  if (!db.open) throw new StoreError('unavailable', `${db.name} is closed: this program is ending.`);
  try {
    return read();
  } catch (error) {
    throw toStoreError(error, db.name);
  }
}

/** Runs a read at once; what it throws becomes a rejection with a `StoreError`. */
export const reading = <T>(db: Database, read: () => T): Promise<T> =>
  new Promise((resolve) => resolve(readNow(db, read)));
