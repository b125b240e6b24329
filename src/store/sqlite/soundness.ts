import Database from 'better-sqlite3';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import { applicationId } from './migrate.ts';

/** What a look into the file says. `unknown`: it could not be read for now, which tells nothing. */
export type Soundness = { kind: 'sound' } | { kind: 'damaged'; why: string } | { kind: 'unknown'; why: string };

/**
 * Reads the whole file and checks its structure, with a connection of its own, which has nothing in its cache. Takes about a second a
 * gigabyte where the system has it in memory. Waits for no one, and no one waits for it.
 */
export function examineSoundness(file: string): Soundness {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: 250 });
    const id: unknown = db.pragma('application_id', { simple: true });
    if (id !== applicationId) return { kind: 'damaged', why: 'its beginning is overwritten' };
    const found: unknown = db.pragma('quick_check(1)', { simple: true });
    if (found === 'ok') return { kind: 'sound' };
    return { kind: 'damaged', why: String(found).replace(/\s+/g, ' ').trim() };
  } catch (error) {
    const why = messageOf(error);
    const isDamage = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].some((code) => errorCodeOf(error).startsWith(code));
    return { kind: isDamage ? 'damaged' : 'unknown', why };
  } finally {
    db?.close();
  }
}
