import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import { StoreError } from '../ports/store-error.ts';

/** SQLite's result codes, extended ones by their beginning: https://www.sqlite.org/rescode.html */
const meanings: readonly { codes: readonly string[]; code: StoreError['code']; message: (file: string) => string }[] = [
  {
    // A full disk shows as IOERR_SHMSIZE when it is the WAL's index that cannot grow.
    codes: ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE'],
    code: 'full',
    message: (file) => `No space left to write ${file}: free some on its disk. What is running goes on by itself then.`,
  },
  {
    codes: ['SQLITE_BUSY', 'SQLITE_LOCKED'],
    code: 'unavailable',
    message: (file) => `${file} is held by another program that is writing to it: try again once that has finished.`,
  },
  {
    codes: ['SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'SQLITE_AUTH'],
    code: 'unavailable',
    message: (file) =>
      `${file} cannot be opened for writing: check that it and its folder belong to this user, and that the disk is not read-only.`,
  },
  {
    codes: ['SQLITE_NOTADB'],
    code: 'damaged',
    message: (file) =>
      `${file} is not a SQLite database, or its beginning is damaged: restore the last backup, or choose another file or data folder.`,
  },
  {
    codes: ['SQLITE_CORRUPT'],
    code: 'damaged',
    message: (file) => `${file} is damaged: stop, keep a copy of it, and restore the last backup.`,
  },
  {
    codes: ['SQLITE_IOERR'],
    code: 'unavailable',
    message: (file) => `The disk reports an error for ${file}: check the disk and the system log.`,
  },
];

const invalid = ['SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_TOOBIG', 'SQLITE_RANGE'];

const startsWithAny = (code: string, beginnings: readonly string[]) => beginnings.some((b) => code.startsWith(b));

/** True for an error that concerns this row alone and would come again: a constraint, or a value that cannot be bound. */
export function isRowError(error: unknown): boolean {
  return startsWithAny(errorCodeOf(error), invalid) || error instanceof TypeError || error instanceof RangeError;
}

/** Does what comes with a record that matters more: where it cannot be done, the record is written without it. Null: it was not done. */
export function sparingTheRecord<Done>(step: () => Done): Done | null {
  try {
    return step();
  } catch (error) {
    // What the disk says concerns the record as well.
    if (errorCodeOf(error).startsWith('SQLITE_') && !isRowError(error)) throw error;
    return null;
  }
}

/** True where another connection holds the write lock: trying the rows one by one would wait once for each. */
export function isBusy(error: unknown): boolean {
  return startsWithAny(errorCodeOf(error), ['SQLITE_BUSY', 'SQLITE_LOCKED']);
}

/** What an error of better-sqlite3 means to the person who can act. `what`: what could not be stored, e.g. `The account`. */
export function toStoreError(error: unknown, file: string, what = 'The record'): StoreError {
  if (error instanceof StoreError) return error;
  const code = errorCodeOf(error);
  const text = messageOf(error);
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    return new StoreError('duplicate', `${what} was not stored: one with the same code or number exists already.`, {
      cause: error,
    });
  }
  if (isRowError(error)) return new StoreError('invalid', `${what} was not stored: ${text}.`, { cause: error });
  const meaning = meanings.find((m) => startsWithAny(code, m.codes));
  if (meaning === undefined) return new StoreError('unavailable', `${file}: ${text}`, { cause: error });
  return new StoreError(meaning.code, `${meaning.message(file)} (${code})`, { cause: error });
}
