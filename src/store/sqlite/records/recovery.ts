import type { Database } from 'better-sqlite3';
import { callRecordOf, type CallRecord, type CallRecordStart } from '../../../words/call-record.ts';
import type { Heartbeat, RecoveryStore } from '../../ports/recovery-store.ts';
import { reading } from '../reading.ts';

type CorrectionRow = { callId: string; correctedAtMs: number; before: string; after: string };

/** As JSON; an earlier version may have written it, whose records had fewer fields. */
const recordIn = (text: string): CallRecord => callRecordOf(JSON.parse(text) as CallRecordStart);

/** Reads heartbeats and corrections on the calling thread. */
export function readRecovery(db: Database): Omit<RecoveryStore, 'saveHeartbeats'> {
  const heartbeat = db.prepare<[string], Heartbeat>(
    'SELECT call_id AS callId, answered_at AS answeredAtMs, heard_at AS heardAtMs FROM call_heartbeats WHERE call_id = ?',
  );
  const corrections = db.prepare<[string], CorrectionRow>(
    'SELECT call_id AS callId, corrected_at AS correctedAtMs, before, after FROM call_record_corrections WHERE call_id = ? ORDER BY id',
  );
  return {
    findHeartbeat: (callId) => reading(db, () => heartbeat.get(callId) ?? null),
    listCorrections: (callId) =>
      reading(db, () =>
        corrections.all(callId).map((row) => ({
          ...row,
          ...{ before: recordIn(row.before), after: recordIn(row.after) },
        })),
      ),
  };
}

/** Makes the operation of the writer that keeps heartbeats, to be run inside its transaction. */
export function prepareHeartbeats(db: Database): (heartbeats: readonly Heartbeat[]) => null {
  const upsert = db.prepare<Heartbeat>(
    `INSERT INTO call_heartbeats (call_id, answered_at, heard_at) VALUES (@callId, @answeredAtMs, @heardAtMs)
ON CONFLICT (call_id) DO UPDATE SET answered_at = coalesce(excluded.answered_at, answered_at), heard_at = max(excluded.heard_at, heard_at)`,
  );
  const purge = db.prepare(
    `DELETE FROM call_heartbeats WHERE NOT EXISTS
  (SELECT 1 FROM call_records r WHERE r.call_id = call_heartbeats.call_id AND r.ended_at IS NULL)`,
  );
  return (heartbeats) => {
    for (const heartbeat of heartbeats) upsert.run(heartbeat);
    purge.run();
    return null;
  };
}
