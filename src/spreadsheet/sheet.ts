import type { CsvRow } from '../csv/csv.ts';
import { SpreadsheetError } from './error.ts';
import { dateText, numberText, timeText } from './number-formats.ts';
import { attribute, createXmlReader } from './xml.ts';
import { decodeCell, type WorkbookParts } from './workbook.ts';

const maximumSheet = 4_000_000_000;
/** Those of the largest sheet there is. */
const maximumColumns = 16_384;

type Cell = { at: number; type: string; style: number; value: string; hasFormula: boolean };

/** How the rows of a sheet are read. */
export type SheetReading = {
  /** The sign that numbers get before their decimals. */
  decimal: string;
  /** Whether a number has the currency, unit or digits that its cell shows beside it. */
  asShown: boolean;
  /** Rows that a filter or somebody has hidden; null: each is a problem. */
  hiddenRows: 'read' | 'leave-out' | null;
};

const hiddenRow =
  'the sheet hides this row: it counts with --hidden-rows read, and does not with --hidden-rows leave-out';

/** 0 for A, 26 for AA; -1: no column. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

/**
 * The rows of a sheet, as text, some at a time; blank ones are left out. Numbers come as they are stored, and
 * dates as 2026-01-31, whatever the sheet shows.
 */
export async function* readSheet(
  parts: WorkbookParts,
  path: string,
  reading: SheetReading,
  onProblem: (line: number, error: string) => void,
): AsyncGenerator<CsvRow[]> {
  const decoder = new TextDecoder();
  let rows: CsvRow[] = [];
  const reader = sheetReader(parts, reading, onProblem, (row) => rows.push(row));
  for await (const piece of parts.zip.read(path, maximumSheet)) {
    reader.write(decoder.decode(piece, { stream: true }));
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
}

function sheetReader(
  parts: WorkbookParts,
  reading: SheetReading,
  onProblem: (line: number, error: string) => void,
  onRow: (row: CsvRow) => void,
) {
  let line = 0;
  let isHidden = false;
  let cells: string[] = [];
  let cell: Cell | null = null;
  let isValue = false;

  function endCell({ at, value, hasFormula, ...how }: Cell): void {
    if (at >= maximumColumns) throw new SpreadsheetError('the file is damaged: it has a cell outside of its sheet');
    if (hasFormula && value === '') {
      onProblem(line, 'a formula in this row has no result: open the file in a spreadsheet program and save it');
    }
    while (cells.length < at) cells.push('');
    cells[at] = cellText({ value, ...how }, parts, reading).trim();
  }

  return createXmlReader({
    open(name, attributes) {
      if (name === 'row') {
        line = Number(attribute(attributes, 'r') ?? line + 1);
        isHidden = ['1', 'true'].includes(attribute(attributes, 'hidden') ?? '');
        cells = [];
      } else if (name === 'c') {
        const reference = attribute(attributes, 'r');
        const at = reference === null ? cells.length : columnOf(reference);
        const [type, style] = [attribute(attributes, 't') ?? 'n', Number(attribute(attributes, 's') ?? '0')];
        cell = { at, type, style, value: '', hasFormula: false };
      } else if (name === 'f' && cell !== null) cell.hasFormula = true;
      // An inline string is in `t`, and pronunciation behind it in `rPh`.
      isValue = name === 'v' || (name === 't' && cell !== null);
    },
    text(text) {
      if (isValue && cell !== null) cell.value += text;
    },
    close(name) {
      isValue = false;
      if (name === 'c' && cell !== null) {
        endCell(cell);
        cell = null;
      } else if (name === 'row' && cells.some((text) => text !== '')) {
        if (!isHidden || reading.hiddenRows === 'read') onRow({ line, cells });
        else if (reading.hiddenRows === null) onProblem(line, hiddenRow);
      }
    },
  });
}

function cellText(
  { type, style, value }: Pick<Cell, 'type' | 'style' | 'value'>,
  { strings, formats, is1904 }: WorkbookParts,
  { decimal, asShown }: Pick<SheetReading, 'decimal' | 'asShown'>,
): string {
  switch (type) {
    case 's':
      return strings[Number(value)] ?? '';
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE';
    case 'n':
      return value === '' ? '' : numericText(value);
    case 'd':
      return value.replace(/T00:00:00(\.0+)?$/, '');
    default:
      return decodeCell(value);
  }

  function numericText(text: string): string {
    const number = Number(text);
    if (!Number.isFinite(number)) return text;
    const format = formats[style] ?? { kind: 'plain' };
    switch (format.kind) {
      case 'plain': {
        const { before = '', after = '', dividedBy = 1 } = asShown ? format : {};
        return `${before}${numberText(number / dividedBy).replace('.', decimal)}${after}`;
      }
      case 'padded':
        return numberText(number).padStart(format.digits, '0');
      case 'date':
        return dateText(number, is1904) ?? numberText(number).replace('.', decimal);
      case 'time':
        return timeText(number);
    }
  }
}
