import { currencyOf } from '../document.ts';
import type { Cell, Column, ReportDocument, Row } from '../document.ts';
import { momentText } from '../period.ts';
import type { Zone } from '../../words/zone.ts';
import { formatDecimal, formatMicros } from '../../rating/money.ts';
import { csvText } from '../../words/clean-text.ts';
import { csvLine } from '../../words/csv-line.ts';
import { decimalMarkOf } from '../writing.ts';
import { amountText } from './text.ts';

function cellText(cell: Cell, { kind }: Column, currency: string, zone: Zone): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return csvText(cell);
  switch (kind) {
    case 'text':
    case 'phone':
    case 'count':
      return String(cell);
    case 'duration':
    case 'minutes':
      return formatDecimal(cell, 3);
    case 'share':
      return Number(cell).toFixed(4);
    case 'money':
      return amountText(cell, currency);
    case 'unit-price':
      return formatMicros(cell, 4);
    case 'date':
      return momentText(Number(cell), zone).slice(0, 10);
    case 'time':
      return momentText(Number(cell), zone).slice(11);
    case 'moment':
      return momentText(Number(cell), zone);
  }
}

const units: Partial<Record<Column['kind'], string>> = { duration: ' (s)', minutes: ' (in seconds)' };

/** How a file is to be read. */
export type CsvOptions = {
  /** Begins with a byte order mark, by which spreadsheets know UTF-8. */
  bom: boolean;
  /** BCP 47: where decimals have a comma, so have they here, and cells are separated by semicolons. Empty: for programs. */
  locale: string;
};

export const plainCsv: CsvOptions = { bom: false, locale: '' };

/**
 * RFC 4180 with a header row, in UTF-8, for programs and spreadsheets: durations in seconds, shares from 0 to 1, moments in
 * the site's time with their offset. Totals are left out, so that a column can be added up; an empty period is the header
 * alone.
 */
export async function* renderCsv(
  { columns, rows, zone }: ReportDocument,
  { bom, locale }: CsvOptions = plainCsv,
): AsyncGenerator<string> {
  const hasComma = decimalMarkOf(locale) === ',';
  const line = (cells: readonly string[]) => csvLine(cells, hasComma ? ';' : ',');
  const isDecimal = columns.map(({ kind }) => decimalKinds.includes(kind));
  yield (bom ? '\ufeff' : '') + line(columns.map(({ title, kind }) => title + (units[kind] ?? '')));
  const lineOf = (row: Row) =>
    line(
      columns.map((column, at) => {
        const cell = row[at] ?? null;
        const text = cellText(cell, column, currencyOf(columns, row, column), zone);
        return hasComma && isDecimal[at] === true && typeof cell !== 'string' ? text.replace('.', ',') : text;
      }),
    );
  for await (const piece of rows) yield piece.map(lineOf).join('');
}

const decimalKinds: readonly Column['kind'][] = ['duration', 'minutes', 'share', 'money', 'unit-price'];
