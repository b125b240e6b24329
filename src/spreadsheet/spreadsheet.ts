import type { CsvRow } from '../csv/csv.ts';
import { SpreadsheetError } from './error.ts';
import { readSheet, type SheetReading } from './sheet.ts';
import { readWorkbook } from './workbook.ts';

/** A workbook of a spreadsheet program, as the text of its cells. */
export type Spreadsheet = {
  /** Names of the sheets that people see, in their order. */
  sheets: readonly string[];
  /**
   * The rows of a sheet, in bounded memory; blank ones are left out, and a row ends with its last cell. Throws a `SpreadsheetError`.
   */
  rows: (
    sheet: string,
    reading: SheetReading,
    onProblem: (line: number, error: string) => void,
  ) => AsyncGenerator<CsvRow[]>;
};

/** What the first bytes of a file say it is: an archive, as .xlsx files are, the container of old .xls files, or text. */
export function kindOfFile(start: Uint8Array): 'workbook' | 'old-workbook' | 'text' {
  const begins = (...bytes: number[]) => bytes.every((byte, at) => start[at] === byte);
  if (begins(0x50, 0x4b, 0x03, 0x04)) return 'workbook';
  return begins(0xd0, 0xcf, 0x11, 0xe0) ? 'old-workbook' : 'text';
}

export const oldWorkbook = 'the file is an old .xls file, or is locked with a password: save it as .xlsx without one';

export async function openSpreadsheet(bytes: Uint8Array): Promise<Spreadsheet> {
  const parts = await readWorkbook(bytes);
  if (parts.sheets.length === 0) throw new SpreadsheetError('the workbook has no sheet that can be seen');
  return {
    sheets: parts.sheets.map(({ name }) => name),
    rows(sheet, reading, onProblem) {
      const found = parts.sheets.find(({ name }) => name.toLowerCase() === sheet.toLowerCase());
      if (found === undefined) throw new SpreadsheetError(`it has no sheet ${JSON.stringify(sheet)}`);
      return readSheet(parts, found.path, reading, onProblem);
    },
  };
}
