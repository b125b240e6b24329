import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { StoreError } from '../ports/store-error.ts';

export const migrationsFolder = join(import.meta.dirname, '..', '..', '..', 'sql', 'sqlite');

/** `BILC` in SQLite's header: tells our file from that of another program (https://www.sqlite.org/pragma.html#pragma_application_id). */
export const applicationId = 0x42494c43;

type Migration = { version: number; file: string };

/** The migrations in their order: files named `0001-what-it-does.sql`, without gaps. */
function listMigrations(folder: string): Migration[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return files.map((name, index) => {
    const version = Number(/^(\d{4})-/.exec(name)?.[1]);
    if (version !== index + 1) {
      throw new Error(`${join(folder, name)}: expected a name that begins with ${String(index + 1).padStart(4, '0')}-`);
    }
    return { version, file: join(folder, name) };
  });
}

/** What this program brings a file to. */
export const knownVersion = (): number => listMigrations(migrationsFolder).length;

const numberOf = (db: Database, pragma: string) => Number(db.pragma(pragma, { simple: true }));

/** Throws unless the file is new, or ours and not newer than this program. Writes nothing. */
export function checkSchema(db: Database, folder = migrationsFolder): void {
  // At one moment: two programs may open a new file together, and the other one fills it.
  const { id, tables, version } = db.transaction(() => ({
    id: numberOf(db, 'application_id'),
    tables: Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()),
    version: numberOf(db, 'user_version'),
  }))();
  if (id !== applicationId && (id !== 0 || tables > 0)) {
    throw new StoreError(
      'unavailable',
      `${db.name} is a database of another program: choose another file or data folder.`,
    );
  }
  const known = listMigrations(folder).length;
  if (version > known) {
    throw new StoreError(
      'unavailable',
      `${db.name} was written by a newer version of this program (its schema is version ${version}, this program knows up to ${known}): start the newer version, or choose another data folder.`,
    );
  }
}

/**
 * Brings the schema up to date. Each migration is one transaction that also writes the new version, so a process that is
 * killed leaves the file at a whole version, and two that start together do not apply one twice.
 */
export function migrate(db: Database, folder = migrationsFolder): void {
  checkSchema(db, folder);
  for (const { version, file } of listMigrations(folder)) {
    if (version <= numberOf(db, 'user_version')) continue;
    db.transaction(() => {
      if (version <= numberOf(db, 'user_version')) return;
      db.exec(readFileSync(file, 'utf8'));
      db.pragma(`user_version = ${version}`);
      db.pragma(`application_id = ${applicationId}`);
    }).immediate();
  }
}
