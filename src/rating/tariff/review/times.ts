import { formatIncrements } from '../../increments.ts';
import { formatDecimal } from '../../money.ts';
import type { RateTerms } from '../../rate.ts';

/** Nobody charges by more than ten minutes, or by less than a tenth of a second: milliseconds or minutes were taken for seconds. */
const longestFirstMs = 600_000;
const longestNextMs = 300_000;
const shortestMs = 100;
const longestGraceMs = 60_000;

/** What is unlikely about the times of a rate; null: nothing. */
export function unlikelyTimes(
  rate: Pick<RateTerms, 'firstIncrementMs' | 'nextIncrementMs' | 'graceMs'>,
): string | null {
  const { firstIncrementMs: first, nextIncrementMs: next, graceMs } = rate;
  const isTooShort = (ms: number) => ms > 0 && ms < shortestMs;
  if (first > longestFirstMs || next > longestNextMs || isTooShort(first) || isTooShort(next)) {
    return `increments of ${formatIncrements(rate)} seconds`;
  }
  return graceMs > longestGraceMs ? `${formatDecimal(graceMs, 3)} seconds of grace` : null;
}
