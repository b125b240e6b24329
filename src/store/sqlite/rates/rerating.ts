import { isDeepStrictEqual } from 'node:util';
import type { Database } from 'better-sqlite3';
import { isSamePrice } from '../../../rating/price.ts';
import { priceThatStands, standingOf, type MadeRerating } from '../../../rating/standing.ts';
import type { PriceChange, ReratingOptions } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { prepareKeepingLedger } from '../ledger/keeping.ts';
import { hasNumber, selectAnsweredCalls, type AnsweredCall } from './answered-calls.ts';
import { preparePricing, type Pricing } from './pricing.ts';
import { callPriceOf, selectPrices, type PriceRow } from './price-rows.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';

/** Calls of one transaction, some milliseconds of work; between two, call records are saved. */
export const callsAtOnce = 200;

export type Place = Pick<AnsweredCall, 'startedAtMs' | 'callId'>;

/** `id`: the re-rating that the calls before belong to; null: none has changed so far. `after`: the last call before. */
export type Step = Pick<ReratingOptions, 'fromMs' | 'untilMs' | 'madeBy'> & { id: number | null; after: Place };
export type Stepped = { id: number | null; calls: number; changes: PriceChange[]; last: Place };

export type ReratingOperations = {
  rerateSome: { input: Step; result: Stepped };
  /** `newId`: of the undoing. `isAgain`: it was begun before. */
  beginUndo: { input: { id: number; madeBy: string }; result: { newId: number; isAgain: boolean } };
  /** Gives some of the calls, those after this one, the price that applies now. `last` null: none are left. */
  undoSome: { input: { id: number; newId: number; after: string }; result: Undoing };
};

export type Undoing = { calls: number; changes: PriceChange[]; last: string | null };

/** Makes a function that looks for calls whose price the present rates change; for any connection. */
export function prepareLook(db: Database, rules?: PricingRules) {
  const pricing = preparePricing(db, rules);
  const nextCalls = db.prepare<[number, string, number], AnsweredCall>(
    `${selectAnsweredCalls}${hasNumber} AND (started_at, call_id) > (?, ?) AND started_at < ?
ORDER BY started_at, call_id LIMIT ${callsAtOnce}`,
  );
  const current = db.prepare<[string], PriceRow>(`${selectPrices} WHERE call_id = ? AND is_current = 1`);
  return ({ after, untilMs, id }: Step): Stepped => {
    const calls = nextCalls.all(after.startedAtMs, after.callId, untilMs);
    const changes = calls.flatMap((call): PriceChange[] => {
      const row = current.get(call.callId);
      const from = row === undefined ? null : callPriceOf(row).price;
      const to = pricing.priceOf(call);
      return isSamePrice(from, to) ? [] : [{ callId: call.callId, from, to }];
    });
    const { startedAtMs, callId } = calls.at(-1) ?? after;
    return { id, calls: calls.length, changes, last: { startedAtMs, callId } };
  };
}

type NewRerating = { undoes: number | null; fromMs: number; untilMs: number; madeBy: string };
type Period = { fromMs: number; untilMs: number };
const selectMade = 'SELECT id, undoes FROM reratings';

/** Makes the operations of the writer that price calls again, to be run inside its transaction. They throw a `StoreError`. */
export function prepareRerating(db: Database, rules?: PricingRules) {
  const pricing = preparePricing(db, rules);
  const look = prepareLook(db, rules);
  const keepLedger = prepareKeepingLedger(db);
  const insert = db.prepare(
    'INSERT INTO reratings (undoes, from_time, until_time, made_at, made_by) VALUES (?, ?, ?, ?, ?)',
  );
  const count = db.prepare('UPDATE reratings SET calls = calls + ? WHERE id = ?');
  const undoing = prepareUndoing(db, pricing);
  const answered = db.prepare<[string], AnsweredCall>(`${selectAnsweredCalls} AND call_id = ?`);
  const made = db.prepare<[], MadeRerating>(selectMade);
  const period = db.prepare<[number], Period>(
    'SELECT from_time AS fromMs, until_time AS untilMs FROM reratings WHERE id = ?',
  );

  const begin = ({ undoes, fromMs, untilMs, madeBy }: NewRerating): number =>
    Number(insert.run(undoes, fromMs, untilMs, Date.now(), madeBy).lastInsertRowid);

  return {
    rerateSome(step: Step): Stepped {
      const stepped = look(step);
      if (stepped.changes.length === 0) return stepped;
      const nowMs = Date.now();
      const id = step.id ?? begin({ ...step, undoes: null });
      for (const { callId, to } of stepped.changes) {
        pricing.append(callId, answered.get(callId) ?? null, { price: to, pricedAtMs: nowMs, reratingId: id });
        keepLedger(callId);
      }
      pricing.settle(nowMs).forEach((callId) => keepLedger(callId));
      count.run(stepped.changes.length, id);
      return { ...stepped, id };
    },

    beginUndo({ id, madeBy }: ReratingOperations['beginUndo']['input']) {
      const found = period.get(id);
      if (found === undefined) throw new StoreError('invalid', `There is no re-rating ${id}.`);
      const { isUndone, latestOf } = standingOf(made.all());
      // One that was cut off continues.
      if (isUndone(id)) return { newId: latestOf(id), isAgain: true };
      return { newId: begin({ ...found, undoes: latestOf(id), madeBy }), isAgain: false };
    },

    undoSome(step: ReratingOperations['undoSome']['input']): Undoing {
      const undone = undoing(step);
      for (const { callId } of undone.changes) keepLedger(callId);
      pricing.settle(Date.now()).forEach((callId) => keepLedger(callId));
      count.run(undone.changes.length, step.newId);
      return undone;
    },
  };
}

/** Gives calls of a re-rating the price that applies without it, or with it again; for a connection that writes. */
function prepareUndoing(db: Database, pricing: Pricing): (step: ReratingOperations['undoSome']['input']) => Undoing {
  const made = db.prepare<[], MadeRerating>(selectMade);
  const nextCalls = db
    .prepare<[number, string], string>(
      `SELECT DISTINCT call_id FROM call_prices WHERE rerating_id = ? AND call_id > ? ORDER BY call_id LIMIT ${callsAtOnce}`,
    )
    .pluck();
  const answered = db.prepare<[string], AnsweredCall>(`${selectAnsweredCalls} AND call_id = ?`);
  const history = db.prepare<[string], PriceRow>(`${selectPrices} WHERE call_id = ? ORDER BY version DESC`);

  return ({ id, newId, after }) => {
    const standing = standingOf(made.all());
    const calls = nextCalls.all(standing.originOf(id), after);
    const nowMs = Date.now();
    const changes = calls.flatMap((callId): PriceChange[] => {
      // One whose record turned out not to be answered has no price, whatever it had before.
      const call = answered.get(callId);
      if (call === undefined) return [];
      const prices = history.all(callId).map(callPriceOf);
      const from = prices.find(({ isCurrent }) => isCurrent)?.price ?? null;
      const stands = priceThatStands(prices, standing);
      const to = stands === null ? null : pricing.placed(call, stands.price);
      if (isDeepStrictEqual(from, to)) return [];
      const settles = stands === null ? null : (stands.settles ?? stands.version);
      pricing.append(callId, call, { price: to, pricedAtMs: nowMs, reratingId: newId, settles });
      return [{ callId, from, to }];
    });
    return { calls: calls.length, changes, last: calls.length < callsAtOnce ? null : (calls.at(-1) ?? null) };
  };
}
