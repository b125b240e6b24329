import type { Database } from 'better-sqlite3';
import { isSamePrice } from '../../../rating/price.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';
import { prepareKeepingLedger } from '../ledger/keeping.ts';
import { hasNumber, selectAnsweredCalls, type AnsweredCall } from '../rates/answered-calls.ts';
import { callPriceOf, selectPrices, type PriceRow } from '../rates/price-rows.ts';
import { preparePricing } from '../rates/pricing.ts';

export const ratesCompleteSetting = 'rates.complete_at';

/** How long somebody may key before a code is looked up: a call begins before the account that it is charged to was made. */
const keyingMs = 600_000;

/** Neither of a re-rating nor, which are of no rate that is known here, from the system of record. */
const isOwnPrice = 'p.is_current = 1 AND p.rerating_id IS NULL AND p.rate_id IS NOT 0';

/** Makes the operation of the writer, to be run inside its transaction. */
export function prepareRepricing(db: Database, rules?: PricingRules): (callIds: readonly string[]) => number {
  const pricing = preparePricing(db, rules);
  const keepLedger = prepareKeepingLedger(db);
  const answered = db.prepare<[string], AnsweredCall>(`${selectAnsweredCalls}${hasNumber} AND call_id = ?`);
  const current = db.prepare<[string], PriceRow>(`${selectPrices} p WHERE p.call_id = ? AND ${isOwnPrice}`);
  return (callIds) => {
    const pricedAtMs = Date.now();
    let changed = 0;
    for (const callId of callIds) {
      const [call, row] = [answered.get(callId), current.get(callId)];
      if (call === undefined || row === undefined) continue;
      const price = pricing.priceOf(call);
      if (isSamePrice(callPriceOf(row).price, price)) continue;
      pricing.append(callId, call, { price, pricedAtMs, reratingId: null });
      keepLedger(callId);
      changed += 1;
    }
    pricing.settle(pricedAtMs).forEach((callId) => keepLedger(callId));
    return changed;
  };
}

/** Reads on the calling thread. */
export function readRepricing(db: Database) {
  const priced = db
    .prepare<[number, number, number], string>(
      `SELECT call_id FROM call_prices p WHERE kind = 'unrated' AND ${isOwnPrice} AND priced_at >= ?
UNION SELECT r.call_id FROM call_records r JOIN call_prices p ON p.call_id = r.call_id
WHERE r.started_at >= ? AND ${isOwnPrice} AND p.priced_at >= ?`,
    )
    .pluck();
  return ({ allSinceMs, unratedSinceMs }: { allSinceMs: number; unratedSinceMs: number | null }): string[] =>
    priced.all(unratedSinceMs ?? Number.MAX_SAFE_INTEGER, allSinceMs - keyingMs, allSinceMs);
}
