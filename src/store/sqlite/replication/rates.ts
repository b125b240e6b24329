import type { Database } from 'better-sqlite3';
import type { RateAssignment, RatesBatch, RateTableCopy } from '../../ports/rate-replica.ts';
import { excluded, rateNames, tableNames, tableValues, termValues } from '../rates/rows.ts';

const positionSetting = 'rates.position';

/** Rows deleted in one transaction: some milliseconds. */
const removedAtOnce = 1000;

const assignedTables = {
  account: { table: 'account_rate_tables', column: 'account_id', members: 'accounts' },
  department: { table: 'department_rate_tables', column: 'department_id', members: 'departments' },
} as const;

export type RateReplicaOperations = {
  applyRates: { input: RatesBatch; result: readonly RateAssignment[] };
  removeOtherRates: { input: { tableId: number; version: number }; result: number };
};

/** Makes the operations of the writer that copy rates, to be run inside its transaction. */
export function prepareRateReplica(db: Database): {
  apply: (batch: RatesBatch) => RateAssignment[];
  removeOthers: (of: { tableId: number; version: number }) => number;
} {
  const table = db.prepare(
    `INSERT INTO rate_tables (id, ${tableNames.join(', ')}, version) VALUES (?, ${tableNames.map(() => '?').join(', ')}, ?)
ON CONFLICT (id) DO UPDATE SET ${excluded([...tableNames, 'version'])}`,
  );
  // A name that went from one table to another is free before its new row is written.
  const freeName = db.prepare("UPDATE rate_tables SET name = name || ' (' || id || ')' WHERE name = ? AND id <> ?");
  const noDefault = db.prepare('UPDATE rate_tables SET is_default = 0 WHERE is_default = 1');
  const makeDefault = db.prepare('UPDATE rate_tables SET is_default = 1 WHERE id = ?');
  // REPLACE: of the rates that were there with this id, or with this prefix and valid-from, none is left.
  const rate = db.prepare(
    `INSERT OR REPLACE INTO rates (id, table_id, version, ${rateNames.join(', ')})
VALUES (?, ?, ?, ${rateNames.map(() => '?').join(', ')})`,
  );
  const removeRate = db.prepare('DELETE FROM rates WHERE id = ?');
  const setting = db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const isThere = (from: string) => db.prepare<[number], number>(`SELECT 1 FROM ${from} WHERE id = ?`).pluck();
  const hasTable = isThere('rate_tables');
  const assign = {
    account: prepareAssign('account'),
    department: prepareAssign('department'),
  };
  // With a plus the range of ids leads: the index by table and version would read every rate of the version.
  const removeMissing = db.prepare(
    `DELETE FROM rates WHERE id > ? AND id <= ? AND +table_id = ? AND +version = ? AND id NOT IN (SELECT value FROM json_each(?))`,
  );
  const removeOthers = db.prepare(
    `DELETE FROM rates WHERE id IN (SELECT id FROM rates WHERE table_id = ? AND (version < ? OR version > ?) LIMIT ${removedAtOnce})`,
  );

  /** False: not possible yet. */
  function prepareAssign(to: RateAssignment['to']): (id: number, tableId: number | null) => boolean {
    const { table: into, column, members } = assignedTables[to];
    const isMember = isThere(members);
    const remove = db.prepare(`DELETE FROM ${into} WHERE ${column} = ?`);
    const replace = db.prepare(`REPLACE INTO ${into} (${column}, table_id) VALUES (?, ?)`);
    return (id, tableId) => {
      if (tableId === null) remove.run(id);
      else if (isMember.get(id) === undefined || hasTable.get(tableId) === undefined) return false;
      else replace.run(id, tableId);
      return true;
    };
  }

  function writeTables(tables: readonly RateTableCopy[]): void {
    noDefault.run();
    for (const { isDefault, version, ...rest } of tables) {
      freeName.run(rest.name, rest.id);
      table.run(rest.id, ...tableValues(rest), version);
      if (isDefault) makeDefault.run(rest.id);
    }
    const gone = `NOT IN (SELECT value FROM json_each(?))`;
    const kept = JSON.stringify(tables.map(({ id }) => id));
    for (const { table: from } of Object.values(assignedTables)) {
      db.prepare(`DELETE FROM ${from} WHERE table_id ${gone}`).run(kept);
    }
    db.prepare(`DELETE FROM rate_tables WHERE id ${gone}`).run(kept);
  }

  return {
    apply({ tables, rates, removedRates, complete, assignments, position }) {
      if (tables !== null) writeTables(tables);
      for (const id of removedRates) removeRate.run(id);
      for (const row of rates) rate.run(row.id, row.tableId, row.version, ...termValues(row));
      if (complete !== null) {
        const { afterId, upToId, tableId, version } = complete;
        removeMissing.run(afterId, upToId, tableId, version, JSON.stringify(rates.map(({ id }) => id)));
      }
      const unplaced = assignments.filter(({ to, id, tableId }) => !assign[to](id, tableId));
      if (position !== null) setting.run(positionSetting, position);
      return unplaced;
    },
    removeOthers: ({ tableId, version }) => removeOthers.run(tableId, version, version).changes,
  };
}

/** Reads on the calling thread. */
export function readRateReplica(db: Database) {
  const setting = db.prepare<[string], string>('SELECT value FROM settings WHERE name = ?').pluck();
  const versions = db.prepare<[], { id: number; version: number }>(
    'SELECT id, version FROM rate_tables WHERE version > 0',
  );
  const last = db
    .prepare<[number, number], number | null>('SELECT max(id) FROM rates WHERE table_id = ? AND version = ?')
    .pluck();
  return {
    position: (): string | null => setting.get(positionSetting) ?? null,
    versions: (): Map<number, number> => new Map(versions.all().map(({ id, version }) => [id, version])),
    upTo: (tableId: number, version: number): number => last.get(tableId, version) ?? 0,
  };
}
