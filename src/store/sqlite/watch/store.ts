import type { Database } from 'better-sqlite3';
import type { CallType } from '../../../words/call-type.ts';
import type { FirstCall, PastDay, WatchedCall, WatchParties } from '../../../words/watched-call.ts';
import type { WatchStore } from '../../ports/watch.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';

type Row = { accountId: number | null; extensionId: number | null; e164: string | null; callType: CallType };
type CallRow = Row & { callId: string; startedAtMs: number; endedAtMs: number | null; billableMs: number };

const columns = 'account_id AS accountId, extension_id AS extensionId, called_e164 AS e164, call_type AS callType';
const placed = `(bridged_at IS NOT NULL OR answered_at IS NOT NULL) AND call_type IS NOT NULL AND call_type <> 'emergency'`;

const callOf = ({ accountId, extensionId, e164, callType }: Row): WatchedCall => ({
  parties: { accountId, extensionId },
  number: { e164, callType },
});

/** Reads on the calling thread: before the first call, and for `explain`. */
export function watchStore(db: Database, perform: Perform): WatchStore {
  const destinations = 'SELECT party, party_id AS id, destination, called_at AS calledAtMs FROM watched_destinations';
  const first = db.prepare<[number], FirstCall>(`${destinations} ORDER BY called_at DESC LIMIT ?`);
  const firstOf = db.prepare<WatchParties & { limit: number }, FirstCall>(
    `${destinations} WHERE party = 'site' OR (party = 'account' AND party_id = @accountId)
  OR (party = 'extension' AND party_id = @extensionId)
ORDER BY called_at DESC LIMIT @limit`,
  );
  const ever = db.prepare<[], Row & { calledAtMs: number }>(
    `SELECT ${columns}, min(started_at) AS calledAtMs FROM call_records
WHERE call_type IN ('international', 'premium') AND ${placed} GROUP BY account_id, extension_id, called_e164, call_type`,
  );
  const since = db.prepare<{ atMs: number; limit: number }, CallRow>(
    `SELECT ${columns}, call_id AS callId, started_at AS startedAtMs, ended_at AS endedAtMs, billable_ms AS billableMs
FROM call_records WHERE started_at >= @atMs AND ${placed} ORDER BY started_at DESC LIMIT @limit`,
  );
  const within = db.prepare<{ fromMs: number; untilMs: number }, Omit<PastDay, 'day'>>(
    `SELECT account_id AS accountId, extension_id AS extensionId, count(*) AS calls, sum(billable_ms) AS ms
FROM call_records WHERE started_at >= @fromMs AND started_at < @untilMs AND ${placed} GROUP BY account_id, extension_id`,
  );
  return {
    noteDestinations: async (noted) => {
      await perform('noteDestinations', noted);
    },
    firstCalls: ({ limit, of }) => reading(db, () => (of === null ? first.all(limit) : firstOf.all({ ...of, limit }))),
    everCalled: () => reading(db, () => ever.all().map((row) => ({ ...callOf(row), calledAtMs: row.calledAtMs }))),
    callsSince: (from) =>
      reading(db, () =>
        since
          .all(from)
          .toReversed()
          .map(({ callId, startedAtMs, endedAtMs, billableMs, ...row }) => ({
            ...{ ...callOf(row), callId, startedAtMs, endedAtMs, billableMs },
          })),
      ),
    callsWithin: (span) => reading(db, () => within.all(span)),
  };
}
