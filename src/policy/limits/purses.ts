import type { CalendarTime } from '../../words/calendar.ts';

/** Of one party in one currency. `posted`: as the ledger says; `reserved`: by calls that are up, whenever they began. */
export type Purse = {
  day: string;
  dayMicros: number;
  month: string;
  monthMicros: number;
  allMicros: number;
  paidInMicros: number;
  reservedMicros: number;
};
/** `upToSeq`: of all time is known up to there; null: it is not. `usedAtMs`: when money of it was last reserved; null: not since the start. */
export type Holder = { purses: Map<string, Purse>; upToSeq: number | null; usedAtMs: number | null };

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
  const made: Purse = {
    ...{ day: '', dayMicros: 0, month: '', monthMicros: 0, allMicros: 0, paidInMicros: 0, reservedMicros: 0 },
  };
  purses.set(currency, made);
  return made;
}

/** Begins a new day and a new month; a clock that was set back begins none. */
export function ofDay(purse: Purse, { day, month }: CalendarTime): Purse {
  if (day > purse.day) [purse.day, purse.dayMicros] = [day, 0];
  if (month > purse.month) [purse.month, purse.monthMicros] = [month, 0];
  return purse;
}
