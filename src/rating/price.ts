import type { CallType } from '../words/call-type.ts';
import { arithmeticOf, graceText, hasMarkup, type Amounts } from './arithmetic.ts';
import { divideRounded, toMicros } from './money.ts';
import {
  basisOf,
  dearestFrom,
  freeTime,
  monthBegins,
  stretches,
  type BasisRate,
  type BasisTable,
  type CallMonth,
  type MonthBasis,
  type MonthPlace,
} from './month.ts';
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
  /** Of a price that depends on the other calls of the month; absent: it does not. */
  month?: MonthShare;
};
export type MonthShare = {
  basis: MonthBasis;
  /** How much of the billed time was free, of what the account has free a month. */
  freeMs: number;
};
export type FreeCall = { kind: 'free'; why: FreeWhy };
/** Not free: flagged wherever it is shown, and never counted as 0. */
export type UnratedCall = { kind: 'unrated'; why: UnratedWhy };
export type Price = PricedCall | FreeCall | UnratedCall;

/**
 * Whether a call costs the same by both, wherever in its month it turns out to be; null: it has no price. Which rate it came by does
 * not matter.
 */
export function isSamePrice(a: Price | null, b: Price | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind === 'priced') {
    return (
      b.kind === 'priced' &&
      a.currency === b.currency &&
      a.costMicros === b.costMicros &&
      a.chargeMicros === b.chargeMicros &&
      JSON.stringify(a.month?.basis) === JSON.stringify(b.month?.basis)
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
 * Rounding is to the table's unit by its mode; everything before it is exact. In a month, the price a minute is that of the tiers that the
 * billed time falls into, and time that is free is charged to nobody (it costs the carrier's price nevertheless). A call that is free as a
 * whole is charged nothing; another one is charged as if it had only the rest.
 */
export function price(
  call: CallToPrice,
  found: FoundRate,
  freeCallTypes = defaultFreeCallTypes,
  month: CallMonth | null = null,
): Price {
  const free = freeReason(call, freeCallTypes);
  if (free !== null) return { kind: 'free', why: free };
  if (found.kind === 'none') return { kind: 'unrated', why: found.why };
  return priceByRate(call.billableMs, found.rate, found.table, month);
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

function amountsOf(billableMs: number, rate: BasisRate, table: BasisTable, month: CallMonth | null): Amounts {
  const count = nextIncrements(billableMs, rate);
  const billedMs = rate.firstIncrementMs + count * rate.nextIncrementMs;
  const tieredMs = month?.place.tieredMs ?? 0;
  const freeMs = month === null ? 0 : freeTime(month.allowanceMs, month.place, billedMs);
  const { byRate, isMinimum } = costOf(tieredMs, billedMs, rate);
  const cost = roundTo(byRate, msPerMinute, table);
  const shared = { count, billedMs, freeMs, tieredMs, byRate, isMinimum, cost };
  if (freeMs > 0 && freeMs === billedMs) return { ...shared, rest: 0n, charge: 0n };
  const rest =
    freeMs === 0 ? cost : roundTo(costOf(tieredMs + freeMs, billedMs - freeMs, rate).byRate, msPerMinute, table);
  return { ...shared, rest, charge: withMarkup(rest, table) };
}

/** Costs are fractions of micro-units until they are rounded: here in 60,000ths of one. */
function costOf(fromMs: number, ms: number, rate: BasisRate): Pick<Amounts, 'byRate' | 'isMinimum'> {
  const parts = rate.tiers === '' ? [{ ms, priceMicros: rate.priceMicros }] : stretches(fromMs, ms, rate);
  const byTime = parts.reduce(
    (sum, part) => sum + BigInt(part.priceMicros) * BigInt(part.ms),
    BigInt(rate.connectFeeMicros) * msPerMinute,
  );
  const minimum = BigInt(rate.minimumChargeMicros) * msPerMinute;
  const isMinimum = byTime < minimum;
  return { byRate: isMinimum ? minimum : byTime, isMinimum };
}

/**
 * What a call of this length may be charged, wherever it will be in the rest of its month: by the dearest tier from so much of it on
 * (`place`), and with nothing free. Null: its rate cannot be read, or it is more than money can be exact in.
 */
export function chargeByRate(
  billableMs: number,
  rate: Rate,
  table: RateTable,
  { tieredMs }: Pick<MonthPlace, 'tieredMs'> = monthBegins,
): number | null {
  const flat = rate.tiers === '' ? rate : { ...rate, priceMicros: dearestFrom(tieredMs, rate), tiers: '' };
  return chargeOf(billableMs, flat, table, null);
}

/** What it is charged as the next call of its month. Null: as there. */
export function chargeInMonth(billableMs: number, rate: Rate, table: RateTable, month: CallMonth): number | null {
  return chargeOf(billableMs, rate, table, month);
}

function chargeOf(billableMs: number, rate: Rate, table: RateTable, month: CallMonth | null): number | null {
  if (!isReadable(rate)) return null;
  return isWithinGrace(billableMs, rate) ? 0 : toMicros(amountsOf(billableMs, rate, table, month).charge);
}

/** `month` null: the call is the first of its month, and nothing is free; the price does not say that it depends on others. */
export function priceByRate(
  billableMs: number,
  rate: Rate,
  table: RateTable,
  month: CallMonth | null = null,
): PricedCall | UnratedCall {
  if (!isReadable(rate)) return { kind: 'unrated', why: 'unreadable-rate' };
  return priceBy(billableMs, rate, rateOf(rate), table, month);
}

/** The same price with another place in its month, from what it was made of. */
export function priceAt(priced: PricedCall, place: CallMonth['place']): PricedCall | UnratedCall {
  if (priced.month === undefined) return priced;
  const { basis } = priced.month;
  const { tableId, rateId, rateVersion, prefix, destination } = priced;
  const named = { tableId, rateId, rateVersion, prefix, destination };
  return priceBy(basis.billableMs, basis.rate, named, basis.table, { ...basis, place });
}

type NamedRate = Pick<PricedCall, 'tableId' | 'rateId' | 'rateVersion' | 'prefix' | 'destination'>;

function priceBy(
  billableMs: number,
  rate: BasisRate,
  named: NamedRate,
  table: BasisTable,
  month: CallMonth | null,
): PricedCall | UnratedCall {
  const { currency } = table;
  const depends = month !== null && (month.allowanceMs !== null || rate.tiers !== '');
  const share = (freeMs: number): { month?: MonthShare } =>
    depends ? { month: { basis: basisOf(month, billableMs, rate, table), freeMs } } : {};
  if (isWithinGrace(billableMs, rate)) {
    const nothing = { currency, costMicros: 0, chargeMicros: 0, billedMs: 0 };
    return { kind: 'priced', ...nothing, ...named, arithmetic: graceText(billableMs, rate, table), ...share(0) };
  }
  const amounts = amountsOf(billableMs, rate, table, month);
  const [costMicros, chargeMicros] = [toMicros(amounts.cost), toMicros(amounts.charge)];
  if (costMicros === null || chargeMicros === null) return { kind: 'unrated', why: 'out-of-range' };
  return {
    ...{ kind: 'priced', currency, costMicros, chargeMicros, billedMs: amounts.billedMs },
    ...named,
    arithmetic: arithmeticOf({
      ...{ billableMs, rate, table, amounts, costMicros, chargeMicros },
      allowanceMs: month?.allowanceMs ?? null,
      isCostExact: amounts.cost * msPerMinute === amounts.byRate,
      isChargeExact: amounts.charge * wholeBasisPoints === markedUp(amounts.rest, table),
    }),
    ...share(amounts.freeMs),
  };
}

const rateOf = ({ tableId, id, version, prefix, destination }: Rate): NamedRate => ({
  ...{ tableId, rateId: id, rateVersion: version, prefix, destination },
});

const isWithinGrace = (billableMs: number, { graceMs }: BasisRate): boolean => graceMs > 0 && billableMs <= graceMs;

function roundTo(numerator: bigint, denominator: bigint, table: BasisTable): bigint {
  const unit = BigInt(table.roundingUnitMicros);
  return divideRounded(numerator, denominator * unit, table.roundingMode) * unit;
}

const wholeBasisPoints = 10_000n;

function withMarkup(cost: bigint, table: BasisTable): bigint {
  return hasMarkup(table) ? roundTo(markedUp(cost, table), wholeBasisPoints, table) : cost;
}

/** In 10,000ths of a micro-unit. */
function markedUp(cost: bigint, table: BasisTable): bigint {
  return (
    cost * (wholeBasisPoints + BigInt(table.markupBasisPoints)) + BigInt(table.markupPerCallMicros) * wholeBasisPoints
  );
}
