import type { Database } from 'better-sqlite3';
import type { CallRecord } from '../../../words/call-record.ts';
import { prepareSetting } from '../settings.ts';

/** The last record (rowid) whose ids are those from before the file became a copy. */
export const lastRecordSetting = 'move.last_record';

/** Makes a function that gives records from before a move the ids of now; for any connection. */
export function prepareFormerIds(db: Database): (record: CallRecord) => CallRecord {
  const setting = prepareSetting(db);
  const rowOf = db.prepare<[string], number>('SELECT rowid FROM call_records WHERE call_id = ?').pluck();
  const former = db
    .prepare<[string, number], number | null>('SELECT new_id FROM former_ids WHERE kind = ? AND id = ?')
    .pluck();
  const idOf = (kind: string, id: number | null): number | null => {
    if (id === null) return null;
    const now = former.get(kind, id);
    return now === undefined ? id : now;
  };
  return (record) => {
    const last = setting.get(lastRecordSetting);
    if (last === undefined || (rowOf.get(record.callId) ?? Infinity) > Number(last)) return record;
    return {
      ...record,
      accountId: idOf('account', record.accountId),
      departmentId: idOf('department', record.departmentId),
      extensionId: idOf('extension', record.extensionId),
    };
  };
}
