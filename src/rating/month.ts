import type { CallType } from '../words/call-type.ts';
import { calendarIn } from '../words/calendar.ts';
import type { RateTable, RateTerms } from './rate.ts';
import { tiersIn } from './tiers.ts';

/**
 * Prices that depend on what else the payer called in the same month at the site: minutes that an account has free, and tiers. Each
 * such price keeps what it was made of (`MonthBasis`). Calls of a month count in the order in which they were answered, whenever they
 * became known: so every call has one place, and all prices of a month follow from its bases.
 */

/** Whose calls count together, and of which month: `a12 2026-11`, the account with the id 12; `d3 …`, a department; `- …`, nobody. */
export type MonthKey = string;

/** What an account has free each month; `null`: it has nothing free. */
export type Allowance = {
  includedMinutes: number | null;
  /** Types of calls that it is for; empty: all. */
  includedCallTypes: readonly CallType[];
  /** First digits of the E.164 numbers that it is for; empty: all. */
  includedPrefixes: readonly string[];
};

/** A payer's month, as a call finds it. */
export type CallMonth = {
  /** At the site: `2026-11`. */
  month: string;
  /** Billed time that costs nothing in this month; null: none of this call is free. */
  allowanceMs: number | null;
  place: MonthPlace;
};

/** Billed time of the calls before, in the same month. */
export type MonthPlace = {
  /** Of calls that the allowance is for. */
  includedMs: number;
  /** Of calls whose rates have tiers. */
  tieredMs: number;
};
export const monthBegins: MonthPlace = { includedMs: 0, tieredMs: 0 };

export type BasisRate = Pick<
  RateTerms,
  | 'connectFeeMicros'
  | 'priceMicros'
  | 'tiers'
  | 'firstIncrementMs'
  | 'nextIncrementMs'
  | 'minimumChargeMicros'
  | 'graceMs'
>;
export type BasisTable = Pick<
  RateTable,
  'currency' | 'roundingMode' | 'roundingUnitMicros' | 'markupBasisPoints' | 'markupPerCallMicros'
>;

/** All that such a price was made of, but for its payer and place. */
export type MonthBasis = {
  month: string;
  allowanceMs: number | null;
  billableMs: number;
  rate: BasisRate;
  table: BasisTable;
};

export function basisOf(
  { month, allowanceMs }: Omit<CallMonth, 'place'>,
  billableMs: number,
  rate: BasisRate,
  table: BasisTable,
): MonthBasis {
  const { connectFeeMicros, priceMicros, tiers, firstIncrementMs, nextIncrementMs, minimumChargeMicros, graceMs } =
    rate;
  const { currency, roundingMode, roundingUnitMicros, markupBasisPoints, markupPerCallMicros } = table;
  return {
    ...{ month, allowanceMs, billableMs },
    rate: {
      ...{ connectFeeMicros, priceMicros, tiers, firstIncrementMs, nextIncrementMs },
      ...{ minimumChargeMicros, graceMs },
    },
    table: { currency, roundingMode, roundingUnitMicros, markupBasisPoints, markupPerCallMicros },
  };
}

/** What a call takes of its month, by its basis and the time that it is billed for. */
export const usesOf = ({ allowanceMs, rate }: MonthBasis, billedMs: number): MonthPlace => ({
  includedMs: allowanceMs === null ? 0 : billedMs,
  tieredMs: rate.tiers === '' ? 0 : billedMs,
});

export const after = (place: MonthPlace, uses: MonthPlace): MonthPlace => ({
  includedMs: place.includedMs + uses.includedMs,
  tieredMs: place.tieredMs + uses.tieredMs,
});

/** How much of a call's billed time is free. */
export function freeTime(allowanceMs: number | null, place: MonthPlace, billedMs: number): number {
  return allowanceMs === null ? 0 : Math.min(billedMs, Math.max(0, allowanceMs - place.includedMs));
}

/** A part of a call's time, and what a minute of it costs. */
export type Stretch = { ms: number; priceMicros: number };

/** The time from so much of the month on, by tiers. */
export function stretches(fromMs: number, ms: number, rate: Pick<RateTerms, 'priceMicros' | 'tiers'>): Stretch[] {
  const parts: Stretch[] = [];
  const tiers = [{ fromMs: 0, priceMicros: rate.priceMicros }, ...tiersIn(rate.tiers)];
  tiers.forEach((tier, at) => {
    const begins = Math.max(tier.fromMs, fromMs);
    const ends = Math.min(tiers[at + 1]?.fromMs ?? Infinity, fromMs + ms);
    if (ends > begins) parts.push({ ms: ends - begins, priceMicros: tier.priceMicros });
  });
  return parts;
}

/** The highest price that a minute can have from so much of the month on. */
export const dearestFrom = (fromMs: number, rate: Pick<RateTerms, 'priceMicros' | 'tiers'>): number =>
  Math.max(...stretches(fromMs, Number.POSITIVE_INFINITY, rate).map(({ priceMicros }) => priceMicros));

/** Which month it is at the site: `2026-11`. */
export const monthAt = (atMs: number, timeZone: string): string => calendarIn(timeZone)(atMs).month;

export function monthKey(
  { accountId, departmentId }: { accountId: number | null; departmentId: number | null },
  month: string,
): MonthKey {
  const payer = accountId !== null ? `a${accountId}` : departmentId !== null ? `d${departmentId}` : '-';
  return `${payer} ${month}`;
}

/** Billed time that is free for calls of this type and number; null: none. */
export function allowanceFor(
  allowance: Allowance | null,
  { callType, e164 }: { callType: CallType | null; e164: string | null },
): number | null {
  if (allowance?.includedMinutes == null) return null;
  const { includedMinutes, includedCallTypes: types, includedPrefixes: prefixes } = allowance;
  if (types.length > 0 && (callType === null || !types.includes(callType))) return null;
  if (prefixes.length > 0 && !prefixes.some((prefix) => e164?.replace('+', '').startsWith(prefix) === true))
    return null;
  return includedMinutes * 60_000;
}
