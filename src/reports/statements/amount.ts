import { minorDecimals } from '../../rating/currency.ts';
import { formatMicros } from '../../rating/money.ts';
import type { Writing } from '../writing.ts';

/** `1.234,50 EUR` */
export const amountIn = (micros: bigint, currency: string, writing: Writing): string =>
  `${writing.decimal(formatMicros(micros, minorDecimals(currency)))} ${currency}`;
