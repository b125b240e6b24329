import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { errorCodeOf } from '../../../src/words/thrown.ts';

/** Names the folder of a run's lock, for its workers. */
const variable = 'BILLING_TEST_LOCK_FOLDER';

export function makeLock(): void {
  process.env[variable] = mkdtempSync(join(tmpdir(), 'billing-codes-one-at-a-time-'));
}

export function removeLock(): void {
  const folder = process.env[variable];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

/**
 * For what measures how long something takes, and for what keeps the server busy for many seconds: of all workers of a run one does
 * such a thing at a time. A worker that dies lets go of it, since its lock is one of the operating system.
 */
export async function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  const folder = process.env[variable];
  if (folder === undefined) throw new Error(`${variable} is not set: run the tests by npm run test:sqlserver`);
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    while (!takes(lock)) await delay(50);
    return await work();
  } finally {
    lock.close();
  }
}

function takes(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'ERR_SQLITE_ERROR' && String(error).includes('locked')) return false;
    throw error;
  }
}
