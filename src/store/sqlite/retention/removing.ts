import type { Database } from 'better-sqlite3';
import type { Tidied } from '../../ports/retention.ts';

/** What goes with a record. */
const tables = [
  ...['call_prices', 'call_record_corrections', 'call_heartbeats', 'outbox_sent', 'hook_events', 'call_moves'],
] as const;

/** Makes the operation of the writer that removes records, to be run inside its transaction. What waits for SQL Server stays. */
export function prepareRemoving(db: Database): (asked: { beforeMs: number; limit: number }) => Tidied {
  const next = db
    .prepare<[number, number], string>(
      `SELECT call_id FROM call_records r WHERE started_at < ? AND ended_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.call_id = r.call_id)
  AND NOT EXISTS (SELECT 1 FROM outbox_refused o WHERE o.call_id = r.call_id)
ORDER BY started_at LIMIT ?`,
    )
    .pluck();
  const note = db.prepare('INSERT OR REPLACE INTO removed_calls (call_id, removed_at) VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM call_records WHERE call_id = ?');
  // They would no longer equal their calls, and nobody has to be told.
  const removeStatements = db.prepare('DELETE FROM issued_statements WHERE from_time < ?');
  // Its moves last: they stay as long as there is a record.
  const rest = tables.map((table) => db.prepare(`DELETE FROM ${table} WHERE call_id = ?`));
  return ({ beforeMs, limit }) => {
    const callIds = next.all(beforeMs, limit);
    if (callIds.length > 0) removeStatements.run(beforeMs);
    for (const callId of callIds) {
      note.run(callId, Date.now());
      remove.run(callId);
      for (const statement of rest) statement.run(callId);
    }
    return { calls: callIds.length, done: callIds.length < limit };
  };
}
