import type { Database } from 'better-sqlite3';
import type { Department, Destination } from '../../../words/directory.ts';
import {
  directoryTables,
  type DirectoryBatch,
  type DirectoryTable,
  type UncopiedRow,
} from '../../ports/replica-store.ts';
import type { SqlValue } from '../records/rows.ts';
import { accounts, departments, destinations, extensions } from '../../tables/directory.ts';
import { upsertById, valuesOf } from '../directory/rows.ts';
import { eachRow } from './each-row.ts';
import { prepareNames } from './names.ts';
import { prepareSet, prepareSetting } from '../settings.ts';

export const positionSetting = 'directory.position';
export const freshSetting = 'directory.fresh_at';

/**
 * Makes the operation of the writer that copies a piece of the directory, to be run inside its transaction. Rows arrive in any order; a
 * row that cannot be written goes, is named, and stops no other.
 */
export function prepareReplica(db: Database): (batch: DirectoryBatch) => UncopiedRow[] {
  const setting = prepareSet(db);
  const write = prepareWrites(db);
  const remove = prepareRemove(db);

  return (batch) => {
    const uncopied: UncopiedRow[] = [];
    for (const table of directoryTables) {
      const rejected = write[table](batch);
      for (const { id, problem } of rejected) {
        remove(table, 'id = ?', id);
        uncopied.push({ table, id, problem });
      }
    }
    for (const { table, id } of batch.removed) remove(table, 'id = ?', id);
    for (const { table, afterId, upToId } of batch.complete) {
      const kept = JSON.stringify(batch[table].map(({ id }) => id));
      remove(table, 'id > ? AND id <= ? AND id NOT IN (SELECT value FROM json_each(?))', afterId, upToId, kept);
    }
    if (batch.position !== null) setting.run(positionSetting, batch.position);
    // With it: whoever stops here has a copy that may be used, and not one of which nobody knows the age.
    if (batch.asOfMs !== undefined) setting.run(freshSetting, String(batch.asOfMs));
    return uncopied;
  };
}

type Rejected = { id: number; problem: string };

function prepareWrites(db: Database): Record<DirectoryTable, (batch: DirectoryBatch) => Rejected[]> {
  const department = db.prepare(upsertById(departments));
  const account = db.prepare(upsertById(accounts));
  const extension = db.prepare(upsertById(extensions));
  const destination = db.prepare(upsertById(destinations));
  const named = prepareNames<Department>(db, 'departments');
  const namedDestinations = prepareNames<Destination>(db, 'destinations');
  // A code or number that went from one row to another is free before its new row is written; the other row's change comes, too.
  const freeCode = db.prepare('DELETE FROM accounts WHERE code = ? AND id <> ?');
  const freeNumber = db.prepare('DELETE FROM extensions WHERE number = ? AND id <> ?');
  return {
    departments: (batch) =>
      eachRow(named(batch.departments), (row) => department.run(...valuesOf(departments, row), row.id)),
    accounts: (batch) =>
      eachRow(batch.accounts, (row) => {
        freeCode.run(row.code, row.id);
        account.run(...valuesOf(accounts, row), row.id);
      }),
    extensions: (batch) =>
      eachRow(batch.extensions, (row) => {
        freeNumber.run(row.number, row.id);
        extension.run(...valuesOf(extensions, row), row.id);
      }),
    destinations: (batch) =>
      eachRow(namedDestinations(batch.destinations), (row) => destination.run(...valuesOf(destinations, row), row.id)),
  };
}

function prepareRemove(db: Database): (table: DirectoryTable, where: string, ...values: SqlValue[]) => void {
  return (table, where, ...values) => {
    if (table === 'departments') {
      for (const member of ['accounts', 'extensions']) {
        db.prepare(
          `UPDATE ${member} SET department_id = NULL WHERE department_id IN (SELECT id FROM departments WHERE ${where})`,
        ).run(...values);
      }
    }
    db.prepare(`DELETE FROM ${table} WHERE ${where}`).run(...values);
  };
}

export function prepareFreshness(db: Database): (atMs: number) => null {
  const setting = prepareSet(db);
  return (atMs) => {
    setting.run(freshSetting, String(atMs));
    return null;
  };
}

/** Reads on the calling thread. */
export function readReplica(db: Database): { position: () => string | null; freshAtMs: () => number | null } {
  const setting = prepareSetting(db);
  return {
    position: () => setting.get(positionSetting) ?? null,
    freshAtMs: () => {
      const text = setting.get(freshSetting);
      return text === undefined ? null : Number(text);
    },
  };
}
