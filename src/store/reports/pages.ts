/** How many rows are read at once, unless all are wanted. */
export const pageSize = 1000;

/**
 * Rows in pages, each read from the last row of the one before on: no transaction stays open while a long report is written.
 * `size` Infinity: as one page, where there is no going on from a row.
 */
export async function* pagesOf<Row>(
  read: (after: Row | null, wanted: number) => Promise<readonly Row[]>,
  { limit = Infinity, size = pageSize }: { limit?: number | undefined; size?: number } = {},
): AsyncGenerator<readonly Row[]> {
  let left = limit;
  let after: Row | null = null;
  while (left > 0) {
    const wanted = Math.min(left, size);
    const rows = await read(after, wanted);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    left -= rows.length;
    if (rows.length < wanted) return;
    after = last;
  }
}
