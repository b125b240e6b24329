import { currencyOf } from '../document.ts';
import type { Cell, Column, ReportDocument, Row } from '../document.ts';
import { momentText } from '../period.ts';
import type { Zone } from '../period.ts';
import { formatDecimal } from '../../rating/money.ts';
import { csvText } from '../../words/clean-text.ts';
import { amountText } from './text.ts';

/** RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellText(cell: Cell, { kind }: Column, currency: string, zone: Zone): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return csvText(cell);
  switch (kind) {
    case 'text':
    case 'phone':
    case 'count':
      return String(cell);
    case 'duration':
      return formatDecimal(cell, 3);
    case 'share':
      return Number(cell).toFixed(4);
    case 'money':
      return amountText(cell, currency);
    case 'moment':
      return momentText(Number(cell), zone);
  }
}

const units: Partial<Record<Column['kind'], string>> = { duration: ' (s)' };

/**
 * RFC 4180 with a header row, in UTF-8, for programs and spreadsheets: durations in seconds, shares from 0 to 1, moments in
 * the site's time with their offset. Totals are left out, so that a column can be added up; an empty period is the header
 * alone.
 */
export async function* renderCsv({ columns, rows, zone }: ReportDocument): AsyncGenerator<string> {
  const line = (cells: readonly string[]) => `${cells.map(quoted).join(',')}\r\n`;
  yield line(columns.map(({ title, kind }) => title + (units[kind] ?? '')));
  const lineOf = (row: Row) =>
    line(columns.map((column, at) => cellText(row[at] ?? null, column, currencyOf(columns, row, column), zone)));
  for await (const piece of rows) yield piece.map(lineOf).join('');
}
