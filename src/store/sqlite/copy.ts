import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { makeFolder } from './make-folder.ts';
import { giveTo } from './owner.ts';

/** Between two steps others have their turn; what this connection commits meanwhile goes into the copy, too. */
const pagesAStep = 2_000;

/**
 * Writes everything that the connection sees to `to`, in place of what is there; also where its own file has been deleted. The copy
 * has its name once it is whole and durable, and `check` has not thrown.
 */
export async function copyDatabase(
  db: Database,
  to: string,
  check: (part: string) => void = () => undefined,
): Promise<void> {
  const part = `${to}.part`;
  makeFolder(dirname(to));
  rmSync(part, { force: true });
  try {
    // Billing codes are secrets: nobody but the owner reads the file.
    closeSync(openSync(part, 'wx', 0o600));
    if (existsSync(db.name)) giveTo(statSync(db.name), part);
    await db.backup(part, { progress: () => pagesAStep });
    check(part);
    makeDurable(part, 'r+');
    // Of the file that was there: SQLite would take it for a part of this one.
    for (const ending of beside) rmSync(`${to}${ending}`, { force: true });
    renameSync(part, to);
    makeFolderDurable(dirname(to));
  } catch (error) {
    for (const ending of ['', '-journal', ...beside]) rmSync(`${part}${ending}`, { force: true });
    throw error;
  }
}

/** What SQLite keeps beside a file with a WAL. */
export const beside = ['-wal', '-shm'] as const;

/** What was renamed in it keeps its name when the power fails. On Windows a folder cannot be opened, and need not be. */
export function makeFolderDurable(folder: string): void {
  if (process.platform !== 'win32') makeDurable(folder, 'r');
}

function makeDurable(path: string, flags: string): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
