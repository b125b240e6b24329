import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import ExcelJS from 'exceljs';
import { minorDecimals } from '../../rating/currency.ts';
import { microsPerUnit } from '../../rating/money.ts';
import { currencyOf } from '../document.ts';
import type { Cell, Column, ReportDocument, Row } from '../document.ts';
import { periodText } from '../period-text.ts';
import type { Zone } from '../period.ts';

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
    case 'moment':
      return 'yyyy-mm-dd hh:mm:ss';
    case 'share':
      return '0.0%';
    case 'money':
      return `#,##0.${'0'.repeat(minorDecimals(currency))}${'#'.repeat(6 - minorDecimals(currency))}`;
  }
}

function valueOf(cell: Cell, { kind }: Column, zone: Zone): string | number | Date | null {
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
      return value / dayMs;
    // Excel knows no time zones: a date is what the clock on the wall shows.
    case 'moment':
      return new Date(value + zone.offsetMs(value));
    case 'money':
      return value / microsPerUnit;
  }
}

const widths: Record<Column['kind'], number> = {
  text: 24,
  phone: 18,
  count: 10,
  duration: 12,
  moment: 20,
  share: 12,
  money: 14,
};

function addSheet(workbook: ExcelJS.stream.xlsx.WorkbookWriter, name: string, columns: readonly Column[]) {
  const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ title, kind }) => ({ header: title, width: widths[kind] }));
  sheet.getRow(1).font = { bold: true };
  sheet.getRow(1).commit();
  return sheet;
}

function addRow(sheet: ExcelJS.Worksheet, row: Row, { columns, zone }: ReportDocument, bold: boolean): void {
  const added = sheet.addRow(columns.map((column, at) => valueOf(row[at] ?? null, column, zone)));
  for (const [at, column] of columns.entries()) {
    const format = formatOf(column, currencyOf(columns, row, column));
    if (format !== null && (row[at] ?? null) !== null) added.getCell(at + 1).numFmt = format;
  }
  if (bold) added.font = { bold: true };
  added.commit();
}

async function fill(document: ReportDocument, out: PassThrough): Promise<void> {
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true, useSharedStrings: false });
  const { title, columns } = document;
  let sheet = addSheet(workbook, title, columns);
  let [sheets, rows] = [1, 0];
  for await (const piece of document.rows) {
    if (rows + piece.length > maximumRows) {
      sheet.commit();
      sheets += 1;
      rows = 0;
      sheet = addSheet(workbook, `${title} (${sheets})`, columns);
    }
    for (const row of piece) addRow(sheet, row, document, false);
    rows += piece.length;
    if (out.writableNeedDrain) await once(out, 'drain');
  }
  const totals = document.totals();
  for (const row of totals) addRow(sheet, row, document, true);
  sheet.commit();
  const about = workbook.addWorksheet('About');
  const empty = rows === 0 && sheets === 1 ? [document.empty] : [];
  const lines = [title, periodText(document.period, document.zone), ...document.filters, ...empty, ...document.notes()];
  for (const line of lines) about.addRow([line]).commit();
  about.commit();
  await workbook.commit();
}

/**
 * A workbook of typed cells: numbers that can be added up, and text that is never a formula. A sheet of rows and totals (more
 * of them beyond a million rows), and a sheet that says what they are.
 */
export async function* renderXlsx(document: ReportDocument): AsyncGenerator<Uint8Array> {
  const out = new PassThrough();
  const filled = fill(document, out).catch((error: unknown) => {
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  for await (const chunk of out) yield chunk as Uint8Array;
  await filled;
}
