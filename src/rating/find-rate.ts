import type { FoundRate } from './price.ts';
import { pickRate } from './rate.ts';
import type { Rate, RateTable } from './rate.ts';

/** What the rate of a call depends on, apart from the rates themselves. */
export type RateQuestion = {
  /** The rate table of the call; null: it has none. */
  table: RateTable | null;
  /** The called number; null: it has none. */
  e164: string | null;
  /** When the call was answered, UTC milliseconds. */
  atMs: number;
};

/**
 * The rate of a call, wherever its rates are stored. `candidates`: every rate of the table, valid or not, whose prefix the number
 * begins with, in any order; they need not be read if table or number is null.
 */
export function findRate({ table, e164, atMs }: RateQuestion, candidates: readonly Rate[]): FoundRate {
  if (table === null) return { kind: 'none', why: 'no-rate-table' };
  if (e164 === null) return { kind: 'none', why: 'no-number' };
  const rate = pickRate(candidates, atMs);
  return rate === null ? { kind: 'none', why: 'no-rate' } : { kind: 'rate', rate, table };
}
