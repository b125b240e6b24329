import { minorDecimals } from '../../rating/currency.ts';
import { microsPerUnit } from '../../rating/money.ts';
import { currencyOf } from '../document.ts';
import type { Cell, Column, ReportDocument, Row } from '../document.ts';
import { periodText } from '../period-text.ts';
import type { Zone } from '../period.ts';
import type { SheetCell, Value } from './xlsx/sheet.ts';
import { createWorkbook } from './xlsx/workbook.ts';
import type { Sheet, Workbook } from './xlsx/workbook.ts';

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

const widths: Record<Column['kind'], number> = {
  text: 24,
  phone: 18,
  count: 10,
  duration: 12,
  minutes: 10,
  date: 12,
  time: 10,
  'unit-price': 12,
  moment: 20,
  share: 12,
  money: 14,
};

function addSheet(workbook: Workbook, name: string, columns: readonly Column[]): Sheet {
  const sheet = workbook.addSheet(name, { widths: columns.map(({ kind }) => widths[kind]), hasHeader: true });
  sheet.addRow(
    columns.map(({ title }) => ({ value: title, format: null })),
    { bold: true },
  );
  return sheet;
}

function cellsOf(row: Row, { columns, zone }: ReportDocument): SheetCell[] {
  return columns.map((column, at) => ({
    value: valueOf(row[at] ?? null, column, zone),
    format: formatOf(column, currencyOf(columns, row, column)),
  }));
}

/** The last sheet: what the others show. */
function addAbout(workbook: Workbook, document: ReportDocument, isEmpty: boolean): void {
  const { title, period, zone, filters, empty } = document;
  const lines = [title, periodText(period, zone), ...filters, ...(isEmpty ? [empty] : []), ...document.notes()];
  const sheet = workbook.addSheet('About', { widths: [], hasHeader: false });
  for (const value of lines) sheet.addRow([{ value, format: null }]);
  sheet.close();
}

/**
 * A workbook of typed cells: numbers that can be added up, and text that is never a formula. A sheet of rows and totals (more
 * of them beyond a million rows), and a sheet that says what they are.
 */
export async function* renderXlsx(document: ReportDocument): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const workbook = createWorkbook((bytes) => ready.push(bytes));
  const { title, columns } = document;
  let sheet = addSheet(workbook, title, columns);
  let [sheets, rows] = [1, 0];
  for await (const piece of document.rows) {
    if (rows + piece.length > maximumRows) {
      sheet.close();
      sheets += 1;
      rows = 0;
      sheet = addSheet(workbook, `${title} (${sheets})`, columns);
    }
    for (const row of piece) sheet.addRow(cellsOf(row, document));
    rows += piece.length;
    yield* ready.splice(0);
  }
  for (const row of document.totals()) sheet.addRow(cellsOf(row, document), { bold: true });
  sheet.close();
  addAbout(workbook, document, rows === 0 && sheets === 1);
  workbook.close();
  yield* ready;
}
