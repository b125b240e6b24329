import type { Database } from 'better-sqlite3';
import type { CallType } from '../../../words/call-type.ts';
import { isSamePrice } from '../../../rating/price.ts';
import type { PriceChange, ReratingOptions } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { preparePricing, selectAnsweredCalls, type AnsweredCall } from './pricing.ts';
import { callPriceOf, selectPrices, type PriceRow } from './price-rows.ts';

/** Calls of one transaction, some milliseconds of work; between two, call records are saved. */
export const callsAtOnce = 200;

export type Place = Pick<AnsweredCall, 'startedAtMs' | 'callId'>;

/** `id`: the re-rating that the calls before belong to; null: none has changed so far. `after`: the last call before. */
export type Step = Pick<ReratingOptions, 'fromMs' | 'untilMs' | 'madeBy'> & { id: number | null; after: Place };
export type Stepped = { id: number | null; calls: number; changes: PriceChange[]; last: Place };

export type ReratingOperations = {
  rerateSome: { input: Step; result: Stepped };
  /** Answers the id of the new re-rating. */
  beginUndo: { input: { id: number; madeBy: string }; result: number };
  /** Gives some of the calls their price back; none are left where it answers none. */
  undoSome: { input: { id: number; newId: number }; result: PriceChange[] };
};

/** Makes a function that looks for calls whose price the present rates change; for any connection. */
export function prepareLook(db: Database, freeCallTypes?: readonly CallType[]) {
  const pricing = preparePricing(db, freeCallTypes);
  const nextCalls = db.prepare<[number, string, number], AnsweredCall>(
    `${selectAnsweredCalls} AND (started_at, call_id) > (?, ?) AND started_at < ?
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
type Undone = { fromMs: number; untilMs: number; undoneBy: number | null };

/** Makes the operations of the writer that price calls again, to be run inside its transaction. They throw a `StoreError`. */
export function prepareRerating(db: Database, freeCallTypes?: readonly CallType[]) {
  const pricing = preparePricing(db, freeCallTypes);
  const look = prepareLook(db, freeCallTypes);
  const insert = db.prepare(
    'INSERT INTO reratings (undoes, from_time, until_time, made_at, made_by) VALUES (?, ?, ?, ?, ?)',
  );
  const count = db.prepare('UPDATE reratings SET calls = calls + ? WHERE id = ?');
  const nextPrices = db.prepare<[number], PriceRow>(
    `${selectPrices} WHERE rerating_id = ? AND is_current = 1 LIMIT ${callsAtOnce}`,
  );
  const before = db.prepare<[string, number], PriceRow>(
    `${selectPrices} WHERE call_id = ? AND version < ? ORDER BY version DESC LIMIT 1`,
  );
  const undone = db.prepare<[number], Undone>(
    `SELECT from_time AS fromMs, until_time AS untilMs, (SELECT id FROM reratings u WHERE u.undoes = r.id) AS undoneBy
FROM reratings r WHERE id = ?`,
  );

  const begin = ({ undoes, fromMs, untilMs, madeBy }: NewRerating): number =>
    Number(insert.run(undoes, fromMs, untilMs, Date.now(), madeBy).lastInsertRowid);

  return {
    rerateSome(step: Step): Stepped {
      const stepped = look(step);
      if (stepped.changes.length === 0) return stepped;
      const nowMs = Date.now();
      const id = step.id ?? begin({ ...step, undoes: null });
      for (const { callId, to } of stepped.changes) pricing.append(callId, to, nowMs, id);
      count.run(stepped.changes.length, id);
      return { ...stepped, id };
    },

    beginUndo({ id, madeBy }: ReratingOperations['beginUndo']['input']): number {
      const found = undone.get(id);
      if (found === undefined) throw new StoreError('invalid', `There is no re-rating ${id}.`);
      const { undoneBy, ...period } = found;
      const isLeft = nextPrices.get(id) !== undefined;
      if (undoneBy !== null && !isLeft) throw new StoreError('invalid', `Re-rating ${id} was undone already.`);
      // One that was cut off continues.
      return undoneBy ?? begin({ undoes: id, ...period, madeBy });
    },

    undoSome({ id, newId }: ReratingOperations['undoSome']['input']): PriceChange[] {
      const nowMs = Date.now();
      const changes = nextPrices.all(id).map((row): PriceChange => {
        const earlier = before.get(row.callId, row.version);
        const to = earlier === undefined ? null : callPriceOf(earlier).price;
        pricing.append(row.callId, to, nowMs, newId);
        return { callId: row.callId, from: callPriceOf(row).price, to };
      });
      count.run(changes.length, newId);
      return changes;
    },
  };
}
