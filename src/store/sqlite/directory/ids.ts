import type { Database } from 'better-sqlite3';

/**
 * Ids of rows that may be removed. SQLite gives the highest id to another row once its row is gone
 * (https://www.sqlite.org/autoinc.html); here it never comes again, because call records keep it.
 */
export function prepareIds(
  db: Database,
  table: 'departments' | 'destinations' | 'extensions',
): { next: () => number; retire: (id: number) => void } {
  const setting = `${table}.highest_removed_id`;
  const next = db
    .prepare<[string], number>(
      `SELECT 1 + max(coalesce((SELECT max(id) FROM ${table}), 0),
  coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE name = ?), 0))`,
    )
    .pluck();
  const retire = db.prepare(`INSERT INTO settings (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))`);
  return {
    next: () => next.get(setting) ?? 1,
    retire: (id) => void retire.run(setting, String(id)),
  };
}
