import type { CallRecord } from '../../../words/call-record.ts';
import { price, type Price } from '../../../rating/price.ts';
import { isShortened } from '../../../words/shorten-number.ts';
import { findRate } from '../../../rating/find-rate.ts';
import { isPricedAgain } from '../../call-moves.ts';
import { allowanceFor, monthAt, monthBegins } from '../../../rating/month.ts';
import type { RatesOfRecord } from '../rates/rates.ts';
import { plainRules } from '../../../rating/rules.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';

/** A call whose number was shortened or erased keeps its price: no rate is found by it. */
export const lacksNumber = ({ calledE164, calledNumber }: Pick<CallRecord, 'calledE164' | 'calledNumber'>): boolean =>
  isShortened(calledE164) || (calledE164 === null && calledNumber === null);

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
    const { calledE164: e164, callingNumber: callingE164, answeredAtMs: atMs, callType } = call;
    const allowanceMs = allowanceFor(await rates.allowanceOf(to.accountId), { callType, e164 });
    if (!isPricedAgain(before, after) && !wasMonthly && allowanceMs === null) return null;
    const toPrice = { answered: true, billableMs: call.billableMs, callType: call.callType };
    const table = after?.table ?? null;
    const candidates = table === null || e164 === null ? [] : await rates.ratesFor(table.id, e164);
    return price(toPrice, findRate({ table, e164, callingE164, atMs }, candidates), rules.freeCallTypes, {
      ...{ month: monthAt(atMs, rules.timeZone), allowanceMs, place: monthBegins },
    });
  };
}
