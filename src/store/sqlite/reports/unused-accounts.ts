import type { Database } from 'better-sqlite3';
import type { Period } from '../../../reports/period.ts';
import type { UnusedAccount } from '../../../reports/report.ts';
import { pagesOf } from '../../reports/pages.ts';
import { reading } from '../reading.ts';

type AccountRow = Omit<UnusedAccount, 'enabled'> & { id: number; enabled: number };

const selectUnused = `SELECT a.id, a.name, d.name AS department, a.enabled,
  (SELECT max(c.started_at) FROM call_records c WHERE c.account_id = a.id) AS lastCallAtMs
FROM accounts a LEFT JOIN departments d ON d.id = a.department_id
WHERE (a.name, a.id) > (@afterName, @afterId) AND NOT EXISTS (SELECT 1 FROM call_records c
  WHERE c.account_id = a.id AND c.started_at >= @fromMs AND c.started_at < @untilMs)
ORDER BY a.name, a.id LIMIT @limit`;

export async function* listUnusedAccounts(
  db: Database,
  { fromMs, untilMs }: Period,
): AsyncGenerator<readonly UnusedAccount[]> {
  const statement = await reading(db, () => db.prepare<[object], AccountRow>(selectUnused));
  const pages = pagesOf((after: AccountRow | null, limit) =>
    reading(db, () => statement.all({ fromMs, untilMs, limit, afterName: after?.name ?? '', afterId: after?.id ?? 0 })),
  );
  for await (const rows of pages) {
    yield rows.map(({ name, department, enabled, lastCallAtMs }) => ({
      name,
      department,
      enabled: enabled === 1,
      lastCallAtMs,
    }));
  }
}
