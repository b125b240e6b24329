import { monthKey, usesOf, type MonthBasis, type MonthKey, type MonthPlace } from '../rating/month.ts';
import type { MonthShare, Price } from '../rating/price.ts';

/** Where a call comes in its month: by when it was answered, UTC milliseconds. */
export type Turn = { answeredAtMs: number; callId: string };

/** A call's share of its payer's month, as both stores keep it. */
export type MonthRow = Turn & MonthPlace & { month: MonthKey };

export const monthRowOf = (
  call: Turn & { accountId: number | null; departmentId: number | null },
  basis: MonthBasis,
  billedMs: number,
): MonthRow => ({
  ...{ callId: call.callId, answeredAtMs: call.answeredAtMs, month: monthKey(call, basis.month) },
  ...usesOf(basis, billedMs),
});

const isBefore = (a: Turn, b: Turn): boolean =>
  a.answeredAtMs < b.answeredAtMs || (a.answeredAtMs === b.answeredAtMs && a.callId < b.callId);

/** Keeps the earliest turn of each month: calls from there on may have another place now. */
export function noteFirst(firsts: Map<MonthKey, Turn>, month: MonthKey, turn: Turn): void {
  const first = firsts.get(month);
  if (first === undefined || isBefore(turn, first)) firsts.set(month, turn);
}

/** What is stored with a price that depends on its month: its basis as JSON, and how much of its time was free. */
export type StoredShare = { basis: string | null; includedMs: number | null };

export const basisIn = (text: string): MonthBasis => JSON.parse(text) as MonthBasis;

export function storedShare(price: Price): StoredShare {
  const month = price.kind === 'priced' ? price.month : undefined;
  return month === undefined
    ? { basis: null, includedMs: null }
    : { basis: JSON.stringify(month.basis), includedMs: month.freeMs };
}

export const shareIn = ({ basis, includedMs }: StoredShare): { month?: MonthShare } =>
  basis === null ? {} : { month: { basis: basisIn(basis), freeMs: includedMs ?? 0 } };
