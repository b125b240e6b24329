import type { Database } from 'better-sqlite3';
import type { OutboxPage } from '../../ports/replica-store.ts';
import { prepareFormerIds } from '../carrying/former-ids.ts';
import { fromRow, selectCallRecords, type CallRecordRow } from './rows.ts';
import { callPriceOf, selectPrices, type PriceRow } from '../rates/price-rows.ts';
import { prepareSet, prepareSetting } from '../settings.ts';
import { plannedOnce } from '../planned-once.ts';

const setting = 'outbox';

export type Settlement = { upTo: number; refused: readonly { callId: string; reason: string; atMs: number }[] };

/** Makes the operations of the writer on the outbox, to be run inside its transaction. */
export function prepareOutbox(db: Database): { enable: () => null; settle: (settlement: Settlement) => null } {
  const isEnabled = prepareSetting(db);
  const set = prepareSet(db);
  const refuse = db.prepare(
    `INSERT INTO outbox_refused (call_id, reason, refused_at) VALUES (?, ?, ?)
ON CONFLICT (call_id) DO UPDATE SET reason = excluded.reason, refused_at = excluded.refused_at`,
  );
  // Whatever was refused before and is taken now.
  const taken = db.prepare('DELETE FROM outbox_refused WHERE call_id IN (SELECT call_id FROM outbox WHERE seq <= ?)');
  const settle = db.prepare('DELETE FROM outbox WHERE seq <= ?');
  return {
    enable() {
      if (isEnabled.get(setting) !== undefined) return null;
      set.run(setting, 'on');
      db.prepare('INSERT INTO outbox (call_id) SELECT call_id FROM call_records ORDER BY started_at, call_id').run();
      return null;
    },
    settle({ upTo, refused }) {
      taken.run(upTo);
      for (const { callId, reason, atMs } of refused) refuse.run(callId, reason, atMs);
      settle.run(upTo);
      return null;
    },
  };
}

/** Reads on the calling thread. */
export function readOutbox(db: Database): {
  page: (limit: number, after: number) => OutboxPage;
  counts: () => { waiting: number; refused: number };
} {
  const waiting = db.prepare<[number, number], { seq: number; callId: string }>(
    'SELECT seq, call_id AS callId FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const record = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);
  const price = db.prepare<[string], PriceRow>(
    `${selectPrices} WHERE call_id = ${plannedOnce('?')} AND is_current = 1`,
  );
  const country = db.prepare<[string], string | null>('SELECT country FROM call_records WHERE call_id = ?').pluck();
  const withIdsOfNow = prepareFormerIds(db);
  const count = (table: string) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck();
  const counted = { waiting: count('outbox'), refused: count('outbox_refused') };
  return {
    page(limit, after) {
      const rows = waiting.all(after, limit);
      // A call that changed several times is sent once, as it is now.
      const entries = [...new Set(rows.map(({ callId }) => callId))].flatMap((callId) => {
        const row = record.get(callId);
        const priceRow = price.get(callId);
        return row === undefined
          ? []
          : [
              {
                record: withIdsOfNow(fromRow(row)),
                price: priceRow === undefined ? null : callPriceOf(priceRow).price,
                country: country.get(callId) ?? null,
              },
            ];
      });
      return { entries, upTo: rows.at(-1)?.seq ?? null };
    },
    counts: () => ({ waiting: counted.waiting.get() ?? 0, refused: counted.refused.get() ?? 0 }),
  };
}
