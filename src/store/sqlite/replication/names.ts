import type { Database } from 'better-sqlite3';

/**
 * Makes a function that gives each of a table's rows its name (unique here, whatever its case), in any order: names that were swapped
 * or passed on are first taken from all that have another one now. Where the server tells two names apart that are the same here, the
 * second gets its id behind it.
 */
export function prepareNames<Row extends { id: number; name: string }>(
  db: Database,
  table: 'departments' | 'destinations' | 'rate_tables',
): (rows: readonly Row[]) => Row[] {
  const current = db.prepare<[number], string>(`SELECT name FROM ${table} WHERE id = ?`).pluck();
  const others = db.prepare<[string, string], number>(
    `SELECT id FROM ${table} WHERE name = ? AND id NOT IN (SELECT value FROM json_each(?))`,
  );
  const release = db.prepare(`UPDATE ${table} SET name = hex(randomblob(16)) WHERE id = ?`);
  return (rows) => {
    const taken = new Set<string>();
    const named = rows.map((row) => {
      let { name } = row;
      while (taken.has(lowerAscii(name))) name = `${name} (${row.id})`;
      taken.add(lowerAscii(name));
      return { ...row, name };
    });
    const ids = JSON.stringify(rows.map(({ id }) => id));
    for (const { id, name } of named) {
      const before = current.get(id);
      if (before === name) continue;
      if (before !== undefined) release.run(id);
      for (const other of others.pluck().all(name, ids)) release.run(other);
    }
    return named;
  };
}

/** As NOCASE of SQLite does (https://www.sqlite.org/datatype3.html#collating_sequences). */
const lowerAscii = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
