import { readFile } from 'node:fs/promises';
import { readCsv } from '../csv/csv.ts';
import type { CsvProblem, CsvRow } from '../csv/csv.ts';
import { messageOf } from '../words/thrown.ts';
import { print, UsageError } from './usage.ts';

/** Reading CSV files that are imported all or nothing, where every line that is wrong is named. */

/** A row by its column; a column that the file does not have is not there. */
export type TypedRow<Field extends string> = { line: number; typed: Partial<Record<Field, string>> };

/** What a file may hold. `needed`: columns it cannot be without; `what`: what its rows are, e.g. `accounts`. */
export type FileShape<Field extends string> = { fields: readonly Field[]; needed: readonly Field[]; what: string };

/** Header names count in any case, with `_`, `-` or space between the words. */
function readHeader<Field extends string>(
  header: CsvRow,
  { fields, needed }: FileShape<Field>,
): { columns: Field[]; problems: CsvProblem[] } {
  const known = `the columns are: ${fields.join(', ')}`;
  const { line } = header;
  const problems: CsvProblem[] = [];
  const columns: Field[] = [];
  for (const cell of header.cells) {
    const name = cell.toLowerCase().replace(/[\s_-]+/g, ' ');
    const field = fields.find((candidate) => candidate === name);
    if (field === undefined) {
      problems.push({ line, error: `unknown column ${JSON.stringify(cell.slice(0, 40))}; ${known}` });
    } else if (columns.includes(field)) {
      problems.push({ line, error: `column ${field} appears twice` });
    } else {
      columns.push(field);
    }
  }
  const missing = needed.find((field) => !columns.includes(field));
  if (problems.length === 0 && missing !== undefined) {
    problems.push({ line, error: `column ${missing} is missing; ${known}` });
  }
  return { columns, problems };
}

/** Rows that are whole, and a problem for each line that is not. */
export function readTypedRows<Field extends string>(
  bytes: Uint8Array,
  shape: FileShape<Field>,
): { rows: TypedRow<Field>[]; problems: CsvProblem[] } {
  const { header, rows, problems } = readCsv(bytes);
  if (header === null) {
    const error = `the file is empty: it needs a header row; the columns are: ${shape.fields.join(', ')}`;
    return { rows: [], problems: problems.length === 0 ? [{ line: 1, error }] : problems };
  }
  const { columns, problems: ofHeader } = readHeader(header, shape);
  if (ofHeader.length > 0) return { rows: [], problems: ofHeader };
  if (problems.length === 0 && rows.length === 0) {
    problems.push({ line: header.line, error: `no ${shape.what} below the header` });
  }
  const whole: TypedRow<Field>[] = [];
  for (const { line, cells } of rows) {
    if (cells.length === columns.length) {
      const typed: Partial<Record<Field, string>> = {};
      columns.forEach((column, index) => (typed[column] = cells[index] ?? ''));
      whole.push({ line, typed });
    } else {
      problems.push({ line, error: `${cells.length} fields, where the header has ${columns.length}` });
    }
  }
  return { rows: whole, problems };
}

/** Says for a key whether an earlier line had it. An empty key is another problem's. */
export function repeatedKeys(what: string): (key: string, line: number) => string | null {
  const lines = new Map<string, number>();
  return (key, line) => {
    const earlier = key === '' ? undefined : lines.get(key);
    if (earlier !== undefined) return `the same ${what} as in line ${earlier}`;
    lines.set(key, line);
    return null;
  };
}

export function readImportFile(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`);
  });
}

/** Names every line that is wrong; answers the exit code. */
export function refuseImport(file: string, problems: readonly CsvProblem[], stderr: NodeJS.WritableStream): number {
  for (const { line, error } of problems) print(stderr, `${file}:${line}: ${error}`);
  const lines = new Set(problems.map(({ line }) => line)).size;
  print(stderr, `Nothing was imported: ${lines === 1 ? '1 line is' : `${lines} lines are`} wrong.`);
  return 2;
}
