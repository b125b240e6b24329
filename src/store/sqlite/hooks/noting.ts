import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { HookKind } from '../../../words/hook.ts';
import type { HookEvent, Told } from '../../ports/hooks.ts';
import { callPriceOf, selectPrices, type PriceRow } from '../rates/price-rows.ts';
import { fromRow, selectCallRecords, type CallRecordRow } from '../records/rows.ts';
import { plannedOnce } from '../planned-once.ts';

type More = Partial<Pick<Told, 'before' | 'move'>>;

export type NoteHook = {
  /** Of the record that is in the file. */
  ofCall(kind: HookKind, callId: string, more?: More): void;
  /** Whatever the file says. */
  of(event: Omit<HookEvent, 'id'>): void;
};

/** Keeps what programs are to be told, inside the writer's transaction: what happened to a record and its event are both there, or neither. */
export function prepareHooks(db: Database): NoteHook {
  const targets = db.prepare<[string], string>("SELECT name FROM hook_targets WHERE instr(kinds, ',' || ? || ',') > 0");
  targets.pluck();
  const byId = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);
  const currentPrice = db.prepare<[string], PriceRow>(
    `${selectPrices} WHERE call_id = ${plannedOnce('?')} AND is_current = 1`,
  );
  const keep = db.prepare<[string, string, number, string, string]>(
    'INSERT INTO hook_events (id, kind, at, call_id, told) VALUES (?, ?, ?, ?, ?)',
  );
  const begin = db.prepare<[string, number | bigint, number]>(
    'INSERT INTO hook_deliveries (target, seq, tries, again_at) VALUES (?, ?, 0, ?)',
  );

  function note(names: readonly string[], kind: HookKind, atMs: number, told: Told): void {
    const { lastInsertRowid } = keep.run(randomUUID(), kind, atMs, told.record.callId, JSON.stringify(told));
    for (const name of names) begin.run(name, lastInsertRowid, atMs);
  }

  return {
    ofCall(kind, callId, { before = null, move = null } = {}) {
      const names = targets.all(kind);
      if (names.length === 0) return;
      const row = byId.get(callId);
      if (row === undefined) return;
      const price = currentPrice.get(callId);
      const told = { record: fromRow(row), price: price === undefined ? null : callPriceOf(price).price, before, move };
      note(names, kind, Date.now(), told);
    },
    of({ kind, atMs, told }) {
      const names = targets.all(kind);
      if (names.length > 0) note(names, kind, atMs, told);
    },
  };
}

/** Makes a function that forgets what is to be told of a call, where its record says less from now on. */
export function prepareForgettingHooks(db: Database): (callId: string) => void {
  const forget = db.prepare<[string]>(`DELETE FROM hook_events WHERE call_id = ${plannedOnce('?')}`);
  return (callId) => void forget.run(callId);
}
