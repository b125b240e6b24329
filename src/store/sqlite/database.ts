import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { errorCodeOf } from '../../words/thrown.ts';
import { StoreError } from '../ports/store-error.ts';
import { toStoreError } from './errors.ts';
import { checkSchema, migrate } from './migrate.ts';
import { makeFolder } from './make-folder.ts';
import { giveToFolder } from './owner.ts';
import type { Clock } from '../../words/clock.ts';
import type { PricingRules } from '../../words/pricing-rules.ts';

export type WriteOptions = {
  file: string;
  /** Most pages of 4096 bytes that the file may grow to; without it the disk is the limit. */
  maxPages?: number;
  /** Default: `plainRules`. */
  rules?: PricingRules;
};

/** How long a writer waits for another program's transaction, e.g. an import by the CLI. */
const writeTimeoutMs = 10_000;
/** How long it waits at least, however long what it is to write has waited before. */
const minimumWaitMs = 100;

/**
 * Readers in WAL mode wait for nobody but a program that recovers the file after a crash, for moments. This bounds what the
 * thread that serves calls can lose to it.
 */
const readTimeoutMs = 250;

/** After a big import the WAL file shrinks to this. */
const walBytes = 64 * 1024 * 1024;

/** Opens the one connection that writes, with the schema up to date. Throws a `StoreError`. */
export function openForWriting({ file, maxPages }: WriteOptions): Database.Database {
  let db: Database.Database | null = null;
  try {
    makeFolder(dirname(file));
    // Billing codes are secrets: nobody but the owner reads the file. SQLite gives its -wal and -shm the same mode.
    make(file);
    db = new Database(file, { timeout: writeTimeoutMs });
    checkSchema(db);
    if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
      throw new StoreError('unavailable', `${file}: its file system cannot hold a WAL file; choose a local disk.`);
    }
    // FULL: a commit returns after fsync of the WAL (https://www.sqlite.org/pragma.html#pragma_synchronous).
    db.pragma('synchronous = FULL');
    // macOS only: fsync there does not reach the medium without it.
    db.pragma('fullfsync = 1');
    db.pragma('foreign_keys = ON');
    // What is deleted or shortened is overwritten wherever its page is written anyway (https://www.sqlite.org/pragma.html#pragma_secure_delete).
    db.pragma('secure_delete = FAST');
    db.pragma(`journal_size_limit = ${walBytes}`);
    migrate(db);
    if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`);
    // What a savepoint may have to undo otherwise goes to a file: twice what a call's commit itself writes (SQLite's pager.c, openSubJournal).
    db.pragma('temp_store = MEMORY');
    return db;
  } catch (error) {
    db?.close();
    throw toStoreError(error, file);
  }
}

/**
 * Makes a function that bounds how long the next transaction waits for another program, counted from when it was asked for (monotonic):
 * what stood in line behind others that waited for the same program is answered with them, and not each some seconds later.
 */
export function boundWaits(
  db: Database.Database,
  { monotonicMs }: Pick<Clock, 'monotonicMs'>,
): (askedMs: number) => void {
  let setMs = writeTimeoutMs;
  return (askedMs) => {
    const leftMs = writeTimeoutMs - (monotonicMs() - askedMs);
    // In steps of a second, so that it is not set for each write.
    const waitMs = leftMs <= 0 ? minimumWaitMs : Math.ceil(leftMs / 1000) * 1000;
    if (waitMs !== setMs) db.pragma(`busy_timeout = ${waitMs}`);
    setMs = waitMs;
  };
}

/** Where it is not there. One that is there is not opened: closing it would give up the locks of this process's other connections. */
function make(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    giveToFolder(file);
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  }
}

/** Opens a connection that only reads a file which a writer has open. Throws a `StoreError`. */
export function openForReading(file: string): Database.Database {
  try {
    return new Database(file, { readonly: true, fileMustExist: true, timeout: readTimeoutMs });
  } catch (error) {
    throw toStoreError(error, file);
  }
}
