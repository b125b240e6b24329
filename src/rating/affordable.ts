import type { Rate } from './rate.ts';
import { longestConversationMs } from '../words/conversation.ts';

/**
 * The longest call at this rate that is charged no more than so much, to the millisecond. 0: it cannot even be answered; null: there is no
 * limit. `chargeOf`: what a call of so many milliseconds is charged, which grows by the rate's increments; null: too much.
 */
export function longestFor(
  micros: number,
  rate: Pick<Rate, 'firstIncrementMs' | 'nextIncrementMs' | 'graceMs'>,
  chargeOf: (ms: number) => number | null,
): number | null {
  const isAffordable = (ms: number): boolean => {
    const charge = chargeOf(ms);
    return charge !== null && charge <= micros;
  };
  if (isAffordable(longestConversationMs)) return null;
  const { firstIncrementMs: first, nextIncrementMs: next } = rate;
  // What costs nothing within its grace can be paid for; a longer one pays for its first increment.
  const graceMs = isAffordable(rate.graceMs) ? rate.graceMs : 0;
  if (!isAffordable(first)) return graceMs;
  // By how many next increments are begun: so many can be afforded, and so many cannot.
  let [enough, many] = [0, Math.ceil(longestConversationMs / next)];
  while (many - enough > 1) {
    const middle = Math.floor((enough + many) / 2);
    if (isAffordable(first + middle * next)) enough = middle;
    else many = middle;
  }
  return Math.max(graceMs, first + enough * next);
}
