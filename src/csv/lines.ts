import { createReadStream } from 'node:fs';
import { decoderFor, EncodingError } from './encoding.ts';
import { separatorOfLines } from './separator.ts';
import type { CsvRow } from './csv.ts';

/** A file of long lines is no rates file, and must not fill the memory. A list of prefixes may have some thousands. */
const longestLine = 1_000_000;
const linesAtOnce = 1000;

/** The file cannot be read as lines of text; `line` is where. */
export class LinesError extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.name = 'LinesError';
    this.line = line;
  }
}

type Line = { line: number; text: string };

/** Lines of a file, with any line ending and without byte order mark. Throws a `LinesError`. */
async function* readLines(
  file: string,
  { encoding, undecodable = saveAsUtf8 }: CsvLinesOptions,
): AsyncGenerator<Line[]> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  let line = 0;
  let rest = '';
  let batch: Line[] = [];
  const decode = (chunk?: Uint8Array): string => {
    try {
      decoder ??= decoderFor(chunk ?? new Uint8Array(), encoding);
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (error instanceof EncodingError) throw new LinesError(line + 1, error.message);
      const name = decoder?.encoding.toUpperCase();
      throw new LinesError(line + 1, `from here on the file is not ${name}: ${undecodable}`);
    }
  };
  const chunks: AsyncIterable<Uint8Array> = createReadStream(file);
  for await (const chunk of chunks) {
    rest += decode(chunk);
    // A CR at the end may be the first half of a CRLF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) {
      throw new LinesError(line + lines.length + 1, `the line is longer than ${longestLine} characters`);
    }
    for (const text of lines) batch.push({ line: (line += 1), text });
    if (batch.length < linesAtOnce) continue;
    yield batch;
    batch = [];
  }
  rest = (rest + decode()).replace(/\r$/, '');
  if (rest !== '') batch.push({ line: line + 1, text: rest });
  if (batch.length > 0) yield batch;
}

/** A field in quotes may hold line breaks; more lines than this mean that a quote is missing. */
const longestField = 100;

/** `open`: a field in quotes does not end here. `wrong`: its quotes are (RFC 4180: a field in quotes doubles those inside). */
type Split = string[] | 'open' | 'wrong';

function splitRecord(text: string, separator: string): Split {
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    while (text[at] === ' ') at += 1;
    if (text[at] === '"') {
      let cell = '';
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end === -1) return 'open';
        cell += text.slice(at + 1, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
      cells.push(cell.trim());
      while (text[at] === ' ') at += 1;
      if (at < text.length && text[at] !== separator) return 'wrong';
    } else {
      const end = text.indexOf(separator, at);
      const cell = text.slice(at, end === -1 ? text.length : end).trim();
      // As spreadsheets are told that digits are a text: ="0049".
      if (cell.includes('"') && !/^="[^"]*"$/.test(cell)) return 'wrong';
      cells.push(cell);
      at = end === -1 ? text.length : end;
    }
    if (at >= text.length) return cells;
    at += 1;
  }
}

/** Cells of one record, trimmed; null: its quotes are wrong. */
export function splitCsvLine(text: string, separator: string): string[] | null {
  const split = splitRecord(text, separator);
  return typeof split === 'string' ? null : split;
}

/**
 * Whether a line inside a field in quotes looks like a record of its own: digits, then something that is no list of digits. Then a
 * quote is missing, and the record would take the next one's price.
 */
function holdsRecord(cells: readonly string[], separator: string): boolean {
  return cells.some((cell) =>
    cell
      .split('\n')
      .slice(1)
      .some((line) => {
        const [first = '', ...more] = line.split(separator);
        return /^\s*\+?\d[\d ]*$/.test(first) && more.some((text) => !/^[\s\d+().-]*$/.test(text));
      }),
  );
}

const wrongQuotes = 'the quotes are wrong: put a field in quotes and double those inside';

/** A record of one line or more, at `at`; `lines`: how many it takes. Null: its end is not among these lines. */
function recordAt(
  lines: readonly Line[],
  at: number,
  separator: string,
  isLast: boolean,
): { split: string[] | null; lines: number } | null {
  let text = lines[at]?.text ?? '';
  for (let count = 1; ; count += 1) {
    const split = splitRecord(text, separator);
    if (split === 'wrong') return { split: null, lines: 1 };
    if (split !== 'open') return holdsRecord(split, separator) ? { split: null, lines: 1 } : { split, lines: count };
    const next = lines[at + count];
    if (next === undefined && !isLast && count < longestField) return null;
    if (next === undefined || count >= longestField || text.length > longestLine) return { split: null, lines: 1 };
    text += `\n${next.text}`;
  }
}

export type CsvLinesOptions = {
  /** Default: the one that cuts the first lines into the most fields of the same number. */
  separator?: string;
  /** Default: UTF-8 or UTF-16, whichever it is. */
  encoding?: string;
  /** What to do about a file in another one. */
  undecodable?: string;
};

const saveAsUtf8 = 'save it as "CSV UTF-8"';

/**
 * Reads a CSV file of any size in bounded memory, some thousand rows at a time. Blank lines and lines of nothing but separators are
 * left out. A stray quote spoils only its own line. Throws a `LinesError`.
 */
export async function* readCsvLines(
  file: string,
  onProblem: (line: number, error: string) => void,
  options: CsvLinesOptions = {},
): AsyncGenerator<CsvRow[]> {
  let separator: string | null = options.separator ?? null;
  let kept: Line[] = [];
  const rowsOf = (lines: readonly Line[], isLast: boolean): CsvRow[] => {
    separator ??= separatorOfLines(lines.map(({ text }) => text));
    const rows: CsvRow[] = [];
    let at = 0;
    for (let first = lines[at]; first !== undefined; first = lines[at]) {
      const record = first.text.trim() === '' ? { split: [], lines: 1 } : recordAt(lines, at, separator, isLast);
      if (record === null) break;
      if (record.split === null) onProblem(first.line, wrongQuotes);
      else if (record.split.some((cell) => cell !== '')) rows.push({ line: first.line, cells: record.split });
      at += record.lines;
    }
    kept = lines.slice(at);
    return rows;
  };
  for await (const lines of readLines(file, options)) {
    const rows = rowsOf(kept.length === 0 ? lines : [...kept, ...lines], false);
    if (rows.length > 0) yield rows;
  }
  const rows = rowsOf(kept, true);
  if (rows.length > 0) yield rows;
}
