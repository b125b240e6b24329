import type { Carried } from '../sqlite/carrying/read.ts';
import { conflictsOf, type Carrying } from '../sqlserver/carrying/ids.ts';
import { carriedTables, type CarriedRow } from '../tables/carried.ts';

/** How many rows go at once. */
export const pageRows = 2000;

/** All rows, by their ids. */
export function* pages(read: (afterId: number, limit: number) => CarriedRow[]): Generator<CarriedRow[]> {
  for (let afterId = 0; ;) {
    const rows = read(afterId, pageRows);
    if (rows.length === 0) return;
    yield rows;
    afterId = Number(rows.at(-1)?.['id']);
  }
}

/** What is another one in the database, a line each. */
export async function conflicts(carried: Carried, carrying: Carrying): Promise<string[]> {
  const found: string[] = [];
  for (const table of carriedTables) {
    for (const rows of pages((afterId, limit) => carried.rows(table, afterId, limit))) {
      found.push(...(await conflictsOf(carrying, table, rows)));
    }
  }
  return found;
}
