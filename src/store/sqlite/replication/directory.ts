import type { Database } from 'better-sqlite3';
import type { Account, Department, Extension } from '../../../words/directory.ts';
import type { DirectoryBatch, DirectoryTable } from '../../ports/replica-store.ts';
import type { SqlValue } from '../records/rows.ts';
import { accounts, departments, extensions } from '../../tables/directory.ts';
import { upsertById, valuesOf } from '../directory/rows.ts';

const positionSetting = 'directory.position';
export const freshSetting = 'directory.fresh_at';

/** Makes the operation of the writer that copies a piece of the directory, to be run inside its transaction. */
export function prepareReplica(db: Database): (batch: DirectoryBatch) => null {
  const setting = db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const department = db.prepare(upsertById(departments));
  const account = db.prepare(upsertById(accounts));
  const extension = db.prepare(upsertById(extensions));
  // A code or number that went from one row to another is free before its new row is written.
  const freeName = db.prepare("UPDATE departments SET name = name || ' (' || id || ')' WHERE name = ? AND id <> ?");
  const freeCode = db.prepare('DELETE FROM accounts WHERE code = ? AND id <> ?');
  const freeNumber = db.prepare('DELETE FROM extensions WHERE number = ? AND id <> ?');

  const write = {
    departments: (row: Department) => {
      freeName.run(row.name, row.id);
      department.run(...valuesOf(departments, row), row.id);
    },
    accounts: (row: Account) => {
      freeCode.run(row.code, row.id);
      account.run(...valuesOf(accounts, row), row.id);
    },
    extensions: (row: Extension) => {
      freeNumber.run(row.number, row.id);
      extension.run(...valuesOf(extensions, row), row.id);
    },
  };

  const remove = (table: DirectoryTable, where: string, ...values: SqlValue[]): void => {
    if (table === 'departments') {
      for (const member of ['accounts', 'extensions']) {
        db.prepare(
          `UPDATE ${member} SET department_id = NULL WHERE department_id IN (SELECT id FROM departments WHERE ${where})`,
        ).run(...values);
      }
    }
    db.prepare(`DELETE FROM ${table} WHERE ${where}`).run(...values);
  };

  return (batch) => {
    batch.departments.forEach(write.departments);
    batch.accounts.forEach(write.accounts);
    batch.extensions.forEach(write.extensions);
    for (const { table, id } of batch.removed) remove(table, 'id = ?', id);
    for (const { table, afterId, upToId } of batch.complete) {
      const kept = JSON.stringify(batch[table].map(({ id }) => id));
      remove(table, 'id > ? AND id <= ? AND id NOT IN (SELECT value FROM json_each(?))', afterId, upToId, kept);
    }
    if (batch.position !== null) setting.run(positionSetting, batch.position);
    return null;
  };
}

export function prepareFreshness(db: Database): (atMs: number) => null {
  const setting = db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return (atMs) => {
    setting.run(freshSetting, String(atMs));
    return null;
  };
}

/** Reads on the calling thread. */
export function readReplica(db: Database): { position: () => string | null; freshAtMs: () => number | null } {
  const setting = db.prepare<[string], string>('SELECT value FROM settings WHERE name = ?').pluck();
  return {
    position: () => setting.get(positionSetting) ?? null,
    freshAtMs: () => {
      const text = setting.get(freshSetting);
      return text === undefined ? null : Number(text);
    },
  };
}
