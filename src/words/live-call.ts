import type { CallRecord } from './call-record.ts';
import type { Reason } from './outcome.ts';

/** Where a call is on its way, as somebody who watches it names it. */
export const livePhases = ['arriving', 'keying', 'checking', 'placing', 'ringing', 'talking', 'ending'] as const;
export type LivePhase = (typeof livePhases)[number];

/** A call that is up, as it is now: what of its record is known already. */
export type LiveCall = Pick<
  CallRecord,
  | 'callId'
  | 'controller'
  | 'extension'
  | 'callerName'
  | 'accountId'
  | 'accountName'
  | 'departmentId'
  | 'keyedNumber'
  | 'calledE164'
  | 'callType'
  | 'callingNumber'
  | 'startedAtMs'
> & {
  phase: LivePhase;
  /** When the called party answered (UTC milliseconds); null: not yet. */
  answeredSinceMs: number | null;
};

/** A call that another controller serves: its record says no more than that it is placed, or answered. */
export const liveElsewhere = (record: CallRecord): LiveCall => ({
  ...record,
  phase: record.answeredAtMs === null ? 'ringing' : 'talking',
  answeredSinceMs: record.answeredAtMs,
});

/** What came of a wish to end a call. An emergency call is ended by nobody but its two sides. */
export type EndedByHand = 'ended' | 'not-here' | 'emergency';

/** Who is to pay for a call that is up, and who wants that. */
export type AccountWish = { callId: string; code: string; by: string };

/** What came of it. `not-placed`: the call has no number yet, or is ending. `rule`: what refused it, for people. */
export type AccountSetByHand =
  | { kind: 'set' | 'same' | 'not-here' | 'emergency' | 'not-placed' }
  | { kind: 'refused'; reason: Reason; rule: string | null };
