import { columnLetters } from '../../words/column-letters.ts';
import { minorDecimals } from '../../rating/currency.ts';
import { microsPerUnit } from '../../rating/money.ts';
import { currencyOf } from '../document.ts';
import type { Cell, Column, ReportDocument, Row } from '../document.ts';
import { periodText } from '../period-text.ts';
import type { Zone } from '../../words/zone.ts';
import { widthOf } from '../../words/text-width.ts';
import type { Paper } from '../site.ts';
import type { SheetCell, Value } from './xlsx/sheet.ts';
import { createWorkbook } from './xlsx/workbook.ts';
import type { Workbook } from './xlsx/workbook.ts';

const dayMs = 86_400_000;
/** Excel's own limit is 1,048,576, with the header. */
const maximumRows = 1_000_000;

function formatOf({ kind }: Column, currency: string): string | null {
  switch (kind) {
    case 'text':
    case 'phone':
      return '@';
    case 'count':
      return '0';
    case 'duration':
      return '[h]:mm:ss';
    case 'minutes':
      return '[mm]:ss';
    case 'date':
      return 'yyyy-mm-dd';
    case 'time':
      return 'hh:mm:ss';
    case 'unit-price':
      return '#,##0.0000';
    case 'moment':
      return 'yyyy-mm-dd hh:mm:ss';
    case 'share':
      return '0.0%';
    case 'money':
      return `#,##0.${'0'.repeat(minorDecimals(currency))}${'#'.repeat(6 - minorDecimals(currency))}`;
  }
}

function valueOf(cell: Cell, { kind }: Column, zone: Zone): Value {
  if (cell === null || typeof cell === 'string') return cell;
  const value = Number(cell);
  switch (kind) {
    case 'text':
    case 'phone':
      return String(cell);
    case 'count':
    case 'share':
      return value;
    case 'duration':
    case 'minutes':
      return value / dayMs;
    case 'time':
      return ((value + zone.offsetMs(value)) % dayMs) / dayMs;
    case 'date':
      return new Date(Math.floor((value + zone.offsetMs(value)) / dayMs) * dayMs);
    // Excel knows no time zones: a date is what the clock on the wall shows.
    case 'moment':
      return new Date(value + zone.offsetMs(value));
    case 'money':
    case 'unit-price':
      return value / microsPerUnit;
  }
}

/** Minimum, so that no total is shown as `###`. */
const widths: Record<Column['kind'], number> = {
  text: 8,
  phone: 15,
  count: 9,
  duration: 11,
  minutes: 10,
  date: 12,
  time: 10,
  'unit-price': 11,
  moment: 20,
  share: 10,
  money: 16,
};
/** A text that is longer has more lines. */
const widestText = 34;

type Table = Pick<ReportDocument, 'columns' | 'zone'>;

/** As wide as what stands there, of the rows that are known when the sheet begins. */
function widthsFor({ columns }: Table, rows: readonly Row[]): number[] {
  return columns.map(({ kind, title }, at) => {
    const longestWord = Math.max(...title.split(' ').map((word) => widthOf(word)));
    const texts = kind === 'text' || kind === 'phone' ? rows.map((row) => widthOf(String(row[at] ?? ''))) : [];
    // Room for the arrow of the filter, which covers the end of the title.
    return Math.max(widths[kind], longestWord + 4, Math.min(widestText, Math.max(0, ...texts) + 2));
  });
}

function cellsOf(row: Row, { columns, zone }: Table): SheetCell[] {
  return columns.map((column, at) => ({
    value: valueOf(row[at] ?? null, column, zone),
    format: formatOf(column, currencyOf(columns, row, column)),
  }));
}

/** A sheet of rows that can be filtered, with totals that follow the filter. */
function startSheet(workbook: Workbook, name: string, table: Table, first: readonly Row[], paper: Paper) {
  const { columns } = table;
  const layout = { widths: widthsFor(table, first), hasHeader: true, print: { paper, title: name } };
  const sheet = workbook.addSheet(name, layout);
  sheet.addRow(
    columns.map((column) => ({ value: column.title, format: ['text', 'phone'].includes(column.kind) ? '@' : '0' })),
    'header',
  );
  const sums = columns.map(() => 0n);
  let rows = 0;
  const isSum = (at: number, cell: Cell): boolean =>
    isSummed(columns[at]) && isNumber(cell) && BigInt(cell) === sums[at];
  return {
    rows: () => rows,
    add(row: Row) {
      sheet.addRow(cellsOf(row, table));
      rows += 1;
      for (const [at, cell] of row.entries()) {
        if (isSummed(columns[at]) && isNumber(cell)) sums[at] = (sums[at] ?? 0n) + BigInt(cell);
      }
    },
    close(totals: readonly Row[]) {
      for (const row of totals) {
        const cells = cellsOf(row, table).map((cell, at): SheetCell => {
          // Only what is the sum of the rows: not one of several currencies, or of groups that are not listed.
          if (rows === 0 || typeof cell.value !== 'number' || !isSum(at, row[at] ?? null)) return cell;
          const range = `${columnLetters(at)}2:${columnLetters(at)}${rows + 1}`;
          return { ...cell, value: { formula: `SUBTOTAL(109,${range})`, value: cell.value } };
        });
        sheet.addRow(cells, 'total');
      }
      sheet.close({ filtered: rows + 1 });
    },
  };
}

const isNumber = (cell: Cell | undefined): cell is number | bigint =>
  typeof cell === 'bigint' || (typeof cell === 'number' && Number.isInteger(cell));
const isSummed = (column: Column | undefined): boolean =>
  column !== undefined && ['count', 'duration', 'minutes', 'money'].includes(column.kind);

/** The last sheet: what the others show. */
function addAbout(workbook: Workbook, document: ReportDocument, isEmpty: boolean): void {
  const { title, period, zone, filters, empty } = document;
  const lines = [title, periodText(period, zone), ...filters, ...(isEmpty ? [empty] : []), ...document.notes()];
  const sheet = workbook.addSheet('About', { widths: [100], hasHeader: false });
  for (const value of lines) sheet.addRow([{ value, format: '@' }]);
  sheet.close();
}

const widthsAreOf = 1000;

/** Widths are those of the first piece, so that it must not be only the first of many statements. */
async function* inLargePieces(rows: ReportDocument['rows']): AsyncGenerator<readonly Row[]> {
  let waiting: Row[] = [];
  for await (const piece of rows) {
    waiting.push(...piece);
    if (waiting.length < widthsAreOf) continue;
    yield waiting;
    waiting = [];
  }
  if (waiting.length > 0) yield waiting;
}

/**
 * A workbook of typed cells: numbers that can be added up, and text that is never a formula. A sheet of rows and totals (more
 * of them beyond a million rows), and a sheet that says what they are.
 */
export async function* renderXlsx(document: ReportDocument, paper: Paper): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const workbook = createWorkbook((bytes) => ready.push(bytes));
  const { title } = document;
  let sheet: ReturnType<typeof startSheet> | null = null;
  let sheets = 0;
  const another = (first: readonly Row[]) => {
    sheets += 1;
    return startSheet(workbook, sheets === 1 ? title : `${title.slice(0, 24)} (${sheets})`, document, first, paper);
  };
  for await (const piece of inLargePieces(document.rows)) {
    if (sheet !== null && sheet.rows() + piece.length > maximumRows) {
      sheet.close([]);
      sheet = null;
    }
    sheet ??= another(piece);
    for (const row of piece) sheet.add(row);
    yield* ready.splice(0);
  }
  const isEmpty = sheet === null;
  (sheet ?? another([])).close(document.totals());
  for (const { name, ...table } of document.sheets?.() ?? []) {
    const more = startSheet(workbook, name, { ...table, zone: document.zone }, table.rows, paper);
    for (const row of table.rows) more.add(row);
    more.close([]);
  }
  addAbout(workbook, document, isEmpty);
  workbook.close();
  yield* ready;
}
