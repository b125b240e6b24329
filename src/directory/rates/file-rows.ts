import { open } from 'node:fs/promises';
import type { CsvRow } from '../../csv/csv.ts';
import { readCsvLines } from '../../csv/lines.ts';
import { readWhole } from '../../csv/whole-file.ts';
import { findTable, headerWithin } from '../../rating/tariff/header.ts';
import type { TariffOptions } from '../../rating/tariff/reader.ts';
import type { SheetReading } from '../../spreadsheet/sheet.ts';
import { SpreadsheetError } from '../../spreadsheet/error.ts';
import { kindOfFile, oldWorkbook, openSpreadsheet, type Spreadsheet } from '../../spreadsheet/spreadsheet.ts';

export type OnProblem = (line: number, error: string) => void;

/** Rows of a file from its beginning, some thousand at a time. Throws a `LinesError` or a `SpreadsheetError`. */
export type Rows = (onProblem: OnProblem) => AsyncIterable<CsvRow[]>;

export type RowsOptions = Pick<TariffOptions, 'signs' | 'columns' | 'declared'> & {
  /** Of a CSV file; null: found out. */
  separator: string | null;
  /** Of a CSV file; null: UTF-8 or UTF-16, whichever it is. */
  encoding: string | null;
  /** Of a workbook; null: the only one that holds rates. */
  sheet: string | null;
  /** What becomes of rows that a workbook hides; null: they are refused. */
  hiddenRows: 'read' | 'leave-out' | null;
  /** What becomes of columns that a workbook hides; null: they are refused. */
  hiddenColumns: 'read' | 'leave-out' | null;
  /** What becomes of rows that a workbook strikes out; null: they are refused. */
  struckRows: 'read' | 'leave-out' | null;
};

export type OpenedRows = {
  rows: Rows;
  /** Whether a row ends with its last cell that has something in it, as in a workbook. */
  areShort: boolean;
};

const maximumWorkbook = 300_000_000;

/** Opens a CSV file or a workbook. Rejects if the file cannot be opened, with a `SpreadsheetError` if it is neither. */
export async function openRows(file: string, options: RowsOptions): Promise<OpenedRows> {
  switch (kindOfFile(await firstBytes(file))) {
    case 'text': {
      const { separator, encoding } = options;
      const csv = {
        ...(separator === null ? {} : { separator }),
        ...(encoding === null ? {} : { encoding }),
        undecodable: 'save it as "CSV UTF-8", or say what it is, as in --encoding windows-1252',
      };
      return { rows: (onProblem) => asText(readCsvLines(file, onProblem, csv)), areShort: false };
    }
    case 'old-workbook':
      throw new SpreadsheetError(oldWorkbook);
    case 'workbook': {
      const bytes = await readWhole(file, maximumWorkbook).catch((error: unknown) => {
        if (!(error instanceof RangeError)) throw error;
        throw new SpreadsheetError(`the workbook is larger than ${maximumWorkbook} bytes: save it as CSV`);
      });
      const spreadsheet = await openSpreadsheet(bytes);
      const sheet = options.sheet ?? (await sheetWithRates(spreadsheet, options));
      return { rows: (onProblem) => spreadsheet.rows(sheet, readingOf(options), onProblem), areShort: true };
    }
  }
}

/** A sign beside a price may be that of another currency. */
const readingOf = ({ signs, hiddenRows, hiddenColumns, struckRows }: RowsOptions): SheetReading => ({
  decimal: signs.decimal,
  asShown: true,
  ...{ hiddenRows, hiddenColumns, struckRows },
});

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The rows that are searched for the header. */
export async function firstRows(rows: Rows, onProblem: OnProblem): Promise<CsvRow[]> {
  const first: CsvRow[] = [];
  for await (const batch of rows(onProblem)) {
    first.push(...batch);
    if (first.length >= headerWithin) break;
  }
  return first;
}

/** The sheet that has a table of rates. Where several have, somebody must say which. */
async function sheetWithRates({ sheets, rows }: Spreadsheet, options: RowsOptions): Promise<string> {
  const found: string[] = [];
  for (const sheet of sheets) {
    const first = await firstRows(
      (onProblem) => rows(sheet, readingOf(options), onProblem),
      () => undefined,
    );
    if (first.length > 0 && findTable(first, options.columns, options.declared).ok) found.push(sheet);
  }
  if (found.length > 1) {
    const names = found.map((name) => JSON.stringify(name)).join(' and ');
    throw new SpreadsheetError(
      `the sheets ${names} hold rates: say which one counts, as in --sheet ${JSON.stringify(found[0])}`,
    );
  }
  return found[0] ?? sheets[0] ?? '';
}

/** Marks of a spreadsheet for what it is to keep as text: `="0049"` and `'49`. */
const textMark = /^(?:="([^"]*)"|'(?=[+\d])(.*))$/s;

async function* asText(rows: AsyncIterable<CsvRow[]>): AsyncGenerator<CsvRow[]> {
  for await (const batch of rows) {
    yield batch.map((row) => ({
      ...row,
      cells: row.cells.map((cell) => (/^[=']/.test(cell) ? cell.replace(textMark, '$1$2') : cell)),
    }));
  }
}
