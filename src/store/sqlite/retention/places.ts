import type { Database } from 'better-sqlite3';
import type { NamingPlace } from '../../ports/retention.ts';

/** Where these digits stand, in whatever column of whatever table; null: nowhere. Reads the whole file. */
export function placesOf(db: Database, digits: string | null): NamingPlace[] {
  if (digits === null) return [];
  const columns = db
    .prepare<[], { table: string; column: string }>(
      `SELECT t.name AS "table", c.name AS "column" FROM sqlite_schema t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY 1, 2`,
    )
    .all();
  // Each table is read once.
  return [...Map.groupBy(columns, ({ table }) => table)].flatMap(([table, all]) => {
    const counts = all.map(({ column }) => `total(typeof("${column}") = 'text' AND instr("${column}", @digits) > 0)`);
    const rows = db
      .prepare<{ digits: string }, number[]>(`SELECT ${counts.join(', ')} FROM "${table}"`)
      .raw()
      .get({ digits });
    return all
      .map(({ column }, at) => ({ place: `${table}.${column}`, rows: rows?.[at] ?? 0 }))
      .filter((place) => place.rows > 0);
  });
}
