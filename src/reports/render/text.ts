import { minorDecimals } from '../../rating/currency.ts';
import { formatMicros } from '../../rating/money.ts';
import { currencyOf } from '../document.ts';
import type { Cell, Column, Row } from '../document.ts';
import type { Writing } from '../writing.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** `1:02:03`, the seconds rounded. */
function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `0.11`, without the currency but with its decimals. */
export function amountText(micros: number | bigint, currency: string): string {
  return formatMicros(micros, minorDecimals(currency));
}

/** `75:30`, the seconds rounded. */
function minutesText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

function cellText(cell: Cell, { kind, decimals }: Column, currency: string, writing: Writing): string {
  if (cell === null || typeof cell === 'string') return cell ?? '';
  switch (kind) {
    case 'text':
    case 'phone':
      return String(cell);
    case 'count':
      return writing.decimal(String(cell));
    case 'duration':
      return durationText(Number(cell));
    case 'minutes':
      return minutesText(Number(cell));
    case 'share':
      return `${writing.decimal((Number(cell) * 100).toFixed(1))} %`;
    case 'money':
      return writing.decimal(decimals === undefined ? amountText(cell, currency) : formatMicros(cell, decimals));
    case 'unit-price':
      return writing.decimal(formatMicros(cell, unitPriceDecimals));
    case 'date':
      return writing.date(Number(cell));
    case 'time':
      return writing.time(Number(cell));
    case 'moment':
      return `${writing.date(Number(cell))} ${writing.time(Number(cell))}`;
  }
}

const unitPriceDecimals = 4;

/** A row for people to read. */
export function rowTexts(row: Row, columns: readonly Column[], writing: Writing): string[] {
  return columns.map((column, place) =>
    cellText(row[place] ?? null, column, currencyOf(columns, row, column), writing),
  );
}

const decimalsOf = (micros: number | bigint): number => (formatMicros(micros).split('.')[1] ?? '').length;

/**
 * Columns whose amounts have all the decimals that any of these rows needs, so that they stand below each other digit by digit. Only
 * amounts in one currency can.
 */
export function withDecimals(columns: readonly Column[], rows: readonly Row[]): Column[] {
  return columns.map((column, at) => {
    if (column.kind !== 'money' || column.currency === undefined) return column;
    const cells = rows
      .map((row) => row[at] ?? null)
      .filter((cell) => typeof cell === 'number' || typeof cell === 'bigint');
    const decimals = Math.max(minorDecimals(column.currency), ...cells.map(decimalsOf));
    return { ...column, decimals };
  });
}
