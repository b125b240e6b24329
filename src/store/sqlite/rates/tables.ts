import type { Database } from 'better-sqlite3';
import type { RateTable } from '../../../rating/rate.ts';
import { settledTable } from '../../rate-settings.ts';
import type { RateStore, RateTableSummary } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { reading } from '../reading.ts';
import { rateTableByName, rateTableOf, selectedTable, tableValues, upsertRateTable } from './rows.ts';
import type { RateTableRow } from './rows.ts';

export type RateOperations = {
  saveRateTable: {
    input: { name: string; changes: Parameters<RateStore['saveRateTable']>[1] };
    result: RateTable;
  };
  assignRateTable: {
    input: { to: Parameters<RateStore['assignRateTable']>[0]; table: string | null };
    result: null;
  };
};

const invalid = (message: string) => new StoreError('invalid', message);

/** Changes of rate tables, to be run inside a transaction. They throw a `StoreError`. */
export function prepareRateOperations(db: Database) {
  const byName = db.prepare<[string], RateTableRow & { version?: number }>(rateTableByName);
  const versionOf = db.prepare<[number], number>('SELECT version FROM rate_tables WHERE id = ?').pluck();
  const accountId = db.prepare<[string], number>('SELECT id FROM accounts WHERE code = ?').pluck();
  const departmentId = db.prepare<[string], number>('SELECT id FROM departments WHERE name = ?').pluck();
  const upsert = db.prepare(upsertRateTable);
  const noDefault = db.prepare('UPDATE rate_tables SET is_default = 0 WHERE is_default = 1');
  const makeDefault = db.prepare<[number]>('UPDATE rate_tables SET is_default = 1 WHERE id = ?');
  const ofAccounts = prepareAssignments(db, 'account_rate_tables', 'account_id');
  const ofDepartments = prepareAssignments(db, 'department_rate_tables', 'department_id');

  const stored = (name: string): RateTable => {
    const row = byName.get(name);
    if (row === undefined) throw invalid(`There is no rate table "${name}".`);
    return rateTableOf(row);
  };

  return {
    saveRateTable({ name, changes }: RateOperations['saveRateTable']['input']): RateTable {
      const { isDefault, ...settings } = changes;
      const row = byName.get(name);
      const present = row === undefined ? null : { ...rateTableOf(row), hasRates: (versionOf.get(row.id) ?? 0) > 0 };
      upsert.run(...tableValues(settledTable(name, settings, present)));
      const saved = stored(name);
      if (isDefault === true) {
        noDefault.run();
        makeDefault.run(saved.id);
      }
      return saved;
    },

    assignRateTable({ to, table }: RateOperations['assignRateTable']['input']): null {
      const isAccount = 'accountCode' in to;
      const id = isAccount ? accountId.get(to.accountCode) : departmentId.get(to.department);
      if (id === undefined) {
        throw invalid(isAccount ? 'No account has this code.' : `There is no department "${to.department}".`);
      }
      const assignments = isAccount ? ofAccounts : ofDepartments;
      if (table === null) assignments.remove.run(id);
      else assignments.put.run(id, stored(table).id);
      return null;
    },
  };
}

function prepareAssignments(db: Database, into: string, column: string) {
  return {
    remove: db.prepare<[number]>(`DELETE FROM ${into} WHERE ${column} = ?`),
    put: db.prepare<[number, number]>(`REPLACE INTO ${into} (${column}, table_id) VALUES (?, ?)`),
  };
}

type SummaryRow = RateTableRow & Omit<RateTableSummary, keyof RateTable | 'isDefault'> & { isDefault: number };

const summaries = `SELECT ${selectedTable}, t.is_default AS isDefault, t.version,
  ifnull(i.rates, 0) AS rates, i.source, i.finished_at AS importedAtMs,
  (SELECT count(*) FROM account_rate_tables a WHERE a.table_id = t.id) AS accounts,
  (SELECT count(*) FROM department_rate_tables d WHERE d.table_id = t.id) AS departments
FROM rate_tables t LEFT JOIN rate_imports i ON i.table_id = t.id AND i.version = t.version
ORDER BY t.is_default DESC, t.name`;

/** Reads on the calling thread. */
export function readRateTables(db: Database): Pick<RateStore, 'listRateTables'> {
  const listed = db.prepare<[], SummaryRow>(summaries);
  return {
    listRateTables: () =>
      reading(db, () => listed.all().map((row) => ({ ...rateTableOf(row), isDefault: row.isDefault === 1 }))),
  };
}
