import type { Database } from 'better-sqlite3';
import { differences, supersedes } from '../../../records/closing.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import { fromRow, recordOfRow, replaceCallRecord, selectCallRecords } from './rows.ts';
import type { CallRecordRow, SqlValue } from './rows.ts';

/** What became of it; `changed`: the call has to be priced again, and this is its record before. */
export type Corrected = { kind: 'refused' | 'same' } | { kind: 'changed'; before: CallRecord };

/**
 * Makes a function that deals with a record whose call has a closed one already, inside the writer's transaction: replaces it
 * where more is known now (`supersedes`) and keeps both versions where they differ in substance.
 */
export function prepareCorrection(db: Database): (row: readonly SqlValue[]) => Corrected {
  const byId = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);
  const replace = db.prepare(replaceCallRecord);
  const keep = db.prepare(
    'INSERT INTO call_record_corrections (call_id, corrected_at, before, after) VALUES (?, ?, ?, ?)',
  );
  return (row) => {
    const incoming = recordOfRow(row);
    const { callId } = incoming;
    const stored = byId.get(callId);
    if (stored === undefined) return { kind: 'refused' };
    const before = fromRow(stored);
    if (!supersedes(incoming, before)) return { kind: 'refused' };
    replace.run(...row, callId);
    // A call that was moved still is, whatever account the correction names.
    const replaced = byId.get(callId);
    const after = replaced === undefined ? incoming : fromRow(replaced);
    if (differences(before, after).length === 0) return { kind: 'same' };
    keep.run(callId, Date.now(), JSON.stringify(before), JSON.stringify(after));
    return { kind: 'changed', before };
  };
}
