import type { CallType } from '../words/call-type.ts';
import { minorDecimals } from './currency.ts';
import { divideRounded, formatDecimal, formatMicros, toMicros } from './money.ts';
import { isReadable, type Rate, type RateTable } from './rate.ts';

export type CallToPrice = {
  answered: boolean;
  billableMs: number;
  callType: CallType | null;
};

/** What the search for a rate found. */
export type FoundRate =
  | { kind: 'rate'; rate: Rate; table: RateTable }
  | { kind: 'none'; why: Exclude<UnratedWhy, 'out-of-range' | 'unreadable-rate'> };

/** Why a call is free. */
export const freeWhys = ['not-answered', 'free-call-type'] as const;
export type FreeWhy = (typeof freeWhys)[number];

/** Why the price of a call is unknown. */
export const unratedWhys = [
  /** Neither account nor department has a rate table, and there is no default one. */
  'no-rate-table',
  /** The table has no rate for this number at that time. */
  'no-rate',
  /** The call has no E.164 number to look up. */
  'no-number',
  /** More than money can be exact in: 9 billion units. */
  'out-of-range',
  /** The rate's row in SQL Server cannot be read. */
  'unreadable-rate',
] as const;
export type UnratedWhy = (typeof unratedWhys)[number];

export type PricedCall = {
  kind: 'priced';
  currency: string;
  /** By the rate, rounded. */
  costMicros: number;
  /** With the table's markup, rounded: what the account pays. */
  chargeMicros: number;
  /** The time charged, in whole increments. */
  billedMs: number;
  tableId: number;
  rateId: number;
  rateVersion: number;
  prefix: string;
  destination: string;
  /** How the charge was calculated, for a person to check. */
  arithmetic: string;
};
export type FreeCall = { kind: 'free'; why: FreeWhy };
/** Not free: flagged wherever it is shown, and never counted as 0. */
export type UnratedCall = { kind: 'unrated'; why: UnratedWhy };
export type Price = PricedCall | FreeCall | UnratedCall;

/** Whether a call costs the same by both; null: it has no price. Which rate it came by does not matter. */
export function isSamePrice(a: Price | null, b: Price | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind === 'priced') {
    return (
      b.kind === 'priced' &&
      a.currency === b.currency &&
      a.costMicros === b.costMicros &&
      a.chargeMicros === b.chargeMicros
    );
  }
  return b.kind === a.kind && b.why === a.why;
}

/** Call types that are free unless the site configures others. */
export const defaultFreeCallTypes: readonly CallType[] = ['internal', 'toll-free', 'emergency'];

/**
 * What a call costs:
 *
 * 1. billed time = first increment, and whole next increments for the rest; a call within the grace time is billed none, and costs 0;
 * 2. connect fee + price a minute × billed time, but at least the minimum charge, rounded once: the cost;
 * 3. cost + percentage of it + markup per call, rounded once: the charge.
 *
 * Rounding is to the table's unit by its mode; everything before it is exact.
 */
export function price(call: CallToPrice, found: FoundRate, freeCallTypes = defaultFreeCallTypes): Price {
  const free = freeReason(call, freeCallTypes);
  if (free !== null) return { kind: 'free', why: free };
  if (found.kind === 'none') return { kind: 'unrated', why: found.why };
  return priceByRate(call.billableMs, found.rate, found.table);
}

/** Null: the call has to be rated. Asked first, a free call needs no look-up. */
export function freeReason(call: CallToPrice, freeCallTypes = defaultFreeCallTypes): FreeWhy | null {
  if (!call.answered) return 'not-answered';
  return call.callType !== null && freeCallTypes.includes(call.callType) ? 'free-call-type' : null;
}

/** How many next increments are begun beyond the first. */
export function nextIncrements(billableMs: number, rate: Pick<Rate, 'firstIncrementMs' | 'nextIncrementMs'>): number {
  return Math.ceil(Math.max(0, billableMs - rate.firstIncrementMs) / rate.nextIncrementMs);
}

const msPerMinute = 60_000n;

/** Amounts of a call before they are exact in a `number`; `byRate` in 60,000ths of a micro-unit. */
type Amounts = { count: number; billedMs: number; byRate: bigint; isMinimum: boolean; cost: bigint; charge: bigint };

function amountsOf(billableMs: number, rate: Rate, table: RateTable): Amounts {
  const count = nextIncrements(billableMs, rate);
  const billedMs = rate.firstIncrementMs + count * rate.nextIncrementMs;
  // Costs are fractions of micro-units until they are rounded: here in 60,000ths of one.
  const byTime = BigInt(rate.connectFeeMicros) * msPerMinute + BigInt(rate.priceMicros) * BigInt(billedMs);
  const minimum = BigInt(rate.minimumChargeMicros) * msPerMinute;
  const isMinimum = byTime < minimum;
  const byRate = isMinimum ? minimum : byTime;
  const cost = roundTo(byRate, msPerMinute, table);
  return { count, billedMs, byRate, isMinimum, cost, charge: withMarkup(cost, table) };
}

/** What a call of this length is charged; null: its rate cannot be read, or it is more than money can be exact in. */
export function chargeByRate(billableMs: number, rate: Rate, table: RateTable): number | null {
  if (!isReadable(rate)) return null;
  return isWithinGrace(billableMs, rate) ? 0 : toMicros(amountsOf(billableMs, rate, table).charge);
}

export function priceByRate(billableMs: number, rate: Rate, table: RateTable): PricedCall | UnratedCall {
  if (!isReadable(rate)) return { kind: 'unrated', why: 'unreadable-rate' };
  if (isWithinGrace(billableMs, rate)) return withinGrace(billableMs, rate, table);
  const { count, billedMs, byRate, isMinimum, cost, charge } = amountsOf(billableMs, rate, table);
  const [costMicros, chargeMicros] = [toMicros(cost), toMicros(charge)];
  if (costMicros === null || chargeMicros === null) return { kind: 'unrated', why: 'out-of-range' };
  const exactness = {
    isCostExact: cost * msPerMinute === byRate,
    isChargeExact: charge * wholeBasisPoints === markedUp(cost, table),
  };
  return {
    kind: 'priced',
    currency: table.currency,
    costMicros,
    chargeMicros,
    billedMs,
    ...rateOf(rate),
    arithmetic: arithmetic({ billableMs, count, rate, table, costMicros, chargeMicros, isMinimum, ...exactness }),
  };
}

const rateOf = ({ tableId, id, version, prefix, destination }: Rate) => ({
  ...{ tableId, rateId: id, rateVersion: version, prefix, destination },
});

const isWithinGrace = (billableMs: number, { graceMs }: Rate): boolean => graceMs > 0 && billableMs <= graceMs;

function withinGrace(billableMs: number, rate: Rate, table: RateTable): PricedCall {
  const arithmetic = `${secondsText(billableMs)} ≤ ${secondsText(rate.graceMs)} of grace = ${moneyText(0, table)}`;
  const nothing = { currency: table.currency, costMicros: 0, chargeMicros: 0, billedMs: 0 };
  return { kind: 'priced', ...nothing, ...rateOf(rate), arithmetic };
}

function roundTo(numerator: bigint, denominator: bigint, table: RateTable): bigint {
  const unit = BigInt(table.roundingUnitMicros);
  return divideRounded(numerator, denominator * unit, table.roundingMode) * unit;
}

const wholeBasisPoints = 10_000n;

function withMarkup(cost: bigint, table: RateTable): bigint {
  return hasMarkup(table) ? roundTo(markedUp(cost, table), wholeBasisPoints, table) : cost;
}

/** In 10,000ths of a micro-unit. */
function markedUp(cost: bigint, table: RateTable): bigint {
  return (
    cost * (wholeBasisPoints + BigInt(table.markupBasisPoints)) + BigInt(table.markupPerCallMicros) * wholeBasisPoints
  );
}

function hasMarkup(table: RateTable): boolean {
  return table.markupBasisPoints > 0 || table.markupPerCallMicros > 0;
}

type Steps = {
  billableMs: number;
  count: number;
  rate: Rate;
  table: RateTable;
  isMinimum: boolean;
  costMicros: number;
  chargeMicros: number;
  isCostExact: boolean;
  isChargeExact: boolean;
};

const secondsText = (ms: number): string => `${formatDecimal(ms, 3)} s`;
const moneyText = (micros: number, { currency }: RateTable): string => formatMicros(micros, minorDecimals(currency));

/** `18 s → 1×30 s first + 0×6 s × 0.12/min + 0.05 connect = 0.11` */
function arithmetic(steps: Steps): string {
  const { rate, table } = steps;
  const money = (micros: number) => moneyText(micros, table);
  const rounded = ` (${table.roundingMode} to ${money(table.roundingUnitMicros)})`;
  let text = `${secondsText(steps.billableMs)} → 1×${secondsText(rate.firstIncrementMs)} first + ${steps.count}×${secondsText(rate.nextIncrementMs)} × ${money(rate.priceMicros)}/min`;
  if (rate.connectFeeMicros > 0) text += ` + ${money(rate.connectFeeMicros)} connect`;
  if (steps.isMinimum) text += `, at least ${money(rate.minimumChargeMicros)}`;
  text += ` = ${money(steps.costMicros)}${steps.isCostExact ? '' : rounded}`;
  if (hasMarkup(table)) {
    text += ',';
    if (table.markupBasisPoints > 0) text += ` + ${formatDecimal(table.markupBasisPoints, 2)} %`;
    if (table.markupPerCallMicros > 0) text += ` + ${money(table.markupPerCallMicros)} a call`;
    text += ` = ${money(steps.chargeMicros)}${steps.isChargeExact ? '' : rounded}`;
  }
  return text;
}
