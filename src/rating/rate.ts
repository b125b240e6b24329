import type { RoundingMode } from './money.ts';

/** What a rate says, as somebody types or imports it. */
export type RateTerms = {
  /** First digits of the E.164 number, without `+`; all of them for a single number. */
  prefix: string;
  destination: string;
  connectFeeMicros: number;
  /** For a minute. */
  priceMicros: number;
  /** An answered call pays at least this time; 0: from the first next increment on. */
  firstIncrementMs: number;
  /** Time beyond the first increment is paid in whole ones of these; at least 1. */
  nextIncrementMs: number;
  /** Least that an answered call costs, connect fee included. */
  minimumChargeMicros: number;
  /** UTC milliseconds, inclusive; null: always. */
  validFromMs: number | null;
  /** UTC milliseconds, exclusive; null: until a newer one begins. */
  validUntilMs: number | null;
};

export type Rate = RateTerms & {
  id: number;
  /** Which import of the table it came with. */
  version: number;
  tableId: number;
  currency: string;
};

export type RateTable = {
  id: number;
  name: string;
  /** ISO 4217; every rate of the table is in it. */
  currency: string;
  roundingMode: RoundingMode;
  /** What costs and charges are whole multiples of, e.g. 10,000 for cents; at least 1. */
  roundingUnitMicros: number;
  /** Hundredths of a percent. */
  markupBasisPoints: number;
  markupPerCallMicros: number;
};

/** Most digits of an E.164 number (ITU-T E.164, 6.1). */
export const maximumPrefixDigits = 15;

/** No country code begins with 0. */
export function isPrefix(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

/** Every prefix that a rate for this number can have, the longest first: `+1801` gives 1801, 180, 18, 1. */
export function prefixesOf(e164: string): string[] {
  const digits = e164.startsWith('+') ? e164.slice(1) : e164;
  const prefixes: string[] = [];
  for (let length = Math.min(digits.length, maximumPrefixDigits); length > 0; length--) {
    prefixes.push(digits.slice(0, length));
  }
  return prefixes;
}

export function isValidAt(rate: Pick<RateTerms, 'validFromMs' | 'validUntilMs'>, atMs: number): boolean {
  return (
    (rate.validFromMs === null || rate.validFromMs <= atMs) && (rate.validUntilMs === null || rate.validUntilMs > atMs)
  );
}

/**
 * Sorts the better rate first: the longest prefix, never the cheapest; of one prefix the newest valid-from. So a rate without
 * an end is followed by the next one of its prefix, and comes back after one that has an end.
 */
export function compareRates(
  a: Pick<RateTerms, 'prefix' | 'validFromMs'>,
  b: Pick<RateTerms, 'prefix' | 'validFromMs'>,
): number {
  const byLength = b.prefix.length - a.prefix.length;
  if (byLength !== 0) return byLength;
  const [aFrom, bFrom] = [a.validFromMs ?? -Infinity, b.validFromMs ?? -Infinity];
  return aFrom === bFrom ? 0 : bFrom > aFrom ? 1 : -1;
}

/** The rate that applies, of those whose prefix the number begins with; null: none is valid at that time. */
export function pickRate<T extends RateTerms>(candidates: readonly T[], atMs: number): T | null {
  let best: T | null = null;
  for (const rate of candidates) {
    if (isValidAt(rate, atMs) && (best === null || compareRates(rate, best) < 0)) best = rate;
  }
  return best;
}

/** Which table a call is rated by. */
export type RateAssignments = {
  byAccount: ReadonlyMap<number, number>;
  byDepartment: ReadonlyMap<number, number>;
  defaultTableId: number | null;
};

export type AssignedBy = 'account' | 'department' | 'default';

/**
 * The account's table, else the department's, else the default; null: there is none. One table decides: a number that it has
 * no rate for is unrated, and not looked for in the next, so that a special tariff with a hole in it is noticed.
 */
export function assignedTable(
  call: { accountId: number | null; departmentId: number | null },
  assignments: RateAssignments,
): { tableId: number; by: AssignedBy } | null {
  const { byAccount, byDepartment, defaultTableId } = assignments;
  const ofAccount = call.accountId === null ? undefined : byAccount.get(call.accountId);
  if (ofAccount !== undefined) return { tableId: ofAccount, by: 'account' };
  const ofDepartment = call.departmentId === null ? undefined : byDepartment.get(call.departmentId);
  if (ofDepartment !== undefined) return { tableId: ofDepartment, by: 'department' };
  return defaultTableId === null ? null : { tableId: defaultTableId, by: 'default' };
}
