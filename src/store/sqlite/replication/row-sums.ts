import type { Database } from 'better-sqlite3';
import { summedTables, type RowSum, type RowSums, type SummedTable } from '../../ports/row-sums.ts';

const from: Readonly<Record<SummedTable, readonly [id: string, table: string]>> = {
  departments: ['id', 'departments'],
  destinations: ['id', 'destinations'],
  accounts: ['id', 'accounts'],
  extensions: ['id', 'extensions'],
  'rate-tables': ['id', 'rate_tables'],
  rates: ['r.id', 'rates r JOIN rate_tables t ON t.id = r.table_id AND t.version = r.version'],
  'account-rate-tables': ['account_id', 'account_rate_tables'],
  'department-rate-tables': ['department_id', 'department_rate_tables'],
};

/** Reads on the calling thread. */
export function readRowSums(db: Database): () => RowSums {
  const statements = summedTables.map((name) => {
    const [id, table] = from[name];
    return [
      name,
      db.prepare<[], RowSum>(`SELECT count(*) AS rows, coalesce(sum(${id}), 0) AS ids FROM ${table}`),
    ] as const;
  });
  return () =>
    Object.fromEntries(
      statements.map(([name, statement]) => [name, statement.get() ?? { rows: 0, ids: 0 }]),
    ) as RowSums;
}
