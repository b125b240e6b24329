import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { openForWriting } from '../../src/store/sqlite/database.ts';
import { migrationsFolder } from '../../src/store/sqlite/migrate.ts';

const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'billing-codes');

/** A file that a first start made, kept from run to run: fifty migrations take a tenth of a second, and tests begin with thousands of files. */
function template(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(migrationsFolder).sort())
    hash.update(name).update(readFileSync(join(migrationsFolder, name)));
  const file = join(cache, `${hash.digest('hex').slice(0, 16)}.db`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  // Another worker may make it at the same moment.
  const own = `${file}.${process.pid}`;
  openForWriting({ file: own }).close();
  renameSync(own, file);
  for (const suffix of ['-wal', '-shm']) rmSync(own + suffix, { force: true });
  return file;
}

/** Makes a file as a first start does, with an identity of its own. */
export function newDatabase(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  copyFileSync(template(), file);
  const db = new Database(file);
  db.exec(`UPDATE settings SET value = substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-' || substr(h, 17, 4) || '-' || substr(h, 21)
FROM (SELECT 'identity.database' AS one, hex(randomblob(16)) AS h UNION ALL SELECT 'identity.history', hex(randomblob(16))) WHERE name = one`);
  db.close();
}
