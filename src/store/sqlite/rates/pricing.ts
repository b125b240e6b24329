import type { Database } from 'better-sqlite3';
import { freeReason, price, priceAt } from '../../../rating/price.ts';
import type { FoundRate, Price } from '../../../rating/price.ts';
import { findRate } from '../../../rating/find-rate.ts';
import { sparingTheRecord } from '../errors.ts';
import { allowanceFor, monthAt, type Allowance, type CallMonth } from '../../../rating/month.ts';
import { accountOf, selectAccounts, type AccountRow } from '../directory/rows.ts';
import { prepareMonths } from './months.ts';
import { selectAnsweredCalls, type AnsweredCall } from './answered-calls.ts';
import { insertPrice, priceValues } from './price-rows.ts';
import { prepareRateLookup } from './rate-lookup.ts';
import { plainRules } from '../../../rating/rules.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';
import { plannedOnce } from '../planned-once.ts';

export type Pricing = {
  /** By the rates as they are now, at the moment when the call was answered, and at its place in the month. */
  priceOf(call: AnsweredCall): Price;
  /** The same price, as the call's place in its month is now. */
  placed(call: AnsweredCall, price: Price): Price;
  /** Makes a price the current one of its call; earlier ones stay. A price of null: the call has none any more. */
  append(callId: string, call: AnsweredCall | null, made: NewPrice): void;
  /** Whether the call's price depends on a month, or may do so where this account pays. */
  isMonthly(callId: string, accountId: number | null): boolean;
  /** To be called after the last `append` of a transaction: calls that have another place in their month now; answers them. */
  settle(pricedAtMs: number): string[];
};

/** `settles`: the version whose place it takes; null: none. */
type NewPrice = { price: Price | null; pricedAtMs: number; reratingId: number | null; settles?: number | null };

/** For a connection that writes. */
export function preparePricing(db: Database, rules: PricingRules = plainRules): Pricing {
  const { freeCallTypes, timeZone } = rules;
  const lookup = prepareRateLookup(db);
  const months = prepareMonths(db);
  const allowance = prepareAllowance(db);
  const lastVersion = db
    .prepare<[string], number | null>(`SELECT max(version) FROM call_prices WHERE call_id = ${plannedOnce('?')}`)
    .pluck();
  const supersede = db.prepare(
    `UPDATE call_prices SET is_current = 0 WHERE call_id = ${plannedOnce('?')} AND is_current = 1`,
  );
  const insert = db.prepare(insertPrice);

  function find(call: AnsweredCall): FoundRate {
    const { calledE164: e164, callingNumber: callingE164, answeredAtMs: atMs } = call;
    const table = lookup.tableOf(call)?.table ?? null;
    const candidates = table === null || e164 === null ? [] : lookup.ratesFor(table.id, e164);
    return findRate({ table, e164, callingE164, atMs }, candidates);
  }

  function monthOf(call: AnsweredCall, found: FoundRate): CallMonth | null {
    if (found.kind === 'none') return null;
    const allowanceMs = allowanceFor(allowance(call.accountId), { callType: call.callType, e164: call.calledE164 });
    if (allowanceMs === null && found.rate.tiers === '') return null;
    const month = monthAt(call.answeredAtMs, timeZone);
    return { month, allowanceMs, place: months.placeOf(call, month) };
  }

  function write(callId: string, { price, pricedAtMs, reratingId, settles = null }: NewPrice): void {
    const version = (lastVersion.get(callId) ?? 0) + 1;
    if (version > 1) supersede.run(callId);
    if (price === null) return;
    insert.run(...priceValues({ callId, version, isCurrent: true, price, pricedAtMs, reratingId, settles }));
  }

  return {
    priceOf(call) {
      const toPrice = { answered: true, billableMs: call.billableMs, callType: call.callType };
      const free = freeReason(toPrice, freeCallTypes);
      if (free !== null) return { kind: 'free', why: free };
      const found = find(call);
      return price(toPrice, found, freeCallTypes, monthOf(call, found));
    },
    placed: (call, price) =>
      price.kind === 'priced' && price.month !== undefined
        ? priceAt(price, months.placeOf(call, price.month.basis.month))
        : price,
    append(callId, call, made) {
      write(callId, made);
      months.note(callId, call, made.price);
    },
    isMonthly: (callId, accountId) => months.has(callId) || allowance(accountId) !== null,
    settle: (pricedAtMs) =>
      months.settle(({ callId, version, settles, reratingId }, settled) => {
        write(callId, { price: settled, pricedAtMs, reratingId, settles: settles ?? version });
      }),
  };
}

function prepareAllowance(db: Database): (accountId: number | null) => Allowance | null {
  const byId = db.prepare<[number], AccountRow>(`${selectAccounts} WHERE id = ? AND included_minutes IS NOT NULL`);
  return (accountId) => {
    const row = accountId === null ? undefined : byId.get(accountId);
    return row === undefined ? null : accountOf(row);
  };
}

/**
 * Makes a function that prices a call whose record was just closed or corrected, in the same transaction: its earlier price stops being the
 * current one. A call that was not answered, or turns out not to be over, gets none; nor does one whose price cannot be worked out, because
 * its record matters more: that one counts as unrated until it is rated again. It answers the calls of the month whose price changes with it.
 */
export function preparePricingOfRecords(db: Database, rules?: PricingRules): (callId: string) => readonly string[] {
  const pricing = preparePricing(db, rules);
  const answered = db.prepare<[string], AnsweredCall>(`${selectAnsweredCalls} AND call_id = ?`);
  return (callId) =>
    sparingTheRecord(() => {
      const call = answered.get(callId) ?? null;
      const pricedAtMs = Date.now();
      const price = call === null ? null : pricing.priceOf(call);
      pricing.append(callId, call, { price, pricedAtMs, reratingId: null });
      return pricing.settle(pricedAtMs);
    }) ?? [];
}
