import { minorDecimals } from './currency.ts';
import { formatDecimal, formatMicros } from './money.ts';
import { stretches, type BasisRate, type BasisTable } from './month.ts';

/** Amounts of a call before they are exact in a `number`; `byRate` in 60,000ths of a micro-unit. */
export type Amounts = {
  /** Next increments. */
  count: number;
  billedMs: number;
  freeMs: number;
  /** Billed time of the month before this call. */
  tieredMs: number;
  byRate: bigint;
  isMinimum: boolean;
  cost: bigint;
  /** What is marked up: the cost of the time that is not free. */
  rest: bigint;
  charge: bigint;
};

/** How a charge was calculated, for a person to check. */
type Steps = {
  billableMs: number;
  rate: BasisRate;
  table: BasisTable;
  amounts: Amounts;
  costMicros: number;
  chargeMicros: number;
  /** Of the month; null: the account has nothing free for this call. */
  allowanceMs: number | null;
  isCostExact: boolean;
  isChargeExact: boolean;
};

const secondsText = (ms: number): string => `${formatDecimal(ms, 3)} s`;
const moneyText = (micros: number, { currency }: BasisTable): string => formatMicros(micros, minorDecimals(currency));

export const graceText = (billableMs: number, { graceMs }: BasisRate, table: BasisTable): string =>
  `${secondsText(billableMs)} ≤ ${secondsText(graceMs)} of grace = ${moneyText(0, table)}`;

/** `18 s → 1×30 s first + 0×6 s × 0.12/min + 0.05 connect = 0.11`, and what of it is free. */
export function arithmeticOf(steps: Steps): string {
  const { rate, table, amounts, chargeMicros } = steps;
  const { billedMs, freeMs, tieredMs } = amounts;
  const money = (micros: number) => moneyText(micros, table);
  const rounded = ` (${table.roundingMode} to ${money(table.roundingUnitMicros)})`;
  let text = `${secondsText(steps.billableMs)} → 1×${secondsText(rate.firstIncrementMs)} first + ${amounts.count}×${secondsText(rate.nextIncrementMs)}`;
  text += rate.tiers === '' ? ` × ${money(rate.priceMicros)}/min` : `: ${stretchesText(tieredMs, billedMs, steps)}`;
  if (rate.connectFeeMicros > 0) text += ` + ${money(rate.connectFeeMicros)} connect`;
  if (amounts.isMinimum) text += `, at least ${money(rate.minimumChargeMicros)}`;
  text += ` = ${money(steps.costMicros)}${steps.isCostExact ? '' : rounded}`;
  if (freeMs > 0) {
    const free = `, ${secondsText(freeMs)} of ${minutesText(steps.allowanceMs ?? 0)} a month included`;
    if (freeMs === billedMs) return `${text}${free} = ${money(chargeMicros)}`;
    text += `${free}: ${stretchesText(tieredMs + freeMs, billedMs - freeMs, steps)}`;
    if (rate.connectFeeMicros > 0) text += ` + ${money(rate.connectFeeMicros)} connect`;
  }
  if (!hasMarkup(table)) return freeMs === 0 ? text : `${text} = ${money(chargeMicros)}`;
  text += ',';
  if (table.markupBasisPoints > 0) text += ` + ${formatDecimal(table.markupBasisPoints, 2)} %`;
  if (table.markupPerCallMicros > 0) text += ` + ${money(table.markupPerCallMicros)} a call`;
  return `${text} = ${money(chargeMicros)}${steps.isChargeExact ? '' : rounded}`;
}

const minutesText = (ms: number): string => `${ms / 60_000} min`;
export const hasMarkup = (table: BasisTable): boolean => table.markupBasisPoints > 0 || table.markupPerCallMicros > 0;

/** `30 s × 0.12/min + 12 s × 0.10/min`, by the tiers of the month that the time falls into. */
function stretchesText(fromMs: number, ms: number, { rate, table }: Steps): string {
  const parts = stretches(fromMs, ms, rate);
  return parts.map((part) => `${secondsText(part.ms)} × ${moneyText(part.priceMicros, table)}/min`).join(' + ');
}
