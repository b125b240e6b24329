import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { TakenRecord, TakenRows } from '../../ports/moving-store.ts';
import {
  carriedCorrections,
  carriedMoves,
  carriedPrices,
  carriedReratings,
  type CarriedColumn,
} from '../../tables/carried.ts';
import { prepareKeepingLedger } from '../ledger/keeping.ts';
import { fromRow, replaceCallRecord, selectCallRecords, toRow, upsertCallRecord } from '../records/rows.ts';
import type { CallRecordRow, SqlValue } from '../records/rows.ts';
import { prepareTakePrice } from './taking-prices.ts';
import { outboxSetting, prepareUncollected } from './uncollected.ts';
import type { PerformersOf } from '../performers.ts';
import { prepareSet, prepareUnset } from '../settings.ts';
import { isShortened } from '../../../words/shorten-number.ts';

export type History = 'moves' | 'prices' | 'corrections' | 'rate-imports';

export type TakingOperations = {
  takeReratings: { input: TakenRows; result: ReadonlyMap<number, number> };
  takeHistory: { input: { what: History; rows: TakenRows }; result: null };
  takeRecords: { input: readonly TakenRecord[]; result: null };
  leaveSource: { input: Readonly<Record<'departments' | 'destinations' | 'extensions', number>>; result: null };
};
type Performers = PerformersOf<TakingOperations>;

const named = (columns: readonly CarriedColumn[]): string[] => columns.map(({ sqlite }) => sqlite);
/** Inserts a row where there is none that is the same by these columns. */
const insertMissing = (table: string, columns: readonly string[], same: readonly string[]): string =>
  `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map((column) => `@${column}`).join(', ')}
WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${same.map((column) => `${column} IS @${column}`).join(' AND ')})`;

const importColumns = ['table_id', 'version', 'source', 'started_at', 'finished_at', 'rates'];
const histories: Readonly<Record<History, string>> = {
  moves: insertMissing('call_moves', named(carriedMoves), ['call_id', 'moved_at', 'moved_by', 'to_account_name']),
  prices: insertMissing('call_prices', named(carriedPrices), ['call_id', 'version']),
  corrections: insertMissing('call_record_corrections', named(carriedCorrections), [
    'call_id',
    'corrected_at',
    'after',
  ]),
  'rate-imports': insertMissing('rate_imports', importColumns, ['table_id', 'version']),
};

/** Makes the operations of the writer that carry everything back into this file, to be run inside its transaction. */
export function prepareTaking(db: Database): Performers {
  const insert = prepareSet(db);
  const remove = prepareUnset(db);
  const uncollected = prepareUncollected(db);
  const rerating = db
    .prepare<[SqlValue, SqlValue, SqlValue], number>(
      'SELECT id FROM reratings WHERE made_at = ? AND made_by = ? AND from_time = ?',
    )
    .pluck();
  const addRerating = db.prepare(
    `INSERT INTO reratings (${named(carriedReratings).join(', ')}) VALUES (${named(carriedReratings)
      .map((column) => `@${column}`)
      .join(', ')})`,
  );
  const takeHistory = prepareTakeHistory(db);
  const takeRecord = prepareTakeRecord(db);
  return {
    takeReratings(rows) {
      const ids = new Map<number, number>();
      for (const { id = 0, ...row } of rows) {
        const there = rerating.get(row['made_at'] ?? null, row['made_by'] ?? null, row['from_time'] ?? null);
        const undoes = ids.get(Number(row['undoes'] ?? 0)) ?? null;
        ids.set(Number(id), there ?? Number(addRerating.run({ ...row, undoes }).lastInsertRowid));
      }
      return ids;
    },
    takeHistory: (history) => uncollected(() => takeHistory(history)),
    takeRecords: (records) => uncollected(() => records.forEach(takeRecord)),
    leaveSource(highestIds) {
      for (const table of ['outbox', 'outbox_sent', 'outbox_refused', 'former_ids'])
        db.prepare(`DELETE FROM ${table}`).run();
      db.prepare("DELETE FROM settings WHERE name GLOB 'copy.*' OR name GLOB 'move.*' OR name GLOB '*.position'").run();
      for (const name of [outboxSetting, 'directory.fresh_at']) remove.run(name);
      insert.run('copy.made_here', 'true');
      insert.run('identity.history', randomUUID());
      for (const [table, id] of Object.entries(highestIds)) insert.run(`${table}.highest_removed_id`, String(id));
      return null;
    },
  };
}

/** Makes a function that notes a move of the database, where it is not noted here. */
export function prepareTakeMove(db: Database): (row: TakenRows[number]) => void {
  // Its names may have been erased since.
  const statement = db.prepare(
    insertMissing('call_moves', named(carriedMoves), ['call_id', 'moved_at', 'to_account_id']),
  );
  return (row) => void statement.run(row);
}

function prepareTakeHistory(db: Database): (history: TakingOperations['takeHistory']['input']) => void {
  // Of a call that does not wait to be sent, what counts there counts here: a re-rating, and not what was before it as well.
  const onlyCurrent = db.prepare(
    `UPDATE call_prices SET is_current = (version = @version) WHERE call_id = @call_id AND is_current <> (version = @version)
AND NOT EXISTS (SELECT 1 FROM outbox WHERE call_id = @call_id)`,
  );
  const keepLedger = prepareKeepingLedger(db);
  return ({ what, rows }) => {
    const statement = db.prepare(histories[what]);
    for (const row of rows) {
      statement.run(row);
      if (what === 'prices' && row['is_current'] === 1) onlyCurrent.run(row);
      if (what === 'prices') keepLedger(String(row['call_id']));
    }
  };
}

function prepareTakeRecord(db: Database): (taken: TakenRecord) => void {
  const take = prepareTakeIntoRecords(db);
  const keepLedger = prepareKeepingLedger(db);
  return (taken) => {
    take(taken);
    keepLedger(taken.record.callId);
  };
}

function prepareTakeIntoRecords(db: Database): (taken: TakenRecord) => void {
  const byId = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);
  const add = db.prepare(upsertCallRecord);
  const replace = db.prepare(replaceCallRecord);
  const waits = db.prepare<[string], number>('SELECT 1 FROM outbox WHERE call_id = ? LIMIT 1').pluck();
  const takePrice = prepareTakePrice(db);
  const keepCountry = db.prepare<[string, string, string]>(
    'UPDATE call_records SET country = ? WHERE call_id = ? AND country IS NOT ?',
  );
  return (taken) => {
    const { record, country } = taken;
    const row = byId.get(record.callId);
    if (row !== undefined && (row.endedAtMs === null || waits.get(record.callId) !== undefined)) return;
    if (row === undefined) add.run(...toRow(record));
    else if (JSON.stringify(toRow(fromRow(row))) !== JSON.stringify(toRow(record))) {
      replace.run(...toRow(record), record.callId);
    }
    // Nothing else says it of a number that was shortened or erased.
    if (country !== null && (record.calledE164 === null || isShortened(record.calledE164))) {
      keepCountry.run(country, record.callId, country);
    }
    takePrice(taken);
  };
}
