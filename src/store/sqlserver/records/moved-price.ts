import type { CallRecord } from '../../../words/call-record.ts';
import type { CallType } from '../../../words/call-type.ts';
import { defaultFreeCallTypes, price, type FoundRate, type Price } from '../../../rating/price.ts';
import { pickRate } from '../../../rating/rate.ts';
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
  const find = async (
    { calledE164 }: CallRecord,
    answeredAtMs: number,
    table: Extract<FoundRate, { kind: 'rate' }>['table'] | null,
  ): Promise<FoundRate> => {
    if (table === null) return { kind: 'none', why: 'no-rate-table' };
    if (calledE164 === null) return { kind: 'none', why: 'no-number' };
    const rate = pickRate(await rates.ratesFor(table.id, calledE164), answeredAtMs);
    return rate === null ? { kind: 'none', why: 'no-rate' } : { kind: 'rate', rate, table };
  };

  return async (call, to) => {
    if (call.answeredAtMs === null) return null;
    const [before, after] = [await rates.rateTableOf(call), await rates.rateTableOf(to)];
    if (!isPricedAgain(before, after)) return null;
    const toPrice = { answered: true, billableMs: call.billableMs, callType: call.callType };
    return price(toPrice, await find(call, call.answeredAtMs, after?.table ?? null), freeCallTypes);
  };
}
