import type { CallType } from './call-type.ts';

/** What the watch over destinations (policy/watch) is told of calls. Times are UTC milliseconds. */

export type WatchedParty = 'account' | 'extension' | 'site';

/** Whose call it is; null: no account pays, or the directory does not know the phone. */
export type WatchParties = { accountId: number | null; extensionId: number | null };
export type WatchedNumber = {
  /** `+` and digits; null: it has none. */
  e164: string | null;
  callType: CallType;
};
export type WatchedCall = { parties: WatchParties; number: WatchedNumber };

/** A destination that somebody has called for the first time. `id`: 0 for the site. */
export type FirstCall = { party: WatchedParty; id: number; destination: string; calledAtMs: number };

/** A call of before a start. */
export type PastCall = WatchedCall & {
  callId: string;
  startedAtMs: number;
  /** Null: it is still up. */
  endedAtMs: number | null;
  billableMs: number;
};

/** Calls that began on one day, site time: `2026-03-08`. */
export type PastDay = WatchParties & { day: string; calls: number; ms: number };
