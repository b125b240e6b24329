import Database from 'better-sqlite3';

/** Loads SQLite itself, which otherwise comes with the first file that is opened. Threads do so before they may be terminated. */
export function loadSqlite(): void {
  new Database(':memory:').close();
}
