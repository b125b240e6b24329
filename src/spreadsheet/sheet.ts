import type { CsvRow } from '../csv/csv.ts';
import { columnLetters } from '../words/column-letters.ts';
import { SpreadsheetError } from './error.ts';
import { dateText, numberText, timeText } from './number-formats.ts';
import { attribute, createXmlReader } from './xml.ts';
import {
  columnOf,
  fillingMerged,
  hiddenColumns,
  isYes,
  type Choice,
  maximumSheet,
  mergedDown,
  type MergedDown,
} from './sheet-layout.ts';
import { decodeCell, isOn, type WorkbookParts } from './workbook.ts';

/** Those of the largest sheet there is. */
const maximumColumns = 16_384;

type Cell = {
  at: number;
  type: string;
  style: number;
  value: string;
  hasFormula: boolean;
  /** A part of its own text is struck out. */
  isStruck: boolean;
};

/** How the rows of a sheet are read. */
export type SheetReading = {
  /** The sign that numbers get before their decimals. */
  decimal: string;
  /** Whether a number has the currency, unit or digits that its cell shows beside it. */
  asShown: boolean;
  /** Rows that a filter or somebody has hidden. */
  hiddenRows: Choice;
  /** Columns that somebody has hidden. */
  hiddenColumns: Choice;
  /** Rows in which something is struck out, as carriers do with prefixes that they withdraw. */
  struckRows: Choice;
};

const hiddenRow =
  'the sheet hides this row: it counts with --hidden-rows read, and does not with --hidden-rows leave-out';

const struckRow =
  'something in this row is struck out: take the line or the row away; of rates, it counts with --struck-rows read, and does not with --struck-rows leave-out';

const hiddenColumn = (column: number, text: string): string =>
  `the sheet hides column ${columnLetters(column)} (${JSON.stringify(text.slice(0, 40))}): it counts with --hidden-columns read, and does not with --hidden-columns leave-out`;

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
  const merged = await mergedDown(parts.zip, path);
  const decoder = new TextDecoder();
  let rows: CsvRow[] = [];
  const reader = sheetReader({ ...parts, merged }, reading, onProblem, (row) => rows.push(row));
  for await (const piece of parts.zip.read(path, maximumSheet)) {
    reader.write(decoder.decode(piece, { stream: true }));
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
}

type SheetParts = WorkbookParts & { merged: MergedDown };
type OnProblem = (line: number, error: string) => void;

/** Puts a row together from its cells, and decides what becomes of it. */
function rowMaker(parts: SheetParts, reading: SheetReading, onProblem: OnProblem, onRow: (row: CsvRow) => void) {
  let [line, isHidden] = [0, false];
  let cells: string[] = [];
  let struck = new Set<number>();
  const columns = hiddenColumns(reading.hiddenColumns, (column, text) => onProblem(line, hiddenColumn(column, text)));
  const fillMerged = fillingMerged(parts.merged);

  return {
    columns,
    begin(attributes: string): void {
      line = Number(attribute(attributes, 'r') ?? line + 1);
      isHidden = isYes(attribute(attributes, 'hidden')) || attribute(attributes, 'ht') === '0';
      cells = [];
      struck = new Set();
    },
    nextColumn: (): number => cells.length,
    add({ at, value, hasFormula, isStruck, ...how }: Cell): void {
      if (at >= maximumColumns) throw new SpreadsheetError('the file is damaged: it has a cell outside of its sheet');
      if (hasFormula && value === '') {
        onProblem(line, 'a formula in this row has no result: open the file in a spreadsheet program and save it');
      }
      while (cells.length < at) cells.push('');
      const text = cellText({ value, ...how }, parts, reading).trim();
      const isLeftOut = columns.leavesOut(at, text);
      cells[at] = isLeftOut ? '' : text;
      if (text === '' || isLeftOut) return;
      const isOfStruck = how.type === 's' && parts.struckStrings.has(Number(value));
      if (isStruck || isOfStruck || parts.struckStyles.has(how.style)) struck.add(at);
    },
    end(): void {
      fillMerged(line, cells, struck);
      if (cells.every((text) => text === '')) return;
      if (isHidden && reading.hiddenRows !== 'read') {
        if (reading.hiddenRows === null) onProblem(line, hiddenRow);
      } else if (struck.size > 0 && reading.struckRows !== 'read') {
        if (reading.struckRows === null) onProblem(line, struckRow);
      } else onRow({ line, cells });
    },
  };
}

function sheetReader(...making: Parameters<typeof rowMaker>) {
  const row = rowMaker(...making);
  let cell: Cell | null = null;
  let isValue = false;

  return createXmlReader({
    open(name, attributes) {
      if (name === 'row') row.begin(attributes);
      else if (name === 'col') row.columns.note(attributes);
      else if (name === 'c') {
        const reference = attribute(attributes, 'r');
        const at = reference === null ? row.nextColumn() : columnOf(reference);
        const [type, style] = [attribute(attributes, 't') ?? 'n', Number(attribute(attributes, 's') ?? '0')];
        cell = { at, type, style, value: '', hasFormula: false, isStruck: false };
      } else if (name === 'f' && cell !== null) cell.hasFormula = true;
      else if (name === 'strike' && cell !== null) cell.isStruck ||= isOn(attributes);
      // An inline string is in `t`, and pronunciation behind it in `rPh`.
      isValue = name === 'v' || (name === 't' && cell !== null);
    },
    text(text) {
      if (isValue && cell !== null) cell.value += text;
    },
    close(name) {
      isValue = false;
      if (name === 'c' && cell !== null) {
        row.add(cell);
        cell = null;
      } else if (name === 'row') row.end();
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
