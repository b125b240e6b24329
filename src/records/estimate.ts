import type { Heartbeat } from '../store/ports/recovery-store.ts';
import type { CallRecord } from '../words/call-record.ts';

/**
 * Closes a record of a call whose end nobody saw and no CDR tells: at its last sign of life. Where it is known to have been
 * answered, what was talked until then is billed; else the call was interrupted, and counts as an estimate if the far end may
 * have answered unseen. `tracked`: FreeSWITCH was killed with the call, and left when its far end had answered.
 */
export function estimated(
  record: CallRecord,
  heartbeat: Heartbeat | null,
  tracked: { answeredAtMs: number | null } | null = null,
): CallRecord {
  const answeredAtMs = tracked?.answeredAtMs ?? record.answeredAtMs ?? heartbeat?.answeredAtMs ?? null;
  const endedAtMs =
    answeredAtMs === null
      ? latest(record.startedAtMs, record.decidedAtMs, record.bridgedAtMs)
      : // Of FreeSWITCH's clock alone: what else the record tells may be of another.
        latest(answeredAtMs, heartbeat?.heardAtMs ?? null);
  return {
    ...record,
    outcome: answeredAtMs === null ? 'interrupted' : 'answered',
    reason: 'connection-lost',
    hangupCause: 'UNKNOWN',
    answeredAtMs,
    endedAtMs,
    billableMs: answeredAtMs === null ? 0 : endedAtMs - answeredAtMs,
    closedBy: tracked !== null ? 'recovery' : heartbeat === null ? 'controller' : 'heartbeat',
    estimated: record.bridgedAtMs !== null,
  };
}

const latest = (first: number, ...others: (number | null)[]): number =>
  others.reduce<number>((last, at) => Math.max(last, at ?? last), first);
