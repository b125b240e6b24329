import Database from 'better-sqlite3';
import { toStoreError } from '../errors.ts';

const waitMs = 10_000;

/** How long what was sent is remembered. */
export const keptMs = 400 * 86_400_000;

/**
 * A connection of its own, beside the writer's, for a thread that notes what it has sent; the schema must be up to date. `attempt`: throws
 * a `StoreError` instead, about `what`.
 */
export function openBeside(file: string, what: string): { db: Database.Database; attempt: <T>(work: () => T) => T } {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, file, what);
    }
  };
  return { db: attempt(() => new Database(file, { fileMustExist: true, timeout: waitMs })), attempt };
}
