import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { messageOf } from '../../words/thrown.ts';
import { StoreError } from '../ports/store-error.ts';
import { copyDatabase } from './copy.ts';
import { openForReading } from './database.ts';
import { toStoreError } from './errors.ts';
import { applicationId, checkSchema } from './migrate.ts';

/** What is in a backup, read from the backup itself. */
export type BackupContents = {
  schemaVersion: number;
  bytes: number;
  accounts: number;
  calls: number;
  /** UTC milliseconds; null: there is no call in it. */
  lastCallAtMs: number | null;
};

/**
 * Writes the local file, as it is at this moment, to `to`, which must not be there. Programs that have it open go on reading and
 * writing. What has the name `to` at the end is durable, has been read as a whole, and is one file without a WAL. Rejects with a
 * `StoreError`, and leaves nothing behind then.
 */
export async function backUp(file: string, to: string): Promise<BackupContents> {
  const db = openForReading(file);
  try {
    // A copy that others write meanwhile would begin again with each of their commits (https://www.sqlite.org/c3ref/backup_finish.html);
    // what this transaction sees stays as it is.
    db.exec('BEGIN');
    return await copied(db, to);
  } catch (error) {
    throw backupError(error, to, file);
  } finally {
    db.close();
  }
}

/** The copy of what a connection sees, once it has been found sound. */
export async function copied(db: Database.Database, to: string): Promise<BackupContents> {
  if (db.pragma('application_id', { simple: true }) !== applicationId) throw notOurs(db.name);
  // Of what is copied, so that a refusal names that and not the copy.
  checkSchema(db);
  const found: BackupContents[] = [];
  await copyDatabase(db, to, (part) => void found.push(settle(part, db.name)));
  const [contents] = found;
  if (contents === undefined) throw new Error(`${to} was not checked`);
  return contents;
}

/** Reads a backup as a whole. Throws a `StoreError` with one line where it is none, is damaged, or is of a newer program. */
export function examineBackup(file: string): BackupContents {
  const db = openForReading(file);
  try {
    return contentsOf(db, file);
  } catch (error) {
    throw backupError(error, file, file);
  } finally {
    db.close();
  }
}

/** Without a WAL it is one file, which can be copied and read anywhere. */
function settle(part: string, name: string): BackupContents {
  const db = new Database(part, { fileMustExist: true });
  try {
    db.pragma('journal_mode = DELETE');
    return contentsOf(db, name);
  } finally {
    db.close();
  }
}

function contentsOf(db: Database.Database, name: string): BackupContents {
  if (db.pragma('application_id', { simple: true }) !== applicationId) throw notOurs(name);
  checkSchema(db);
  const found = String(db.pragma('integrity_check(1)', { simple: true }));
  if (found !== 'ok') {
    throw new StoreError(
      'damaged',
      `${name} is damaged (${found.replace(/\s+/g, ' ').trim()}): restore an earlier backup.`,
    );
  }
  const count = (table: string): number => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const last: unknown = db.prepare('SELECT max(started_at) FROM call_records').pluck().get();
  return {
    schemaVersion: Number(db.pragma('user_version', { simple: true })),
    bytes: statSync(db.name).size,
    accounts: count('accounts'),
    calls: count('call_records'),
    lastCallAtMs: typeof last === 'number' ? last : null,
  };
}

const notOurs = (file: string): StoreError =>
  new StoreError('invalid', `${file} is not a database of billing-codes, or its beginning is damaged.`);

/** `written`: what was being written when it happened, and is not there now. */
export function backupError(error: unknown, written: string, read: string): StoreError {
  // What was said already names what it is about.
  if (error instanceof StoreError && error.code !== 'full') return error;
  const { code, message } = toStoreError(error, written);
  if (code === 'full')
    return new StoreError('full', `No space left for ${written}: nothing was changed.`, { cause: error });
  if (code === 'damaged') {
    return new StoreError('damaged', `${read} is damaged (${messageOf(error)}): nothing was changed.`, {
      cause: error,
    });
  }
  return new StoreError(code, message, { cause: error });
}
