import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { errorCodeOf } from '../../words/thrown.ts';
import { StoreError } from '../ports/store-error.ts';
import { backupError, copied, type BackupContents } from './backup.ts';
import { beside, makeFolderDurable } from './copy.ts';
import { openForReading } from './database.ts';
import { isBusy } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { giveTo } from './owner.ts';

export type Restored = BackupContents & {
  /** The file that was there before; null: there was none. */
  kept: string | null;
};

export type RestoreOptions = {
  backup: string;
  /** The local file. */
  file: string;
  /** What the file that is there is called afterwards. */
  keepAs: string;
  /** Who we are, for a controller that wants to start meanwhile. */
  holder: string;
};

/**
 * Puts a copy of a backup in the place of the local file, once the copy has been read as a whole. Rejects with a `StoreError`, and
 * everything is as it was: where a controller runs or another program has the file open, where the backup is none or damaged, where the
 * disk is full.
 */
export async function restore({ backup, file, keepAs, holder }: RestoreOptions): Promise<Restored> {
  const folder = dirname(file);
  const owner = statSync(existsSync(file) ? file : folder);
  const lock = lockFolder(folder, holder);
  const fresh = `${file}.restoring`;
  try {
    const contents = await copyOf(backup, fresh);
    for (const made of [fresh, join(folder, 'controller.lock')]) giveTo(owner, made);
    const kept = existsSync(file) ? keepAs : null;
    if (kept !== null) setAside(file, kept);
    renameSync(fresh, file);
    makeFolderDurable(folder);
    return { ...contents, kept };
  } catch (error) {
    rmSync(fresh, { force: true });
    if (!existsSync(file) && existsSync(keepAs)) renameSync(keepAs, file);
    throw backupError(error, file, file);
  } finally {
    lock.release();
  }
}

async function copyOf(backup: string, to: string): Promise<BackupContents> {
  if (!existsSync(backup)) throw new StoreError('invalid', `${backup} is not there.`);
  const db = openForReading(backup);
  try {
    return await copied(db, to);
  } catch (error) {
    throw backupError(error, to, backup);
  } finally {
    db.close();
  }
}

/** Under its new name it has all that is in it; the old name is free to be taken in one step, where the file system has links. */
function setAside(file: string, kept: string): void {
  foldIn(file);
  for (const ending of beside) if (existsSync(`${file}${ending}`)) renameSync(`${file}${ending}`, `${kept}${ending}`);
  try {
    linkSync(file, kept);
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') throw error;
    renameSync(file, kept);
  }
}

/** Moves the WAL into the file, which SQLite refuses while another program has it open. One that is damaged stays as it is. */
function foldIn(file: string): void {
  if (isUnreadable(file)) return;
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { fileMustExist: true, timeout: 0 });
    db.pragma('journal_mode = DELETE');
  } catch (error) {
    if (isBusy(error)) {
      throw new StoreError(
        'unavailable',
        `another program has ${file} open: end it (a running billing-codes command, say) and try again.`,
        { cause: error },
      );
    }
    if (!isDamage(error)) throw error;
  } finally {
    db?.close();
  }
}

const isDamage = (error: unknown): boolean =>
  ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].some((code) => errorCodeOf(error).startsWith(code));

/** Asked of a connection that only reads: another one would move the WAL into what is damaged, or delete it, as it closes. */
function isUnreadable(file: string): boolean {
  const db = openForReading(file);
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return isDamage(error);
  } finally {
    db.close();
  }
}
