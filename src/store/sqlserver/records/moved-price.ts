import type { CallRecord } from '../../../words/call-record.ts';
import type { CallType } from '../../../words/call-type.ts';
import { defaultFreeCallTypes, price, type Price } from '../../../rating/price.ts';
import { findRate } from '../../../rating/find-rate.ts';
import { isPricedAgain } from '../../call-moves.ts';
import type { RateStore } from '../../ports/rate-store.ts';

/**
 * What a call costs by the rate table of the account that it is moved to. null: it has no price, or is not
 * priced again (`isPricedAgain`).
 */
export type PriceMoved = (
  call: CallRecord,
  to: { accountId: number; departmentId: number | null },
) => Promise<Price | null>;

export function pricesOfMoved(
  rates: Pick<RateStore, 'rateTableOf' | 'ratesFor'>,
  freeCallTypes: readonly CallType[] = defaultFreeCallTypes,
): PriceMoved {
  return async (call, to) => {
    if (call.answeredAtMs === null) return null;
    const [before, after] = [await rates.rateTableOf(call), await rates.rateTableOf(to)];
    if (!isPricedAgain(before, after)) return null;
    const toPrice = { answered: true, billableMs: call.billableMs, callType: call.callType };
    const { calledE164: e164, answeredAtMs: atMs } = call;
    const table = after?.table ?? null;
    const candidates = table === null || e164 === null ? [] : await rates.ratesFor(table.id, e164);
    return price(toPrice, findRate({ table, e164, atMs }, candidates), freeCallTypes);
  };
}
