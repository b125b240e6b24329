import type { RoundingMode } from './money.ts';
import type { PeakTimes, RateScope } from './scope.ts';

/** `closed`: calls are refused, and one that was made nevertheless has no price. */
export const rateStatuses = ['open', 'closed'] as const;
export type RateStatus = (typeof rateStatuses)[number];

/** The terms of a rate, as typed or imported. */
export type RateTerms = {
  /** First digits of the E.164 number, without `+`; all of them for a single number; empty: every number that has no other rate. */
  prefix: string;
  /** Which of the calls to these numbers it is for. */
  scope: RateScope;
  status: RateStatus;
  destination: string;
  connectFeeMicros: number;
  /** Per minute. */
  priceMicros: number;
  /** Prices a minute from so many minutes of the payer's month on, as `parseTiers` reads them: `500:0.1 2000:0.08`; empty: none. */
  tiers: string;
  /** The shortest time that an answered call is charged for; 0: only the next increments that it has begun. */
  firstIncrementMs: number;
  /** Time after the first increment is charged in whole increments of this length; minimum 1. */
  nextIncrementMs: number;
  /** Minimum cost of an answered call, including the connect fee. */
  minimumChargeMicros: number;
  /** An answered call that is no longer than this costs nothing; one that is longer costs all of its time. 0: none. */
  graceMs: number;
  /** UTC milliseconds, inclusive; null: always. */
  validFromMs: number | null;
  /** UTC milliseconds, exclusive; null: until a newer rate begins. */
  validUntilMs: number | null;
};

/** Stands for an amount that cannot be read, e.g. one larger than money can be exact in: a call of such a rate is unrated. */
export const unreadableAmount = 2 ** 60;

/** Whether calls can be priced by it. */
export const isReadable = ({ connectFeeMicros, priceMicros, minimumChargeMicros }: RateTerms): boolean =>
  [connectFeeMicros, priceMicros, minimumChargeMicros].every(Number.isSafeInteger);

export type Rate = RateTerms & {
  id: number;
  /** The import of the table that it belongs to. */
  version: number;
  tableId: number;
  currency: string;
};

export type RateTable = PeakTimes & {
  id: number;
  name: string;
  /** ISO 4217; the currency of every rate in the table. */
  currency: string;
  roundingMode: RoundingMode;
  /** Costs and charges are whole multiples of this, e.g. 10,000 for cents; minimum 1. */
  roundingUnitMicros: number;
  /** Hundredths of a percent. */
  markupBasisPoints: number;
  markupPerCallMicros: number;
};

/** Maximum number of digits in E.164 (ITU-T E.164, 6.1). */
export const maximumPrefixDigits = 15;

/** How the prefix of a rate for everything else is written. */
export const everythingElse = '*';

/** A prefix as people read it: the empty one is `*`. */
export const prefixText = (prefix: string): string => (prefix === '' ? everythingElse : prefix);

/** Every prefix that a rate for this number can have, the longest first: `+1801` gives 1801, 180, 18, 1 and none. */
export function prefixesOf(e164: string): string[] {
  const digits = e164.startsWith('+') ? e164.slice(1) : e164;
  const prefixes: string[] = [];
  for (let length = Math.min(digits.length, maximumPrefixDigits); length > 0; length--) {
    prefixes.push(digits.slice(0, length));
  }
  return [...prefixes, ''];
}

export function isValidAt(rate: Pick<RateTerms, 'validFromMs' | 'validUntilMs'>, atMs: number): boolean {
  return (
    (rate.validFromMs === null || rate.validFromMs <= atMs) && (rate.validUntilMs === null || rate.validUntilMs > atMs)
  );
}

type Placed = Pick<RateTerms, 'prefix' | 'validFromMs' | 'scope'>;

/**
 * Sorts the better rate first: the longer prefix, whatever it costs; for the same prefix, the later valid-from. So a rate without
 * an end applies until the next one for its prefix begins, and again after one that has an end.
 */
export function compareRates(a: Omit<Placed, 'scope'>, b: Omit<Placed, 'scope'>): number {
  const byLength = b.prefix.length - a.prefix.length;
  if (byLength !== 0) return byLength;
  const [aFrom, bFrom] = [a.validFromMs ?? -Infinity, b.validFromMs ?? -Infinity];
  return aFrom === bFrom ? 0 : bFrom > aFrom ? 1 : -1;
}

/**
 * The rate that applies, of those whose prefix the number begins with; null: none is valid at that time. `scopes`: those that the call
 * has, the nearest first: it decides between rates that begin at the same time.
 */
export function pickRate<T extends RateTerms>(
  candidates: readonly T[],
  atMs: number,
  scopes: readonly RateScope[] = ['all'],
): T | null {
  let best: T | null = null;
  for (const rate of candidates) {
    if (!isValidAt(rate, atMs) || !scopes.includes(rate.scope)) continue;
    const order = best === null ? -1 : compareRates(rate, best);
    const isNearer = best !== null && order === 0 && scopes.indexOf(rate.scope) < scopes.indexOf(best.scope);
    if (order < 0 || isNearer) best = rate;
  }
  return best;
}

export const assigners = ['account', 'department', 'default'] as const;
/** Whose table a call is rated by. */
export type AssignedBy = (typeof assigners)[number];

/** The ids of a call's tables; null: that one has none. */
export type AssignedTables = Readonly<Record<AssignedBy, number | null>>;

/**
 * The account's table, or else the department's, or else the default one; null: there is none. Only one table is used: a number for
 * which it has no rate is unrated, not looked up in the next table, so that a gap in a special tariff is noticed.
 */
export function assignedTable(tables: AssignedTables): { tableId: number; by: AssignedBy } | null {
  for (const by of assigners) {
    const tableId = tables[by];
    if (tableId !== null) return { tableId, by };
  }
  return null;
}
