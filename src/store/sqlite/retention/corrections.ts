import type { Database } from 'better-sqlite3';
import type { CallRecord } from '../../../words/call-record.ts';

type Row = { id: number; before: string; after: string };

/** Makes a function that changes both versions in each correction of a call, and nothing else of them. */
export function prepareRewriting(db: Database): (callId: string, change: (record: CallRecord) => CallRecord) => void {
  const ofCall = db.prepare<[string], Row>('SELECT id, before, after FROM call_record_corrections WHERE call_id = ?');
  const update = db.prepare<[string, string, number]>(
    'UPDATE call_record_corrections SET before = ?, after = ? WHERE id = ?',
  );
  return (callId, change) => {
    const rewritten = (text: string): string => JSON.stringify(change(JSON.parse(text) as CallRecord));
    for (const { id, before, after } of ofCall.all(callId)) update.run(rewritten(before), rewritten(after), id);
  };
}
