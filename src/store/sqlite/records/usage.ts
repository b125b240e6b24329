import type { Database } from 'better-sqlite3';
import type { UsageReader, UsedTime } from '../../ports/usage.ts';
import { reading } from '../reading.ts';

/** Reads what calls have used, on the calling thread. */
export function readUsage(db: Database): UsageReader {
  const used = db.prepare<{ dayMs: number; monthMs: number }, UsedTime>(
    `SELECT account_id AS accountId, extension_id AS extensionId,
  sum(CASE WHEN started_at >= @dayMs THEN billable_ms ELSE 0 END) AS dayMs, sum(billable_ms) AS monthMs
FROM call_records
WHERE started_at >= @monthMs AND ended_at IS NOT NULL AND billable_ms > 0 AND call_type IS NOT 'emergency'
GROUP BY account_id, extension_id`,
  );
  return { usedTime: (since) => reading(db, () => used.all(since)) };
}
