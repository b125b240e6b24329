import { chargeByRate } from './price.ts';
import type { Rate, RateTable } from './rate.ts';

/** Longer than any conversation: a week (call.maxTalkSeconds). */
const longestMs = 604_800_000;

/**
 * The longest call that costs no more than this charge, to the millisecond. 0: it cannot even be answered; null: there is no
 * limit.
 */
export function longestFor(micros: number, rate: Rate, table: RateTable): number | null {
  const isAffordable = (ms: number): boolean => {
    const charge = chargeByRate(ms, rate, table);
    return charge !== null && charge <= micros;
  };
  if (isAffordable(longestMs)) return null;
  const { firstIncrementMs: first, nextIncrementMs: next } = rate;
  // What costs nothing within its grace can be paid for; a longer one pays for its first increment.
  const graceMs = isAffordable(rate.graceMs) ? rate.graceMs : 0;
  if (!isAffordable(first)) return graceMs;
  // By how many next increments are begun: so many can be afforded, and so many cannot.
  let [enough, many] = [0, Math.ceil(longestMs / next)];
  while (many - enough > 1) {
    const middle = Math.floor((enough + many) / 2);
    if (isAffordable(first + middle * next)) enough = middle;
    else many = middle;
  }
  return Math.max(graceMs, first + enough * next);
}
