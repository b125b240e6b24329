import type { FoundRate } from './price.ts';
import { pickRate } from './rate.ts';
import type { Rate, RateTable } from './rate.ts';
import { jurisdictionOf, scopesAt, type RateScope } from './scope.ts';

/** What the rate of a call depends on, apart from the rates themselves. */
export type RateQuestion = {
  /** The rate table of the call; null: it has none. */
  table: RateTable | null;
  /** The called number; null: it has none. */
  e164: string | null;
  /** The number that the call goes out with; null: it has none, or nobody knows. */
  callingE164: string | null;
  /** When the call was answered, UTC milliseconds. */
  atMs: number;
};

/**
 * The rate of a call, wherever its rates are stored. `candidates`: every rate of the table, valid or not, whose prefix the number
 * begins with, in any order; they need not be read if table or number is null.
 */
export function findRate(question: RateQuestion, candidates: readonly Rate[]): FoundRate {
  const { table, e164 } = question;
  if (table === null) return { kind: 'none', why: 'no-rate-table' };
  if (e164 === null) return { kind: 'none', why: 'no-number' };
  const rate = rateInForce(question, candidates);
  return rate === null || rate.status === 'closed' ? { kind: 'none', why: 'no-rate' } : { kind: 'rate', rate, table };
}

/** Which rates the call may have, the nearest first. */
export function scopesOf({ table, e164, callingE164, atMs }: RateQuestion): readonly RateScope[] {
  return table === null ? [] : [jurisdictionOf(callingE164, e164), ...scopesAt(table, atMs)];
}

/** The rate that decides, also one that closes its numbers; null: none does. */
export function rateInForce(question: RateQuestion, candidates: readonly Rate[]): Rate | null {
  return question.e164 === null ? null : pickRate(candidates, question.atMs, scopesOf(question));
}
