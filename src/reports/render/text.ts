import { minorDecimals } from '../../rating/currency.ts';
import { formatMicros } from '../../rating/money.ts';
import { currencyOf } from '../document.ts';
import type { Cell, Column, Row } from '../document.ts';
import { dayText, wallClock } from '../period.ts';
import type { Zone } from '../period.ts';

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

function cellText(cell: Cell, { kind }: Column, currency: string, zone: Zone): string {
  if (cell === null || typeof cell === 'string') return cell ?? '';
  switch (kind) {
    case 'text':
    case 'phone':
    case 'count':
      return String(cell);
    case 'duration':
      return durationText(Number(cell));
    case 'share':
      return `${(Number(cell) * 100).toFixed(1)} %`;
    case 'money':
      return amountText(cell, currency);
    case 'moment': {
      const wall = wallClock(Number(cell), zone);
      return `${dayText(wall)} ${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`;
    }
  }
}

/** A row for people to read. */
export function rowTexts(row: Row, columns: readonly Column[], zone: Zone): string[] {
  return columns.map((column, place) => cellText(row[place] ?? null, column, currencyOf(columns, row, column), zone));
}
