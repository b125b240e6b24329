import type { Database } from 'better-sqlite3';
import type { CallRecord } from '../../../words/call-record.ts';
import type { CallRecordReader } from '../../ports/call-records.ts';
import { fromRow, selectCallRecords } from './rows.ts';
import type { CallRecordRow, SqlValue } from './rows.ts';
import { reading } from '../reading.ts';

type CallRecordFilter = NonNullable<Parameters<CallRecordReader['listCallRecords']>[0]>;

/** Reads call records on the calling thread. */
export function readCallRecords(db: Database): CallRecordReader {
  const byId = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);

  const list = ({ fromMs, untilMs, open, uncodedOf, limit }: CallRecordFilter): CallRecord[] => {
    const conditions: string[] = [];
    const values: SqlValue[] = [];
    if (fromMs !== undefined) {
      conditions.push('started_at >= ?');
      values.push(fromMs);
    }
    if (untilMs !== undefined) {
      conditions.push('started_at < ?');
      values.push(untilMs);
    }
    if (open !== undefined) conditions.push(open ? 'ended_at IS NULL' : 'ended_at IS NOT NULL');
    if (uncodedOf !== undefined) conditions.push('uncoded = 1 AND account_id IS NULL AND ended_at IS NOT NULL');
    if (uncodedOf != null) {
      // Of calls that nobody pays for yet there are few, and they have an index; a phone's calls are many. The plus keeps theirs out.
      conditions.push('+extension = ?');
      values.push(uncodedOf);
    }
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    // SQLite reads a negative limit as none.
    values.push(limit ?? -1);
    return db
      .prepare<SqlValue[], CallRecordRow>(`${selectCallRecords}${where} ORDER BY started_at DESC, call_id LIMIT ?`)
      .all(...values)
      .map(fromRow);
  };

  return {
    findCallRecord: (callId) =>
      reading(db, () => {
        const row = byId.get(callId);
        return row === undefined ? null : fromRow(row);
      }),
    listCallRecords: (filter = {}) => reading(db, () => list(filter)),
  };
}
