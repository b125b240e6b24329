import type { EntryMode } from './entry-mode.ts';
import type { Outcome, Reason } from './outcome.ts';
import type { CallType } from './call-type.ts';

/** What closed a record; the later in this list, the less is known about the call. */
export const closers = ['event', 'json-cdr', 'recovery', 'heartbeat', 'controller'] as const;
export type Closer = (typeof closers)[number];

/**
 * One row per call attempt, refused and abandoned ones too. All times are UTC milliseconds, null where that never happened.
 * The record is *open* while `endedAtMs` is null.
 */
export type CallRecord = {
  /** The caller's leg's Unique-ID in FreeSWITCH: the call's unique id everywhere. */
  callId: string;
  /** The callee's leg's id, chosen by us before the bridge. */
  calleeLegId: string | null;
  /** `FreeSWITCH-Switchname` of the server that had the call. */
  switchName: string;
  /** Name of the controller that served it. */
  controller: string;
  entry: EntryMode;
  /** Number of the calling phone. */
  extension: string;
  extensionId: number | null;
  /** Display name as the caller sent it. */
  callerName: string;
  accountId: number | null;
  /** The billing code last keyed, known or not; empty: none was keyed. */
  code: string;
  accountName: string | null;
  departmentId: number | null;
  /** The number as keyed (or as dialled, in direct entry), or the number on file that was called; empty: none. */
  keyedNumber: string;
  /** What went into the dial string. */
  calledNumber: string | null;
  calledE164: string | null;
  /** Name of the gateway that the call went out by last (`Route` in freeswitch/route.ts); null: by none. */
  gateway: string | null;
  callType: CallType | null;
  outcome: Outcome | null;
  reason: Reason | null;
  /** The rule that decided, e.g. `account: blocked prefix 1900`. */
  rule: string | null;
  /** FreeSWITCH's hangup cause: of the callee's leg where there was one, of the bridge where it came to none, else of the caller's. */
  hangupCause: string | null;
  startedAtMs: number;
  /** When the call was allowed or finally refused. */
  decidedAtMs: number | null;
  bridgedAtMs: number | null;
  /** When the called party answered. */
  answeredAtMs: number | null;
  endedAtMs: number | null;
  /** Answered time of the callee's leg, from FreeSWITCH's microseconds, rounded down to milliseconds. */
  billableMs: number;
  closedBy: Closer | null;
  /** Billable time is a best guess, because the end of the call was not seen; `reason` is then `connection-lost`. */
  estimated: boolean;
};

/** A record of which only its beginning is known. */
const nothingKnown = {
  ...{ calleeLegId: null, extensionId: null, accountId: null, code: '', accountName: null, departmentId: null },
  ...{ keyedNumber: '', calledNumber: null, calledE164: null, gateway: null, callType: null },
  ...{ outcome: null, reason: null, rule: null, hangupCause: null },
  ...{ decidedAtMs: null, bridgedAtMs: null, answeredAtMs: null, endedAtMs: null },
  ...{ billableMs: 0, closedBy: null, estimated: false },
} as const satisfies Partial<CallRecord>;

/** What nothing can stand for: it is known of every call when it arrives. */
export type CallRecordStart = Omit<CallRecord, keyof typeof nothingKnown>;

/** A record of which this much is known, and nothing else. */
export function callRecordOf(known: CallRecordStart & Partial<CallRecord>): CallRecord {
  return { ...nothingKnown, ...known };
}
