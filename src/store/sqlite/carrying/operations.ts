import type { Database } from 'better-sqlite3';
import type { DatabaseIdentity } from '../../ports/copy-store.ts';
import type { FormerId, MoveState } from '../../ports/moving-store.ts';
import { directorySettings, prepareCopy } from '../replication/origin.ts';
import { lastRecordSetting } from './former-ids.ts';
import { digest } from './read.ts';
import type { PerformersOf } from '../performers.ts';
import { prepareSet, prepareSetting, prepareUnset } from '../settings.ts';

export const moveSetting = 'move.state';
const queuedSetting = 'move.queued';
/** Of the outbox (records/outbox.ts): records are collected. */
const outboxSetting = 'outbox';

export type CarryingOperations = {
  noteMove: { input: MoveState | null; result: null };
  queueRecords: { input: number; result: boolean };
  switchSource: {
    input: { source: DatabaseIdentity; digest: string; formerIds: readonly FormerId[] };
    result: boolean;
  };
};
type Performers = PerformersOf<CarryingOperations>;

/** Columns that hold ids of each kind, the rows' own ids first. */
const idColumns: Readonly<
  Record<FormerId['kind'], readonly (readonly [table: string, column: string, only?: string])[]>
> = {
  department: [
    ['departments', 'id'],
    ['accounts', 'department_id'],
    ['extensions', 'department_id'],
    ['department_rate_tables', 'department_id'],
    ['console_users', 'department_id'],
    ['ledger_groups', 'id', `kind = 'department'`],
  ],
  account: [
    ['accounts', 'id'],
    ['extensions', 'default_account_id'],
    ['account_rate_tables', 'account_id'],
  ],
  extension: [['extensions', 'id']],
  destination: [
    ['destinations', 'id'],
    ['ledger_groups', 'id', `kind = 'destination'`],
  ],
  'rate-table': [
    ['rate_tables', 'id'],
    ['account_rate_tables', 'table_id'],
    ['department_rate_tables', 'table_id'],
    ['rate_imports', 'table_id'],
    ['rates', 'table_id'],
  ],
};

/** Makes the operations of the writer that carry this file over, to be run inside its transaction. */
export function prepareCarrying(db: Database): Performers {
  const setting = prepareSetting(db);
  const insert = prepareSet(db);
  const remove = prepareUnset(db);
  const queue = db.prepare(
    'INSERT INTO outbox (call_id) SELECT call_id FROM call_records WHERE rowid > ? AND rowid <= ? ORDER BY rowid',
  );
  const lastRecord = db.prepare<[], number>('SELECT coalesce(max(rowid), 0) FROM call_records').pluck();
  const copy = prepareCopy(db);
  return {
    noteMove(state) {
      if (state === null) for (const name of [moveSetting, queuedSetting]) remove.run(name);
      else insert.run(moveSetting, JSON.stringify(state));
      return null;
    },
    queueRecords(limit) {
      if (setting.get(outboxSetting) === undefined) insert.run(outboxSetting, 'on');
      const from = Number(setting.get(queuedSetting) ?? 0);
      const last = lastRecord.get() ?? 0;
      if (from >= last) return false;
      const upTo = Math.min(from + limit, last);
      queue.run(from, upTo);
      insert.run(queuedSetting, String(upTo));
      return true;
    },
    switchSource({ source, digest: before, formerIds }) {
      if (digest(db) !== before) return false;
      renumber(db, formerIds);
      insert.run(lastRecordSetting, String(lastRecord.get() ?? 0));
      for (const name of directorySettings) remove.run(name);
      copy.noteSource(source);
      const state = setting.get(moveSetting);
      if (state !== undefined) {
        insert.run(moveSetting, JSON.stringify({ ...(JSON.parse(state) as MoveState), phase: 'records' }));
      }
      return true;
    },
  };
}

/** Gives rows the ids of the other database. In two steps, since an id may go from one row to another. */
function renumber(db: Database, formerIds: readonly FormerId[]): void {
  const note = db.prepare('INSERT OR REPLACE INTO former_ids (kind, id, new_id) VALUES (?, ?, ?)');
  db.prepare('DELETE FROM former_ids').run();
  for (const { kind, id, newId } of formerIds) note.run(kind, id, newId);
  // References are checked at the end of the transaction (https://www.sqlite.org/pragma.html#pragma_defer_foreign_keys).
  db.pragma('defer_foreign_keys = ON');
  for (const [kind, columns] of Object.entries(idColumns)) {
    for (const [table, column, only = '1'] of columns) {
      const former = `(SELECT new_id FROM former_ids WHERE kind = '${kind}' AND id = ${table}.${column} AND new_id IS NOT NULL)`;
      db.prepare(`UPDATE ${table} SET ${column} = -${former} WHERE ${former} IS NOT NULL AND ${only}`).run();
      db.prepare(`UPDATE ${table} SET ${column} = -${column} WHERE ${column} < 0`).run();
    }
  }
}

/** Reads on the calling thread. */
export function readMoveState(db: Database): () => MoveState | null {
  const setting = prepareSetting(db);
  return () => {
    const text = setting.get(moveSetting);
    return text === undefined ? null : (JSON.parse(text) as MoveState);
  };
}
