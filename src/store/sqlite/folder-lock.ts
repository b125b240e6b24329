import { join } from 'node:path';
import Database from 'better-sqlite3';
import { errorCodeOf } from '../../words/thrown.ts';
import { StoreError } from '../ports/store-error.ts';
import { isBusy, toStoreError } from './errors.ts';

/** Held until it is released, or this process is gone, however it ends. */
export type FolderLock = { release(): void };

/**
 * Makes this process the only one that serves calls with this data folder; whoever administers it needs no lock. The lock is that of
 * an open transaction on a file of its own: the system drops it with the process, on every platform, and a network disk that cannot
 * lock is no place for the database either. Throws a `StoreError` that says who has it. `holder`: who we are, for the next one.
 */
export function lockFolder(folder: string, holder: string): FolderLock {
  const file = join(folder, 'controller.lock');
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { timeout: 0 });
    db.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (text TEXT NOT NULL); DELETE FROM holder');
    db.prepare('INSERT INTO holder VALUES (?)').run(holder);
    // What is committed can be read beside the transaction that holds the lock.
    db.exec('COMMIT; BEGIN IMMEDIATE');
    const held = db;
    return { release: () => void held.close() };
  } catch (error) {
    const refused = isBusy(error) ? taken(db, folder) : notLocked(error, file);
    db?.close();
    throw refused;
  }
}

function taken(db: Database.Database | null, folder: string): StoreError {
  const by = holderIn(db);
  return new StoreError(
    'unavailable',
    `another controller${by === null ? '' : ` (${by})`} uses the data folder ${folder} (data.dir): stop it, or give this one a data folder of its own`,
  );
}

function holderIn(db: Database.Database | null): string | null {
  try {
    const text: unknown = db?.prepare('SELECT text FROM holder').pluck().get();
    return typeof text === 'string' ? text : null;
  } catch {
    // It is writing it at this moment.
    return null;
  }
}

function notLocked(error: unknown, file: string): StoreError {
  if (['SQLITE_NOTADB', 'SQLITE_CORRUPT'].includes(errorCodeOf(error))) {
    return new StoreError('unavailable', `${file} is damaged: remove it while no controller runs, and start again`, {
      cause: error,
    });
  }
  return toStoreError(error, file);
}
