import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { isSamePrice } from '../../../rating/price.ts';
import type { PriceChange, ReratingOptions, ReratingResult } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store.ts';
import { openForWriting } from '../database.ts';
import type { WriteOptions } from '../database.ts';
import { toStoreError } from '../errors.ts';
import { preparePricing, selectAnsweredCalls } from './pricing.ts';
import type { AnsweredCall } from './pricing.ts';
import { callPriceOf, selectPrices } from './price-rows.ts';
import type { PriceRow } from './price-rows.ts';

/** Calls of one transaction, some milliseconds of work; between two, call records are saved. */
const callsAtOnce = 200;
const pauseMs = 10;

type OnChange = (change: PriceChange) => void;

/** Runs on a connection of its own, which it closes; what it throws becomes a `StoreError`. */
async function writing<T>({ file }: WriteOptions, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openForWriting({ file });
  try {
    return await work(db);
  } catch (error) {
    throw toStoreError(error, file, 'The new prices');
  } finally {
    db.close();
  }
}

type NewRerating = { undoes: number | null; fromMs: number; untilMs: number; madeBy: string };

function insertRerating(db: Database, { undoes, fromMs, untilMs, madeBy }: NewRerating, nowMs: number): number {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO reratings (undoes, from_time, until_time, made_at, made_by) VALUES (?, ?, ?, ?, ?)')
    .run(undoes, fromMs, untilMs, nowMs, madeBy);
  return Number(lastInsertRowid);
}

export function rerate(store: WriteOptions, options: ReratingOptions): Promise<ReratingResult> {
  return writing(store, async (db) => {
    const { fromMs, untilMs, madeBy, dryRun = false, onChange } = options;
    const pricing = preparePricing(db, store.freeCallTypes);
    const nextCalls = db.prepare<[number, string, number], AnsweredCall>(
      `${selectAnsweredCalls} AND (started_at, call_id) > (?, ?) AND started_at < ?
ORDER BY started_at, call_id LIMIT ${callsAtOnce}`,
    );
    const current = db.prepare<[string], PriceRow>(`${selectPrices} WHERE call_id = ? AND is_current = 1`);
    const count = db.prepare('UPDATE reratings SET calls = calls + ? WHERE id = ?');
    const result: ReratingResult = { id: null, calls: 0, changed: 0 };

    const step = db.transaction((calls: readonly AnsweredCall[]): PriceChange[] => {
      const changes: PriceChange[] = [];
      for (const call of calls) {
        const row = current.get(call.callId);
        const from = row === undefined ? null : callPriceOf(row).price;
        const to = pricing.priceOf(call);
        if (!isSamePrice(from, to)) changes.push({ callId: call.callId, from, to });
      }
      if (dryRun || changes.length === 0) return changes;
      const nowMs = Date.now();
      const id = result.id ?? insertRerating(db, { undoes: null, fromMs, untilMs, madeBy }, nowMs);
      for (const { callId, to } of changes) pricing.append(callId, to, nowMs, id);
      count.run(changes.length, id);
      result.id = id;
      return changes;
    });

    // The empty id comes before every call's: the first call may start at the very moment.
    let last: Pick<AnsweredCall, 'startedAtMs' | 'callId'> = { startedAtMs: fromMs, callId: '' };
    for (;;) {
      const calls = nextCalls.all(last.startedAtMs, last.callId, untilMs);
      const changes = dryRun ? step.deferred(calls) : step.immediate(calls);
      result.calls += calls.length;
      result.changed += changes.length;
      if (onChange !== undefined) changes.forEach(onChange);
      last = calls.at(-1) ?? last;
      if (calls.length < callsAtOnce) return result;
      await pause(pauseMs);
    }
  });
}

type Undone = { fromMs: number; untilMs: number; undoneBy: number | null };

export function undoRerating(
  store: WriteOptions,
  id: number,
  madeBy: string,
  onChange?: OnChange,
): Promise<ReratingResult> {
  return writing(store, async (db) => {
    const pricing = preparePricing(db);
    const nextPrices = db.prepare<[number], PriceRow>(
      `${selectPrices} WHERE rerating_id = ? AND is_current = 1 LIMIT ${callsAtOnce}`,
    );
    const before = db.prepare<[string, number], PriceRow>(
      `${selectPrices} WHERE call_id = ? AND version < ? ORDER BY version DESC LIMIT 1`,
    );
    const count = db.prepare('UPDATE reratings SET calls = calls + ? WHERE id = ?');

    const newId = db
      .transaction(() => {
        const undone = db
          .prepare<[number], Undone>(
            `SELECT from_time AS fromMs, until_time AS untilMs, (SELECT id FROM reratings u WHERE u.undoes = r.id) AS undoneBy
FROM reratings r WHERE id = ?`,
          )
          .get(id);
        if (undone === undefined) throw new StoreError('invalid', `There is no re-rating ${id}.`);
        const { undoneBy, ...period } = undone;
        const isLeft = nextPrices.get(id) !== undefined;
        if (undoneBy !== null && !isLeft) throw new StoreError('invalid', `Re-rating ${id} was undone already.`);
        // One that was cut off is gone on with.
        return undoneBy ?? insertRerating(db, { undoes: id, ...period, madeBy }, Date.now());
      })
      .immediate();
    const result: ReratingResult = { id: newId, calls: 0, changed: 0 };

    const step = db.transaction((): PriceChange[] => {
      const nowMs = Date.now();
      const changes = nextPrices.all(id).map((row): PriceChange => {
        const earlier = before.get(row.callId, row.version);
        const to = earlier === undefined ? null : callPriceOf(earlier).price;
        pricing.append(row.callId, to, nowMs, newId);
        return { callId: row.callId, from: callPriceOf(row).price, to };
      });
      count.run(changes.length, newId);
      return changes;
    });
    for (;;) {
      const changes = step.immediate();
      if (changes.length === 0) return result;
      result.calls += changes.length;
      result.changed += changes.length;
      if (onChange !== undefined) changes.forEach(onChange);
      await pause(pauseMs);
    }
  });
}
