import { findRate } from '../../../rating/find-rate.ts';
import { monthAt, monthBegins } from '../../../rating/month.ts';
import { price, type Price } from '../../../rating/price.ts';
import type { Rate, RateTable } from '../../../rating/rate.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';
import { isShortened } from '../../../words/shorten-number.ts';

/** A call whose number was shortened or erased keeps its price: no rate is found by it. */
export const lacksNumber = ({ calledE164, calledNumber }: Pick<CallRecord, 'calledE164' | 'calledNumber'>): boolean =>
  isShortened(calledE164) || (calledE164 === null && calledNumber === null);

type Call = Pick<CallRecord, 'calledE164' | 'callingNumber' | 'callType' | 'billableMs'> & { answeredAtMs: number };
/** `allowanceMs`: what whoever pays has free a month for this call; null: nothing. */
type PricedBy = { table: RateTable | null; candidates: readonly Rate[]; allowanceMs: number | null };

/** What an answered call costs as the first one of its month: `settleMonths` gives it its place. */
export function priceAsFirst(
  { calledE164: e164, callingNumber: callingE164, callType, billableMs, answeredAtMs: atMs }: Call,
  { table, candidates, allowanceMs }: PricedBy,
  { freeCallTypes, timeZone }: PricingRules,
): Price {
  const found = findRate({ table, e164, callingE164, atMs }, candidates);
  const month = { month: monthAt(atMs, timeZone), allowanceMs, place: monthBegins };
  return price({ answered: true, billableMs, callType }, found, freeCallTypes, month);
}
