import type { Column, ReportDocument, Row } from '../../document.ts';

type Shown = {
  columns: readonly Column[];
  rows: AsyncIterable<readonly Row[]>;
  cells: (row: Row) => Row;
  left: readonly string[];
};

/**
 * A report as it goes on paper. Where all of it is known at once, columns in which nothing stands are left out: `left` are their
 * titles, and `cells` takes their cells from a row.
 */
export async function withoutEmptyColumns({ columns, rows }: ReportDocument): Promise<Shown> {
  const pieces = rows[Symbol.asyncIterator]();
  const first = await pieces.next();
  const second = first.done === true ? first : await pieces.next();
  async function* all(): AsyncGenerator<readonly Row[]> {
    try {
      if (first.done !== true) yield first.value;
      if (second.done === true) return;
      yield second.value;
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      // Whoever wants no more of it has what it comes from closed.
      await pieces.return?.();
    }
  }
  const isKnown = first.done !== true && second.done === true;
  const isKept = columns.map((_, at) => !isKnown || first.value.some((row) => (row[at] ?? '') !== ''));
  // A list of nothing keeps its columns.
  if (!isKept.includes(true)) isKept.fill(true);
  return {
    columns: columns.filter((_, at) => isKept[at]),
    rows: all(),
    cells: (row) => row.filter((_, at) => isKept[at]),
    left: [...new Set(columns.filter((_, at) => isKept[at] === false).map(({ title }) => title))],
  };
}
