import type { Database } from 'better-sqlite3';
import type { CallType } from '../../../words/call-type.ts';
import { defaultFreeCallTypes, freeReason, price } from '../../../rating/price.ts';
import type { FoundRate, Price } from '../../../rating/price.ts';
import { findRate } from '../../../rating/find-rate.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import { sparingTheRecord } from '../errors.ts';
import { insertPrice, priceValues } from './price-rows.ts';
import { prepareRateLookup } from './rates.ts';

/** What the price of an answered call depends on. */
export type AnsweredCall = Pick<
  CallRecord,
  'callId' | 'startedAtMs' | 'accountId' | 'departmentId' | 'calledE164' | 'billableMs' | 'callType'
> & { answeredAtMs: number };

/** Conditions go on `call_records`; rows are `AnsweredCall`. */
export const selectAnsweredCalls = `SELECT call_id AS callId, started_at AS startedAtMs, account_id AS accountId, department_id AS departmentId,
  called_e164 AS calledE164, billable_ms AS billableMs, call_type AS callType, answered_at AS answeredAtMs
FROM call_records WHERE ended_at IS NOT NULL AND answered_at IS NOT NULL`;

export type Pricing = {
  /** By the rates as they are now, at the moment when the call was answered. */
  priceOf(call: AnsweredCall): Price;
  /** Makes a price the current one of its call; earlier ones stay. Null: the call has no price any more. */
  append(callId: string, price: Price | null, pricedAtMs: number, reratingId: number | null): void;
};

/** For a connection that writes. */
export function preparePricing(db: Database, freeCallTypes: readonly CallType[] = defaultFreeCallTypes): Pricing {
  const lookup = prepareRateLookup(db);
  const lastVersion = db
    .prepare<[string], number | null>('SELECT max(version) FROM call_prices WHERE call_id = ?')
    .pluck();
  const supersede = db.prepare('UPDATE call_prices SET is_current = 0 WHERE call_id = ? AND is_current = 1');
  const insert = db.prepare(insertPrice);

  function find(call: AnsweredCall): FoundRate {
    const { calledE164: e164, answeredAtMs: atMs } = call;
    const table = lookup.tableOf(call)?.table ?? null;
    const candidates = table === null || e164 === null ? [] : lookup.ratesFor(table.id, e164);
    return findRate({ table, e164, atMs }, candidates);
  }

  return {
    priceOf(call) {
      const toPrice = { answered: true, billableMs: call.billableMs, callType: call.callType };
      const free = freeReason(toPrice, freeCallTypes);
      return free === null ? price(toPrice, find(call), freeCallTypes) : { kind: 'free', why: free };
    },
    append(callId, newPrice, pricedAtMs, reratingId) {
      const version = (lastVersion.get(callId) ?? 0) + 1;
      if (version > 1) supersede.run(callId);
      if (newPrice === null) return;
      insert.run(...priceValues({ callId, version, isCurrent: true, price: newPrice, pricedAtMs, reratingId }));
    },
  };
}

/**
 * Makes a function that prices a call whose closed record was just saved, in the same transaction. A call that was not
 * answered gets no price; nor does one whose price cannot be worked out, because its record matters more: that one counts as
 * unrated until it is rated again.
 */
export function prepareFirstPrice(db: Database, freeCallTypes?: readonly CallType[]): (callId: string) => void {
  const pricing = preparePricing(db, freeCallTypes);
  const answered = db.prepare<[string], AnsweredCall>(`${selectAnsweredCalls} AND call_id = ?`);
  return (callId) => {
    sparingTheRecord(() => {
      const call = answered.get(callId);
      if (call !== undefined) pricing.append(callId, pricing.priceOf(call), Date.now(), null);
    });
  };
}

/**
 * As `prepareFirstPrice`, for a call whose record was corrected: its earlier price stops being the current one, and a call
 * that turns out not to be answered, or not to be over, has none.
 */
export function preparePriceAgain(db: Database, freeCallTypes?: readonly CallType[]): (callId: string) => void {
  const pricing = preparePricing(db, freeCallTypes);
  const answered = db.prepare<[string], AnsweredCall>(`${selectAnsweredCalls} AND call_id = ?`);
  return (callId) => {
    sparingTheRecord(() => {
      const call = answered.get(callId);
      pricing.append(callId, call === undefined ? null : pricing.priceOf(call), Date.now(), null);
    });
  };
}
