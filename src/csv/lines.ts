import { createReadStream } from 'node:fs';
import { separatorOf } from './csv.ts';
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

/** Lines of a UTF-8 file, with any line ending and without byte order mark. Throws a `LinesError`. */
async function* readLines(file: string): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  let rest = '';
  let batch: Line[] = [];
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new LinesError(line + 1, 'from here on the file is not UTF-8: save it as "CSV UTF-8"');
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

/**
 * Cells of one line, trimmed; null: its quotes are wrong (RFC 4180: a field in quotes doubles those inside). A line is a whole
 * record here, so a stray quote spoils no other line.
 */
export function splitCsvLine(text: string, separator: string): string[] | null {
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    while (text[at] === ' ') at += 1;
    if (text[at] === '"') {
      let cell = '';
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end === -1) return null;
        cell += text.slice(at + 1, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
      cells.push(cell.trim());
      while (text[at] === ' ') at += 1;
      if (at < text.length && text[at] !== separator) return null;
    } else {
      const end = text.indexOf(separator, at);
      const cell = text.slice(at, end === -1 ? text.length : end).trim();
      if (cell.includes('"')) return null;
      cells.push(cell);
      at = end === -1 ? text.length : end;
    }
    if (at >= text.length) return cells;
    at += 1;
  }
}

/**
 * Reads a CSV file of any size in bounded memory, some thousand rows at a time; the first row is the header, which decides
 * on the separator. Blank lines and lines of nothing but separators are left out. Throws a `LinesError`.
 */
export async function* readCsvLines(
  file: string,
  onProblem: (line: number, error: string) => void,
): AsyncGenerator<CsvRow[]> {
  let separator: string | null = null;
  for await (const lines of readLines(file)) {
    const rows: CsvRow[] = [];
    for (const { line, text } of lines) {
      if (text.trim() === '') continue;
      separator ??= separatorOf(text);
      const cells = splitCsvLine(text, separator);
      if (cells === null) onProblem(line, 'the quotes are wrong: put a field in quotes and double those inside');
      else if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
    }
    if (rows.length > 0) yield rows;
  }
}
