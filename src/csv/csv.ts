import { parse } from 'csv-parse/sync';
import type { CsvError } from 'csv-parse/sync';
import { errorCodeOf } from '../words/thrown.ts';
import { decoderFor, EncodingError } from './encoding.ts';

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

const newline = 10;

const separators = [',', ';', '\t'] as const;

/** Spreadsheets write the separator of their locale: the header, which holds names only, tells which. */
export function separatorOf(text: string): string {
  const firstLine = text.split('\n', 1)[0] ?? '';
  const counted = separators.map((separator) => ({ separator, count: firstLine.split(separator).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).separator;
}

/** A stray quote makes one row of all that follows; a list of numbers may have some thousands. */
const maximumRowLength = 200_000;
/** Each row that is not CSV costs another look at what follows it, up to the longest row. */
const maximumProblems = 200;

const explanations: { [code in CsvError['code']]?: string } = {
  INVALID_OPENING_QUOTE: 'there is a quote inside an unquoted field: put the field in quotes and double those inside',
  CSV_INVALID_CLOSING_QUOTE:
    'text follows a closing quote: double the quotes inside a quoted field, and end the field with a quote',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field that begins here never ends',
  CSV_MAX_RECORD_SIZE: `a quoted field that begins here never ends, or the row has more than ${maximumRowLength} characters`,
};

function isCsvError(error: unknown): error is CsvError {
  return errorCodeOf(error) in explanations;
}

/** Where the line after the next `lines` lines begins; the end, where there are fewer. */
function skipLines(bytes: Buffer, from: number, lines: number): number {
  let position = from;
  for (let left = lines; left > 0; left -= 1) {
    const end = bytes.indexOf(newline, position);
    if (end === -1) return bytes.length;
    position = end + 1;
  }
  return position;
}

/** Reads up to the end or the first record that is not CSV; answers how many lines were good. */
function readGood(bytes: Buffer, delimiter: string, onRow: (row: CsvRow) => void): { lines: number; error?: CsvError } {
  let lines = 0;
  try {
    parse(bytes, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: maximumRowLength,
      on_record: (record: string[], context) => {
        // `lines` is where the record ends.
        lines = context.lines;
        onRow({ line: lines - record.reduce((count, cell) => count + cell.split('\n').length - 1, 0), cells: record });
        return null;
      },
    });
    return { lines };
  } catch (error) {
    if (isCsvError(error)) return { lines, error };
    throw error;
  }
}

/** Lines that are too long for a row are emptied: cut into cells, one of nothing but separators takes a hundred times its length. */
function withoutLongLines(text: string): { text: string; problems: CsvProblem[] } {
  const problems: CsvProblem[] = [];
  const kept: string[] = [];
  let keptUpTo = 0;
  for (let [from, line] = [0, 1]; from < text.length; line += 1) {
    const end = text.indexOf('\n', from);
    const until = end === -1 ? text.length : end;
    if (until - from > maximumRowLength) {
      kept.push(text.slice(keptUpTo, from));
      keptUpTo = until;
      problems.push({ line, error: `the row has more than ${maximumRowLength} characters` });
    }
    from = until + 1;
  }
  return problems.length === 0 ? { text, problems } : { text: kept.join('') + text.slice(keptUpTo), problems };
}

/** `="00123"`, by which spreadsheets are told that digits are a text. */
const asText = /^="(\+?\d*)"$/;
const asTextUnquoted = /(?<=^|[,;\t\n])="(\+?\d*)"(?=[,;\t\n]|$)/g;

/**
 * Reads a CSV file as spreadsheets write them: UTF-8 with or without byte order mark, UTF-16 with or without one, any line ending, separated by comma,
 * semicolon or tab, fields quoted where needed (RFC 4180). Cells come trimmed.
 */
export function readCsv(file: Uint8Array): CsvTable {
  let text: string;
  try {
    text = decoderFor(file).decode(file);
  } catch (thrown) {
    const error = thrown instanceof EncodingError ? thrown.message : 'the file is not UTF-8: save it as "CSV UTF-8"';
    return { header: null, rows: [], problems: [{ line: 1, error }] };
  }
  // csv-parse counts a CRLF inside a field as two lines.
  const { problems, ...bounded } = withoutLongLines(text.replace(/\r\n?/g, '\n').replace(asTextUnquoted, '$1'));
  text = bounded.text;
  const bytes = Buffer.from(text);
  const delimiter = separatorOf(text);
  const rows: CsvRow[] = [];
  let position = 0;
  let linesBefore = 0;
  // A stray quote would take everything up to the next quote with it: reading goes on with the line after the one that has it.
  while (position < bytes.length) {
    const { lines, error } = readGood(bytes.subarray(position), delimiter, ({ line, cells }) => {
      const trimmed = cells.map((cell) => cell.trim().replace(asText, '$1'));
      if (trimmed.some((cell) => cell !== '')) rows.push({ line: linesBefore + line, cells: trimmed });
    });
    if (error === undefined) break;
    position = skipLines(bytes, position, lines);
    linesBefore += lines;
    while (bytes[position] === newline) {
      position += 1;
      linesBefore += 1;
    }
    linesBefore += 1;
    problems.push({ line: linesBefore, error: explanations[error.code] ?? error.message });
    if (problems.length >= maximumProblems) {
      problems.push({ line: linesBefore + 1, error: 'from here on nothing was read: too many rows are wrong' });
      break;
    }
    position = skipLines(bytes, position, 1);
  }
  const [header = null, ...rest] = rows;
  return { header, rows: rest, problems: problems.toSorted((one, other) => one.line - other.line) };
}
