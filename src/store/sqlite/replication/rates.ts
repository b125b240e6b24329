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
  const writeTables = prepareTables(db);
  const writeRates = prepareRates(db);
  const assign = { account: prepareAssign(db, 'account'), department: prepareAssign(db, 'department') };
  const setting = db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const removeOthers = db.prepare(
    `DELETE FROM rates WHERE id IN (SELECT id FROM rates WHERE table_id = ? AND (version < ? OR version > ?) LIMIT ${removedAtOnce})`,
  );
  return {
    apply({ tables, assignments, position, ...rates }) {
      if (tables !== null) writeTables(tables);
      writeRates(rates);
      const unplaced = assignments.filter(({ to, id, tableId }) => !assign[to](id, tableId));
      if (position !== null) setting.run(positionSetting, position);
      return unplaced;
    },
    removeOthers: ({ tableId, version }) => removeOthers.run(tableId, version, version).changes,
  };
}

/** Makes these the tables that there are. */
function prepareTables(db: Database): (tables: readonly RateTableCopy[]) => void {
  const table = db.prepare(
    `INSERT INTO rate_tables (id, ${tableNames.join(', ')}, version) VALUES (?, ${tableNames.map(() => '?').join(', ')}, ?)
ON CONFLICT (id) DO UPDATE SET ${excluded([...tableNames, 'version'])}`,
  );
  // A name that went from one table to another is free before its new row is written.
  const freeName = db.prepare("UPDATE rate_tables SET name = name || ' (' || id || ')' WHERE name = ? AND id <> ?");
  const noDefault = db.prepare('UPDATE rate_tables SET is_default = 0 WHERE is_default = 1');
  const makeDefault = db.prepare('UPDATE rate_tables SET is_default = 1 WHERE id = ?');
  const gone = 'NOT IN (SELECT value FROM json_each(?))';
  const removeGone = [
    ...Object.values(assignedTables).map(({ table: from }) => `DELETE FROM ${from} WHERE table_id ${gone}`),
    `DELETE FROM rate_tables WHERE id ${gone}`,
  ].map((sql) => db.prepare<[string]>(sql));
  return (tables) => {
    noDefault.run();
    for (const { isDefault, version, ...rest } of tables) {
      freeName.run(rest.name, rest.id);
      table.run(rest.id, ...tableValues(rest), version);
      if (isDefault) makeDefault.run(rest.id);
    }
    const kept = JSON.stringify(tables.map(({ id }) => id));
    for (const remove of removeGone) remove.run(kept);
  };
}

/** Writes rates of a batch and removes those that SQL Server no longer has. */
function prepareRates(db: Database): (batch: Pick<RatesBatch, 'rates' | 'removedRates' | 'complete'>) => void {
  // REPLACE: of the rates that were there with this id, or with this prefix and valid-from, none is left.
  const replace = db.prepare(
    `INSERT OR REPLACE INTO rates (id, table_id, version, ${rateNames.join(', ')})
VALUES (?, ?, ?, ${rateNames.map(() => '?').join(', ')})`,
  );
  const remove = db.prepare('DELETE FROM rates WHERE id = ?');
  // With a plus the range of ids leads: the index by table and version would read every rate of the version.
  const removeMissing = db.prepare(
    `DELETE FROM rates WHERE id > ? AND id <= ? AND +table_id = ? AND +version = ? AND id NOT IN (SELECT value FROM json_each(?))`,
  );
  return ({ rates, removedRates, complete }) => {
    for (const id of removedRates) remove.run(id);
    for (const row of rates) replace.run(row.id, row.tableId, row.version, ...termValues(row));
    if (complete === null) return;
    const { afterId, upToId, tableId, version } = complete;
    removeMissing.run(afterId, upToId, tableId, version, JSON.stringify(rates.map(({ id }) => id)));
  };
}

/** Answers false where the account, department or table is not here yet. */
function prepareAssign(db: Database, to: RateAssignment['to']): (id: number, tableId: number | null) => boolean {
  const { table: into, column, members } = assignedTables[to];
  const isThere = (from: string) => db.prepare<[number], number>(`SELECT 1 FROM ${from} WHERE id = ?`).pluck();
  const [isMember, hasTable] = [isThere(members), isThere('rate_tables')];
  const remove = db.prepare(`DELETE FROM ${into} WHERE ${column} = ?`);
  const replace = db.prepare(`REPLACE INTO ${into} (${column}, table_id) VALUES (?, ?)`);
  return (id, tableId) => {
    if (tableId === null) remove.run(id);
    else if (isMember.get(id) === undefined || hasTable.get(tableId) === undefined) return false;
    else replace.run(id, tableId);
    return true;
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
