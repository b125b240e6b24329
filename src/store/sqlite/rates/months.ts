import { isDeepStrictEqual } from 'node:util';
import type { Database } from 'better-sqlite3';
import { after, monthBegins, monthKey, type MonthPlace } from '../../../rating/month.ts';
import { isSamePrice, priceAt, type Price } from '../../../rating/price.ts';
import { basisIn, monthRowOf, noteFirst, type MonthRow, type Turn } from '../../call-months.ts';
import type { CallPrice } from '../../ports/rate-store.ts';
import { callPriceOf, selectPrices, type PriceRow } from './price-rows.ts';
import type { AnsweredCall } from './answered-calls.ts';
import { plannedOnce } from '../planned-once.ts';

/** The shares that calls have of their payer's month, as they stand in the file. */
export type Months = {
  /** Before this call, whether or not it has a share itself. */
  placeOf(call: AnsweredCall, month: string): MonthPlace;
  /** Whether the call has a share. */
  has(callId: string): boolean;
  /** After the call's current price was written, made at its own place. Later calls may have another place now: `settle` gives it to them. */
  note(callId: string, call: AnsweredCall | null, price: Price | null): void;
  /** The share of a call whose price comes from the system of record, where all places are settled. */
  take(call: SharedRecord, price: { basis: string | null; billedMs: number | null }): void;
  /** Prices every call anew that has another place since the last time; answers those calls. */
  settle(write: (current: CallPrice, price: Price) => void): string[];
};

type SharedRecord = Pick<AnsweredCall, 'callId' | 'accountId' | 'departmentId'> & { answeredAtMs: number | null };

const selectRows = `SELECT call_id AS callId, month, answered_at AS answeredAtMs, included_ms AS includedMs, tiered_ms AS tieredMs
FROM call_months`;

function prepareRows(db: Database) {
  const insert = db.prepare(
    'INSERT INTO call_months (call_id, month, answered_at, included_ms, tiered_ms) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    before: db.prepare<{ month: string; hour: number } & Turn, MonthPlace>(
      // Of the hours before the call's own, only their sums (sql/sqlite/0027-month-hours.sql).
      `SELECT ifnull(sum(included_ms), 0) AS includedMs, ifnull(sum(tiered_ms), 0) AS tieredMs FROM (
  SELECT included_ms, tiered_ms FROM call_month_hours WHERE month = ${plannedOnce('@month')} AND hour < @hour
  UNION ALL SELECT included_ms, tiered_ms FROM call_months
  WHERE month = ${plannedOnce('@month')} AND answered_at >= @hour * 3600000 AND (answered_at, call_id) < (@answeredAtMs, @callId))`,
    ),
    known: db.prepare<[string], MonthRow>(`${selectRows} WHERE call_id = ?`),
    later: db.prepare<[string, number, string], MonthRow>(
      `${selectRows} WHERE month = ${plannedOnce('?')} AND (answered_at, call_id) > (?, ?) ORDER BY answered_at, call_id`,
    ),
    current: db.prepare<[string], PriceRow>(`${selectPrices} WHERE call_id = ${plannedOnce('?')} AND is_current = 1`),
    remove: db.prepare('DELETE FROM call_months WHERE call_id = ?'),
    add({ callId, month, answeredAtMs, includedMs, tieredMs }: MonthRow): void {
      insert.run(callId, month, answeredAtMs, includedMs, tieredMs);
    },
  };
}

const hourMs = 3_600_000;

function placeBefore({ before }: ReturnType<typeof prepareRows>, month: string, turn: Turn): MonthPlace {
  const { answeredAtMs, callId } = turn;
  return before.get({ month, hour: Math.floor(answeredAtMs / hourMs), answeredAtMs, callId }) ?? monthBegins;
}

/** For a connection that writes; one that only reads may ask for places. */
export function prepareMonths(db: Database): Months {
  const rows = prepareRows(db);
  const { known, remove } = rows;
  /** After which call places may have changed, by month: a price is made at its own place. */
  const unsettled = new Map<string, Turn>();

  return {
    placeOf: (call, month) => placeBefore(rows, monthKey(call, month), call),
    has: (callId) => known.get(callId) !== undefined,

    note(callId, call, price) {
      const row = known.get(callId) ?? null;
      const share = price?.kind === 'priced' ? price : null;
      const added =
        call === null || share?.month === undefined ? null : monthRowOf(call, share.month.basis, share.billedMs);
      // It takes of the month what it took before: no other call has another place, and its own price was made at the one that it has.
      if (isDeepStrictEqual(row, added)) return;
      if (row !== null) {
        remove.run(callId);
        noteFirst(unsettled, row.month, row);
      }
      if (added !== null) {
        rows.add(added);
        noteFirst(unsettled, added.month, added);
      }
    },

    take(call, { basis, billedMs }) {
      remove.run(call.callId);
      const { answeredAtMs } = call;
      if (basis === null || answeredAtMs === null) return;
      rows.add(monthRowOf({ ...call, answeredAtMs }, basisIn(basis), billedMs ?? 0));
    },

    settle(write) {
      const changed = [...unsettled].flatMap(([month, first]) => settleAfter(rows, { month, first, write }));
      unsettled.clear();
      return changed;
    },
  };
}

type Write = Parameters<Months['settle']>[0];

function settleAfter(
  rows: ReturnType<typeof prepareRows>,
  { month, first, write }: { month: string; first: Turn; write: Write },
): string[] {
  const { later, current } = rows;
  const others = later.all(month, first.answeredAtMs, first.callId);
  const [next] = others;
  // Most calls become known in order, and none is later.
  if (next === undefined) return [];
  const changed: string[] = [];
  let place = placeBefore(rows, month, next);
  for (const row of others) {
    const priced = current.get(row.callId);
    const now = priced === undefined ? null : callPriceOf(priced);
    if (now?.price.kind === 'priced') {
      const settled = priceAt(now.price, place);
      if (!isSettled(now.price, settled)) {
        write(now, settled);
        changed.push(row.callId);
      }
    }
    place = after(place, row);
  }
  return changed;
}

/** Also where it costs the same with another share of the month. */
const isSettled = (now: Price, settled: Price): boolean =>
  isSamePrice(now, settled) &&
  now.kind === 'priced' &&
  settled.kind === 'priced' &&
  now.month?.freeMs === settled.month?.freeMs &&
  now.arithmetic === settled.arithmetic;
