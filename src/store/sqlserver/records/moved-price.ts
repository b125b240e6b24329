import type { CallRecord } from '../../../words/call-record.ts';
import type { Price } from '../../../rating/price.ts';
import { isPricedAgain } from '../../call-moves.ts';
import { allowanceFor } from '../../../rating/month.ts';
import { lacksNumber, priceAsFirst } from '../rates/first-price.ts';
import type { RatesOfRecord } from '../rates/rates.ts';
import { plainRules } from '../../../rating/rules.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';

/**
 * What a call costs by the rate table of the account that it is moved to. null: it has no price, or is not
 * priced again (`isPricedAgain`).
 */
export type PriceMoved = (
  call: CallRecord,
  to: { accountId: number; departmentId: number | null },
  /** Whether its price so far depends on a month. */
  wasMonthly: boolean,
) => Promise<Price | null>;

export function pricesOfMoved(rates: RatesOfRecord, rules: PricingRules = plainRules): PriceMoved {
  return async (call, to, wasMonthly) => {
    if (call.answeredAtMs === null || lacksNumber(call)) return null;
    const [before, after] = [await rates.rateTableOf(call), await rates.rateTableOf(to)];
    const { calledE164: e164, answeredAtMs, callType } = call;
    const allowanceMs = allowanceFor(await rates.allowanceOf(to.accountId), { callType, e164 });
    if (!isPricedAgain(before, after) && !wasMonthly && allowanceMs === null) return null;
    const table = after?.table ?? null;
    const candidates = table === null || e164 === null ? [] : await rates.ratesFor(table.id, e164);
    return priceAsFirst({ ...call, answeredAtMs }, { table, candidates, allowanceMs }, rules);
  };
}
