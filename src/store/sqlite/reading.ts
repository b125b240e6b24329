import type { Database } from 'better-sqlite3';
import { StoreError } from '../ports/store-error.ts';
import { toStoreError } from './errors.ts';

/** Runs a read at once; what it throws becomes a rejection with a `StoreError`. */
export function reading<T>(db: Database, read: () => T): Promise<T> {
  return new Promise((resolve) => {
    if (!db.open) throw new StoreError('unavailable', `${db.name} is closed: this program is ending.`);
    try {
      resolve(read());
    } catch (error) {
      throw toStoreError(error, db.name);
    }
  });
}
