/** The file is no workbook that can be read; the message says what to do. */
export class SpreadsheetError extends Error {
  override readonly name = 'SpreadsheetError';
}
