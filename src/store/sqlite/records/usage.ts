import type { Database } from 'better-sqlite3';
import type { CallGroups, UsageReader } from '../../ports/usage.ts';
import { destinationIdsOf, destinationsFunction, type HeldGroups } from '../directory/limit-groups.ts';
import { reading } from '../reading.ts';

/** Columns and grouping of calls (`r`) by what counts them. */
export const callGroups = `r.account_id AS accountId, r.extension_id AS extensionId, r.department_id AS departmentId,
  ${destinationsFunction}(r.called_e164, r.call_type) AS destinations`;
/** With `+`, so that SQLite looks the calls up by when they began: it would read those of all time to have them in this order. */
export const byCallGroups = '+r.account_id, r.extension_id, r.department_id, destinations';

export type GroupedRow = Omit<CallGroups, 'destinationIds'> & { destinations: string | null };

export const ungrouped = <Row extends GroupedRow>({ destinations, ...row }: Row) => ({
  ...row,
  destinationIds: destinationIdsOf(destinations),
});

type Since = { dayMs: number; monthMs: number };

/** Reads what calls have used, on the calling thread. */
export function readUsage(db: Database, groups: HeldGroups): UsageReader {
  const used = db.prepare<Since, GroupedRow & Since>(
    `SELECT ${callGroups},
  sum(CASE WHEN r.started_at >= @dayMs THEN r.billable_ms ELSE 0 END) AS dayMs, sum(r.billable_ms) AS monthMs
FROM call_records r
WHERE r.started_at >= @monthMs AND r.ended_at IS NOT NULL AND r.billable_ms > 0 AND r.call_type IS NOT 'emergency'
GROUP BY ${byCallGroups}`,
  );
  return {
    usedTime: (since) =>
      reading(db, () => {
        groups.now();
        return used.all(since).map(ungrouped);
      }),
  };
}
