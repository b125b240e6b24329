import type { Database } from 'better-sqlite3';
import type { NamingPlace } from '../../ports/retention.ts';

/** Where these digits stand, in whatever column of whatever table; null: nowhere. Reads the whole file. */
export function placesOf(db: Database, digits: string | null): NamingPlace[] {
  if (digits === null) return [];
  const columns = db
    .prepare<[], { name: string; col: string }>(
      `SELECT t.name AS name, c.name AS col FROM sqlite_schema t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY 1, 2`,
    )
    .all();
  return columns.flatMap(({ name, col }) => {
    const rows = db
      .prepare<[string], number>(
        `SELECT count(*) FROM "${name}" WHERE typeof("${col}") = 'text' AND instr("${col}", ?) > 0`,
      )
      .pluck()
      .get(digits);
    return rows === undefined || rows === 0 ? [] : [{ place: `${name}.${col}`, rows }];
  });
}
