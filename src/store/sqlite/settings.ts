import type { Database } from 'better-sqlite3';

/** Statements on the values that a file keeps by name. */

export const prepareSetting = (db: Database) =>
  db.prepare<[name: string], string>('SELECT value FROM settings WHERE name = ?').pluck();

export const prepareSet = (db: Database) =>
  db.prepare<[name: string, value: string | number]>(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );

export const prepareUnset = (db: Database) => db.prepare<[name: string]>('DELETE FROM settings WHERE name = ?');
