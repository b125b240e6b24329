import type { Result } from '../../words/result.ts';
import { planColumns, readColumnName, type ColumnOptions, type ColumnPlan } from './columns.ts';
import { plainName } from './column-names.ts';
import type { LineProblem } from './problems.ts';

export type FileRow = { line: number; cells: readonly string[] };

/** Where the table of a file begins, and what its columns contain. */
export type FoundTable = {
  /** Null: the file has no header, its columns were declared. */
  header: FileRow | null;
  plan: ColumnPlan;
};

/** Rows that are searched for the header: a notice may have a letter before its table. */
export const headerWithin = 100;

/** How many cells of a row are names of columns; words to be ignored do not count, and a name does only once. */
function knownNames(row: FileRow, options: ColumnOptions): number {
  const mapped = new Set([...Object.keys(options.map), options.priceColumn ?? ''].map(plainName));
  const found = row.cells.map((cell) =>
    mapped.has(plainName(cell)) ? 'price' : (readColumnName(cell)?.column ?? 'ignored'),
  );
  return new Set(found.filter((column) => column !== 'ignored')).size;
}

const isNumber = (cell: string): boolean => /^\+?\d[\d.,\s]*$/.test(cell);

/**
 * Finds the header: the first row that names a table's columns, wherever it stands. Where none does, the problems are those of the
 * row that comes closest, or say how to declare the columns of a file without a header.
 */
export function findTable(
  rows: readonly FileRow[],
  options: ColumnOptions,
  declared: readonly string[] | null,
): Result<FoundTable, LineProblem[]> {
  if (declared !== null) return tableOf(planColumns(declared, options), null, 1);
  const within = rows.slice(0, headerWithin);
  const [first] = within;
  if (first === undefined)
    return { ok: false, problem: [{ line: 1, error: 'the file is empty: it needs a header row' }] };
  for (const row of within) {
    const plan = planColumns(row.cells, options);
    if (plan.ok) return tableOf(plan, row, row.line);
  }
  const known = within.map((row) => ({ row, names: knownNames(row, options) }));
  const closest = known.reduce((best, next) => (next.names > best.names ? next : best));
  // A row of words alone may be a header with one name that is known.
  const isHeader =
    closest.names >= 2 || (closest.names === 1 && closest.row.cells.length > 1 && !closest.row.cells.some(isNumber));
  if (isHeader) return tableOf(planColumns(closest.row.cells, options), closest.row, closest.row.line);
  const example = within.find(({ cells }) => cells.some(isNumber)) ?? first;
  const error = example.cells.some(isNumber)
    ? `no row names the columns: if the file has no header, say what they hold, as in --columns ${exampleColumns(example)}`
    : 'no row names the columns, as in prefix, destination, price';
  return { ok: false, problem: [{ line: example.line, error }] };
}

function tableOf(
  plan: Result<ColumnPlan, string[]>,
  header: FileRow | null,
  line: number,
): Result<FoundTable, LineProblem[]> {
  if (plan.ok) return { ok: true, value: { header, plan: plan.value } };
  return {
    ok: false,
    problem: plan.problem.map((error) => ({ line, error: header === null ? `--columns: ${error}` : error })),
  };
}

/** The first number may be a prefix, the last one a price. */
function exampleColumns({ cells }: FileRow): string {
  const numbers = cells.flatMap((cell, at) => (isNumber(cell) ? [at] : []));
  return cells
    .map((_, at) =>
      at === numbers[0] ? 'prefix' : at === numbers.at(-1) ? 'price' : numbers.includes(at) ? 'ignored' : 'name',
    )
    .join(',');
}

/** Whether a row repeats the header, as a printed list does on each page: in any case, and with any signs between its words. */
export function repeatsHeader(cells: readonly string[], header: FileRow | null): boolean {
  if (header === null) return false;
  const last = Math.max(cells.length, header.cells.length);
  for (let at = 0; at < last; at += 1) {
    const [cell = '', name = ''] = [cells[at], header.cells[at]];
    if (cell !== name && plainName(cell) !== plainName(name)) return false;
  }
  return true;
}
