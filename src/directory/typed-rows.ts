import { readCsv, type CsvProblem, type CsvRow, type CsvTable } from '../csv/csv.ts';
import { SpreadsheetError } from '../spreadsheet/error.ts';
import { kindOfFile, oldWorkbook, openSpreadsheet } from '../spreadsheet/spreadsheet.ts';
import type { SheetReading } from '../spreadsheet/sheet.ts';
import { unguardedText } from '../words/clean-text.ts';
import type { FieldTable } from '../words/directory/field.ts';

/** Reading CSV files of the directory, which are imported all or nothing: every line that is wrong is named. */

/** A row by the names of the fields; a column that the file does not have is not there. */
export type TypedRow = { line: number; typed: Partial<Record<string, string>> };

/** What a file may hold. `many`: what its rows are, e.g. `accounts`. */
export type FileShape = {
  fields: FieldTable;
  many: string;
  /** Called for a column with a former name. */
  onFormerName: (former: string, name: string) => void;
};

/** Without the empty cells at the end: spreadsheets write them where a column once had something in it. */
function filledUpTo(cells: readonly string[]): readonly string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}

/** Header names count in any case, with `_`, `-` or space between the words. */
function readHeader(
  header: CsvRow,
  { fields, onFormerName }: FileShape,
): { columns: string[]; problems: CsvProblem[] } {
  const entries = Object.entries(fields);
  const known = `the columns are: ${headersOf(fields)}`;
  const { line } = header;
  const problems: CsvProblem[] = [];
  const columns: string[] = [];
  for (const cell of filledUpTo(header.cells)) {
    const text = cell.toLowerCase().replace(/[\s_-]+/g, ' ');
    const found = entries.find(([, field]) => field.header === text || field.formerly === text);
    if (found === undefined) {
      problems.push({ line, error: `unknown column ${JSON.stringify(cell.slice(0, 40))}; ${known}` });
      continue;
    }
    const [name, field] = found;
    if (field.formerly === text) onFormerName(text, field.header);
    if (columns.includes(name)) problems.push({ line, error: `column ${field.header} appears twice` });
    else columns.push(name);
  }
  // One that has to be given has nothing that it is otherwise.
  const missing = entries.find(([name, field]) => !('otherwise' in field) && !columns.includes(name));
  if (problems.length === 0 && missing !== undefined) {
    problems.push({ line, error: `column ${missing[1].header} is missing; ${known}` });
  }
  return { columns, problems };
}

export const headersOf = (fields: FieldTable): string =>
  Object.values(fields)
    .map(({ header }) => header)
    .join(', ');

/** Of a CSV file, or of the only sheet of a workbook that has anything in it. */
async function readTable(bytes: Uint8Array): Promise<CsvTable> {
  const kind = kindOfFile(bytes);
  if (kind === 'text') return readCsv(bytes);
  try {
    if (kind === 'old-workbook') throw new SpreadsheetError(oldWorkbook);
    return await onlySheet(bytes);
  } catch (error) {
    if (!(error instanceof SpreadsheetError)) throw error;
    return { header: null, rows: [], problems: [{ line: 1, error: error.message }] };
  }
}

const reading: SheetReading = {
  decimal: '.',
  asShown: false,
  hiddenRows: 'read',
  hiddenColumns: 'read',
  struckRows: null,
};

async function onlySheet(bytes: Uint8Array): Promise<CsvTable> {
  const { sheets, rows: rowsOf } = await openSpreadsheet(bytes);
  const problems: CsvProblem[] = [];
  const filled: { sheet: string; rows: CsvRow[] }[] = [];
  for (const sheet of sheets) {
    const rows: CsvRow[] = [];
    for await (const batch of rowsOf(sheet, reading, (line, error) => problems.push({ line, error })))
      rows.push(...batch);
    if (rows.length > 0) filled.push({ sheet, rows });
  }
  if (filled.length > 1) {
    const names = filled.map(({ sheet }) => JSON.stringify(sheet)).join(' and ');
    throw new SpreadsheetError(`the sheets ${names} have something in them: leave only the one to be imported`);
  }
  const [header = null, ...rest] = filled[0]?.rows ?? [];
  // A row of a workbook ends with its last cell that has something in it.
  const empty = header?.cells.map(() => '') ?? [];
  return {
    header,
    rows: rest.map(({ line, cells }) => ({ line, cells: [...cells, ...empty.slice(cells.length)] })),
    problems,
  };
}

/** Rows that are whole, and a problem for each line that is not. */
export async function readTypedRows(
  bytes: Uint8Array,
  shape: FileShape,
): Promise<{ rows: TypedRow[]; problems: CsvProblem[] }> {
  const { header, rows, problems } = await readTable(bytes);
  if (header === null) {
    const error = `the file is empty: it needs a header row; the columns are: ${headersOf(shape.fields)}`;
    return { rows: [], problems: problems.length === 0 ? [{ line: 1, error }] : problems };
  }
  const { columns, problems: ofHeader } = readHeader(header, shape);
  if (ofHeader.length > 0) return { rows: [], problems: ofHeader };
  if (problems.length === 0 && rows.length === 0) {
    problems.push({ line: header.line, error: `no ${shape.many} below the header` });
  }
  const whole: TypedRow[] = [];
  for (const { line, cells } of rows) {
    if (
      cells.length === columns.length ||
      (cells.length > columns.length && filledUpTo(cells).length <= columns.length)
    ) {
      whole.push({
        line,
        typed: Object.fromEntries(columns.map((column, index) => [column, unguardedText(cells[index] ?? '')])),
      });
    } else {
      problems.push({ line, error: `${cells.length} fields, but the header has ${columns.length}` });
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
