import type { CallRecord } from './call-record.ts';

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
  | 'startedAtMs'
> & {
  phase: LivePhase;
  /** When the called party answered (UTC milliseconds); null: not yet. */
  answeredSinceMs: number | null;
};

/** What came of a wish to end a call. An emergency call is ended by nobody but its two sides. */
export type EndedByHand = 'ended' | 'not-here' | 'emergency';
