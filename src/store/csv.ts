import { parse } from 'csv-parse/sync';
import type { CsvError } from 'csv-parse/sync';

export type CsvRow = {
  /** Line of the file on which the row begins, from 1. */
  line: number;
  /** As many as the row has, which may differ from the header. */
  cells: string[];
};

export type CsvProblem = { line: number; error: string };

export type CsvTable = {
  header: CsvRow | null;
  /** Without blank lines and rows of nothing but separators. */
  rows: CsvRow[];
  /** Lines that are not CSV. */
  problems: CsvProblem[];
};

const separators = [',', ';', '\t'] as const;

/** Spreadsheets write the separator of their locale: the header, which holds names only, tells which. */
function separatorOf(text: string): string {
  const firstLine = text.split('\n', 1)[0] ?? '';
  const counted = separators.map((separator) => ({ separator, count: firstLine.split(separator).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).separator;
}

const explanations: { [code in CsvError['code']]?: string } = {
  INVALID_OPENING_QUOTE: 'a quote stands inside an unquoted field: put the field in quotes and double those inside',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote: double the quotes inside a quoted field',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field that begins here or above never ends',
};

function problemOf(error: CsvError): CsvProblem {
  const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
  return { line, error: explanations[error.code] ?? error.message };
}

/**
 * Reads a CSV file as spreadsheets write them: UTF-8 with or without byte order mark, any line ending, separated by comma,
 * semicolon or tab, fields quoted where needed (RFC 4180). Cells come trimmed.
 */
export function readCsv(bytes: Uint8Array): CsvTable {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { header: null, rows: [], problems: [{ line: 1, error: 'the file is not UTF-8: save it as "CSV UTF-8"' }] };
  }
  // csv-parse counts a CRLF inside a field as two lines.
  text = text.replace(/\r\n?/g, '\n');
  const problems: CsvProblem[] = [];
  const parsed: unknown = parse(text, {
    delimiter: separatorOf(text),
    record_delimiter: '\n',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) problems.push(problemOf(error));
      return undefined;
    },
  });
  const records = parsed as { record: string[]; info: { lines: number } }[];
  const rows: CsvRow[] = [];
  for (const { record, info } of records) {
    // `lines` is where the record ends.
    const line = info.lines - record.reduce((count, cell) => count + cell.split('\n').length - 1, 0);
    const cells = record.map((cell) => cell.trim());
    if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
  }
  const [header = null, ...rest] = rows;
  return { header, rows: rest, problems };
}
