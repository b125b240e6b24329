import type { Database } from 'better-sqlite3';
import type { RateAssignment, RatesBatch, RateTableCopy } from '../../ports/rate-replica.ts';
import type { UncopiedRow } from '../../ports/replica-store.ts';
import { prepareChanged } from '../changed.ts';
import { eachRow } from './each-row.ts';
import { prepareNames } from './names.ts';
import { excluded, rateNames, tableNames, tableValues, termValues } from '../rates/rows.ts';
import { prepareSet, prepareSetting } from '../settings.ts';

export const positionSetting = 'rates.position';

/** How far each table is copied whose new version does not apply yet, by its id, as JSON; empty once the tables are written. */
const copyingSetting = 'rates.copying';
type Copying = Readonly<Record<string, { version: number; upToId: number }>>;

const copyingOf = (text: string | undefined): Copying => (text === undefined ? {} : (JSON.parse(text) as Copying));

/** Rows deleted in one transaction: some milliseconds. */
const removedAtOnce = 1000;

const assignedTables = {
  account: { table: 'account_rate_tables', column: 'account_id' },
  department: { table: 'department_rate_tables', column: 'department_id' },
} as const;

export type RateReplicaOperations = {
  applyRates: { input: RatesBatch; result: readonly UncopiedRow[] };
  removeOtherRates: { input: { tableId: number; version: number }; result: number };
  noteRatesComplete: { input: number; result: null };
  priceAgain: { input: readonly string[]; result: number };
};

/** Makes the operations of the writer that copy rates, to be run inside its transaction. */
export function prepareRateReplica(db: Database): {
  apply: (batch: RatesBatch) => UncopiedRow[];
  removeOthers: (of: { tableId: number; version: number }) => number;
} {
  const writeTables = prepareTables(db);
  const writeRates = prepareRates(db);
  const assign = { account: prepareAssign(db, 'account'), department: prepareAssign(db, 'department') };
  const unassign = { account: prepareUnassign(db, 'account'), department: prepareUnassign(db, 'department') };
  const setting = prepareSet(db);
  const kept = prepareSetting(db);
  const removeOthers = db.prepare(
    `DELETE FROM rates WHERE id IN (SELECT id FROM rates WHERE table_id = ? AND (version < ? OR version > ?) LIMIT ${removedAtOnce})`,
  );
  return {
    apply({ tables, assignments, allAssigned, position, ...rates }) {
      if (tables !== null) {
        writeTables(tables);
        setting.run(copyingSetting, '{}');
      }
      const uncopied = writeRates(rates);
      if (rates.complete !== null) {
        const { tableId, version, upToId } = rates.complete;
        const copying: Copying = { ...copyingOf(kept.get(copyingSetting)), [tableId]: { version, upToId } };
        setting.run(copyingSetting, JSON.stringify(copying));
      }
      if (allAssigned !== undefined) unassign[allAssigned.to](allAssigned, assignments);
      for (const { to, id, tableId } of assignments) assign[to](id, tableId);
      if (position !== null) setting.run(positionSetting, position);
      return uncopied;
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
  const named = prepareNames<RateTableCopy>(db, 'rate_tables');
  const noDefault = db.prepare('UPDATE rate_tables SET is_default = 0 WHERE is_default = 1');
  const makeDefault = db.prepare('UPDATE rate_tables SET is_default = 1 WHERE id = ?');
  // Assignments stay: a call of a table that is not here, e.g. because its row cannot be read, is unrated.
  const removeGone = db.prepare<[string]>('DELETE FROM rate_tables WHERE id NOT IN (SELECT value FROM json_each(?))');
  return (tables) => {
    removeGone.run(JSON.stringify(tables.map(({ id }) => id)));
    noDefault.run();
    for (const { isDefault, version, ...rest } of named(tables)) {
      table.run(rest.id, ...tableValues(rest), version);
      if (isDefault) makeDefault.run(rest.id);
    }
  };
}

/** Writes rates of a batch and removes those that SQL Server no longer has. */
function prepareRates(db: Database): (batch: Pick<RatesBatch, 'rates' | 'removedRates' | 'complete'>) => UncopiedRow[] {
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
  const changed = prepareChanged(db, 'rates.changed');
  return ({ rates, removedRates, complete }) => {
    // What REPLACE takes away is told by no trigger (https://www.sqlite.org/lang_conflict.html).
    if (rates.length > 0) changed();
    for (const id of removedRates) remove.run(id);
    const rejected = eachRow(rates, (row) => replace.run(row.id, row.tableId, row.version, ...termValues(row)));
    for (const { id } of rejected) remove.run(id);
    if (complete !== null) {
      const { afterId, upToId, tableId, version } = complete;
      removeMissing.run(afterId, upToId, tableId, version, JSON.stringify(rates.map(({ id }) => id)));
    }
    return rejected.map((row) => ({ table: 'rates', ...row }));
  };
}

/** Whether or not the account, department or table is here yet. */
function prepareAssign(db: Database, to: RateAssignment['to']): (id: number, tableId: number | null) => void {
  const { table: into, column } = assignedTables[to];
  const remove = db.prepare(`DELETE FROM ${into} WHERE ${column} = ?`);
  const replace = db.prepare(`REPLACE INTO ${into} (${column}, table_id) VALUES (?, ?)`);
  return (id, tableId) => {
    if (tableId === null) remove.run(id);
    else replace.run(id, tableId);
  };
}

/** Removes the assignments of a range of ids that are not among these. */
function prepareUnassign(
  db: Database,
  to: RateAssignment['to'],
): (range: { afterId: number; upToId: number }, but: readonly RateAssignment[]) => void {
  const { table, column } = assignedTables[to];
  const remove = db.prepare(
    `DELETE FROM ${table} WHERE ${column} > ? AND ${column} <= ? AND ${column} NOT IN (SELECT value FROM json_each(?))`,
  );
  return ({ afterId, upToId }, but) => void remove.run(afterId, upToId, JSON.stringify(but.map(({ id }) => id)));
}

/** Reads on the calling thread. */
export function readRateReplica(db: Database) {
  const setting = prepareSetting(db);
  const versions = db.prepare<[], { id: number; version: number }>('SELECT id, version FROM rate_tables');
  return {
    position: (): string | null => setting.get(positionSetting) ?? null,
    versions: (): Map<number, number> => new Map(versions.all().map(({ id, version }) => [id, version])),
    upTo(tableId: number, version: number): number {
      const copying = copyingOf(setting.get(copyingSetting))[tableId];
      return copying?.version === version ? copying.upToId : 0;
    },
  };
}
