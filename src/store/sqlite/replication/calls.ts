import type { Database } from 'better-sqlite3';
import { differences } from '../../../records/closing.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import type { CallReplica, CallsBatch } from '../../ports/call-replica.ts';
import { prepareTakeMove } from '../carrying/taking.ts';
import { prepareTakePrice } from '../carrying/taking-prices.ts';
import { prepareUncollected } from '../carrying/uncollected.ts';
import { prepareKeepingLedger } from '../ledger/keeping.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { callsPosition } from './call-position.ts';
import { fromRow, replaceCallRecord, selectCallRecords, toRow, type CallRecordRow } from '../records/rows.ts';
import { prepareSet, prepareSetting } from '../settings.ts';

/** What a call is charged to and how it ended; never what shortening takes away (docs/privacy.md). */
const payerFields = ['accountId', 'accountName', 'departmentId'] as const;
const followedFields = [
  ...payerFields,
  ...(['outcome', 'reason', 'hangupCause', 'answeredAtMs', 'endedAtMs', 'billableMs'] as const),
  ...(['closedBy', 'estimated'] as const),
] as const;

const pick = (record: CallRecord, fields: readonly (keyof CallRecord)[]): Partial<CallRecord> =>
  Object.fromEntries(fields.map((field) => [field, record[field]]));

/** Makes the operation of the writer, to be run inside its transaction. */
export function prepareFollowCalls(db: Database): (batch: CallsBatch) => null {
  const uncollected = prepareUncollected(db);
  const takeMove = prepareTakeMove(db);
  const follow = prepareFollowOne(db);
  const set = prepareSet(db);
  return ({ calls, moves, position }) => {
    const followed = new Set(calls.filter(({ record }) => follow.canFollow(record.callId)).map((one) => one.record));
    const ids = new Set([...followed].map(({ callId }) => callId));
    uncollected(() => {
      for (const move of moves) if (ids.has(String(move['call_id']))) takeMove(move);
      for (const taken of calls) if (followed.has(taken.record)) follow.take(taken);
    });
    if (position !== null) set.run(callsPosition, position);
    return null;
  };
}

function prepareFollowOne(db: Database) {
  const byId = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);
  const waits = db.prepare<[string], number>('SELECT 1 FROM outbox WHERE call_id = ? LIMIT 1').pluck();
  const later = db.prepare('INSERT OR IGNORE INTO calls_to_follow (call_id) VALUES (?)');
  const done = db.prepare('DELETE FROM calls_to_follow WHERE call_id = ?');
  const replace = db.prepare(replaceCallRecord);
  const correction = db.prepare(
    'INSERT INTO call_record_corrections (call_id, corrected_at, before, after) VALUES (?, ?, ?, ?)',
  );
  const takePrice = prepareTakePrice(db);
  const keepLedger = prepareKeepingLedger(db);
  return {
    /** One that is not is looked at again later, where that can be of use. */
    canFollow(callId: string): boolean {
      const row = byId.get(callId);
      const isOver = row !== undefined && row.endedAtMs !== null;
      if (isOver && waits.get(callId) !== undefined) {
        later.run(callId);
        return false;
      }
      done.run(callId);
      return isOver;
    },
    take(taken: CallsBatch['calls'][number]): void {
      const { record: there } = taken;
      const row = byId.get(there.callId);
      if (row === undefined || there.endedAtMs === null) return;
      const before = fromRow(row);
      const after: CallRecord = { ...before, ...pick(there, followedFields) };
      const byPayer: CallRecord = { ...before, ...pick(there, payerFields) };
      if (JSON.stringify(toRow(before)) !== JSON.stringify(toRow(after))) replace.run(...toRow(after), after.callId);
      if (differences(byPayer, after).length > 0)
        correction.run(after.callId, Date.now(), JSON.stringify(before), JSON.stringify(after));
      takePrice({ ...taken, record: after });
      keepLedger(after.callId);
    },
  };
}

/** Reads on the calling thread. */
export function callReplica(db: Database, perform: Perform): CallReplica {
  const setting = prepareSetting(db);
  const here = db
    .prepare<[string], string>(
      'SELECT call_id FROM call_records WHERE call_id IN (SELECT value FROM json_each(?)) AND ended_at IS NOT NULL',
    )
    .pluck();
  const waiting = db
    .prepare<[number], string>(
      `SELECT f.call_id FROM calls_to_follow f WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.call_id = f.call_id)
ORDER BY f.call_id LIMIT ?`,
    )
    .pluck();
  return {
    callsPosition: () => reading(db, () => setting.get(callsPosition) ?? null),
    callsHere: (callIds) => reading(db, () => here.all(JSON.stringify(callIds))),
    callsToFollow: (limit) => reading(db, () => waiting.all(limit)),
    followCalls: async (batch) => {
      await perform('followCalls', batch);
    },
  };
}
