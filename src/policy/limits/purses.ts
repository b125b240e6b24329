import type { CalendarTime } from '../../words/calendar.ts';
import { periodNamed, periodOf, type Periods } from './periods.ts';

/** Of one party in one currency, in millionths of its unit. */
export type Purse = {
  /** What calls that began then have cost, as the ledger says, with what those of them that are up have reserved. */
  days: Periods;
  months: Periods;
  /** Of all time, without what is reserved. */
  allMicros: number;
  paidInMicros: number;
  /** By calls that are up, whenever they began. */
  reservedMicros: number;
};
/** `upToSeq`: of all time is known up to there; null: it is not. `usedAtMs`: when money of it was last reserved; null: not since the start. */
export type Holder = { purses: Map<string, Purse>; upToSeq: number | null; usedAtMs: number | null };

/** The day and the month in which a call began. */
export type BeganIn = Pick<CalendarTime, 'day' | 'month'>;

export const newHolder = (): Holder => ({ purses: new Map(), upToSeq: null, usedAtMs: null });

export function holderOf(all: Map<number, Holder>, id: number): Holder {
  const known = all.get(id);
  if (known !== undefined) return known;
  const made = newHolder();
  all.set(id, made);
  return made;
}

export function purseOf({ purses }: Holder, currency: string): Purse {
  const known = purses.get(currency);
  if (known !== undefined) return known;
  const made: Purse = { days: [], months: [], allMicros: 0, paidInMicros: 0, reservedMicros: 0 };
  purses.set(currency, made);
  return made;
}

/** Calls that began then reserve more, or less. */
export function reserve(purse: Purse, { day, month }: BeganIn, micros: number): void {
  purse.reservedMicros += micros;
  periodOf(purse.days, day).sum += micros;
  periodOf(purse.months, month).sum += micros;
}

/** What was reserved is free again. */
export function giveBack(purse: Purse, began: BeganIn, micros: number): void {
  purse.reservedMicros -= micros;
  addIfKnown(purse, began, -micros);
}

/** Calls that began then have cost it; of days that nobody asks for any more, nothing is kept. */
export function addIfKnown({ days, months }: Purse, { day, month }: BeganIn, micros: number): void {
  for (const period of [periodNamed(days, day), periodNamed(months, month)])
    if (period !== undefined) period.sum += micros;
}
