import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { migrate, migrationsFolder } from '../../../src/store/sqlite/migrate.ts';
import { temporaryStores } from './temporary.ts';

const { aFile, open } = temporaryStores();

/** A database and a folder of migrations next to it. */
function fixture(migrations: Record<string, string>) {
  const file = aFile();
  const folder = join(dirname(file), 'sql');
  mkdirSync(folder, { recursive: true });
  for (const [name, sql] of Object.entries(migrations)) writeFileSync(join(folder, name), sql);
  return { db: new Database(file), folder };
}
const versionOf = (db: Database.Database) => db.pragma('user_version', { simple: true });

describe('migrations of the local file', () => {
  it('bring a new file to the newest version, and change nothing the second time', () => {
    const db = new Database(':memory:');
    migrate(db);
    const newest = readdirSync(migrationsFolder).filter((name) => name.endsWith('.sql')).length;
    expect(versionOf(db)).toBe(newest);
    const schema = db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    migrate(db);
    expect(db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()).toEqual(schema);
    db.close();
  });

  it('are applied in order, each once, as they are added', () => {
    const { db, folder } = fixture({ '0001-first.sql': 'CREATE TABLE t (a); INSERT INTO t VALUES (1);' });
    migrate(db, folder);
    writeFileSync(join(folder, '0002-second.sql'), 'INSERT INTO t VALUES (2);');
    migrate(db, folder);
    expect(db.prepare('SELECT a FROM t').pluck().all()).toEqual([1, 2]);
    expect(versionOf(db)).toBe(2);
    db.close();
  });

  it('leave the previous version if one fails in the middle', () => {
    const { db, folder } = fixture({
      '0001-first.sql': 'CREATE TABLE t (a);',
      '0002-breaks.sql': 'INSERT INTO t VALUES (1); INSERT INTO missing VALUES (1);',
    });
    expect(() => migrate(db, folder)).toThrow('no such table: missing');
    expect(versionOf(db)).toBe(1);
    expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0);
    db.close();
  });

  it('must be numbered without gaps', () => {
    const { db, folder } = fixture({ '0001-first.sql': 'CREATE TABLE t (a);', '0003-third.sql': '' });
    expect(() => migrate(db, folder)).toThrow(/0003-third\.sql: expected a name that begins with 0002-/);
    db.close();
  });

  it('accept a new file even if another process of ours fills it at that moment', () => {
    const { db, folder } = fixture({ '0001-first.sql': 'CREATE TABLE t (a);' });
    db.pragma('journal_mode = WAL');
    const other = new Database(db.name);
    const pragma = db.pragma.bind(db);
    db.pragma = (...asked) => {
      const answer = pragma(...asked);
      if (asked[0] === 'application_id' && versionOf(other) === 0) migrate(other, folder);
      return answer;
    };
    migrate(db, folder);
    expect([versionOf(db), versionOf(other)]).toEqual([1, 1]);
    db.close();
    other.close();
  });

  it('refuse a database that a newer program wrote, with one line, and leave it alone', async () => {
    const file = aFile();
    await (await open({ file })).close();
    const db = new Database(file);
    db.pragma('user_version = 999');
    db.close();
    const opening = open({ file });
    await expect(opening).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
    await expect(opening).rejects.toThrow(/^[^\n]*store\.db was written by a newer version[^\n]*version 999[^\n]*$/);
    const after = new Database(file, { readonly: true });
    expect(versionOf(after)).toBe(999);
    after.close();
  });
});
