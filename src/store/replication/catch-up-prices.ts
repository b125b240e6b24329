import type { PricesOfCopy } from '../ports/rate-replica.ts';
import { portions } from '../../words/portions.ts';

/** Of a local transaction, some milliseconds of work: between two, call records are saved. */
const callsAtOnce = 200;
const noteEveryMs = 30_000;

export type CatchUpPrices = {
  /** Before anything is copied. */
  begin(): Promise<void>;
  /** The copy is complete as of this time. `isNews`: something was copied since the last time. */
  caughtUp(atMs: number, isNews: boolean): Promise<void>;
};

/**
 * A call may be priced before the copy has what its price depends on: the first one of a code that was made just now, beside its rates.
 * Whatever was priced since the copy was last complete is priced by it once more. Of calls from before this link, only those without a
 * rate: somebody may have changed a rate meanwhile that others were rightly priced by. `isOfRates`: the copy of rates, without which a
 * call is unrated.
 */
export function catchUpPrices(local: PricesOfCopy, nowMs: () => number, isOfRates: boolean): CatchUpPrices {
  let completeMs: number | null = null;
  let unratedSinceMs: number | null = null;
  let notedMs = -Infinity;

  async function note(atMs: number): Promise<void> {
    if (!isOfRates) return;
    await local.noteRatesComplete(atMs);
    [unratedSinceMs, notedMs] = [atMs, atMs];
  }

  return {
    async begin() {
      if (completeMs !== null) return;
      completeMs = nowMs();
      if (!isOfRates) return;
      unratedSinceMs = await local.ratesCompleteAtMs();
      if (unratedSinceMs === null) await note(completeMs);
    },
    async caughtUp(atMs, isNews) {
      if (isNews) {
        const since = { allSinceMs: completeMs ?? atMs, unratedSinceMs };
        for (const some of portions(await local.callsPricedSince(since), callsAtOnce)) await local.priceAgain(some);
        await note(atMs);
      }
      completeMs = atMs;
      if (isOfRates) unratedSinceMs = atMs;
      if (atMs - notedMs >= noteEveryMs) await note(atMs);
    },
  };
}
