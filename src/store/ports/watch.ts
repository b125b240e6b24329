import type { FirstCall, PastCall, PastDay, WatchedCall, WatchParties } from '../../words/watched-call.ts';

/** What the watch over destinations remembers over restarts, and what call records say of the time before. */
export type WatchStore = {
  noteDestinations(first: readonly FirstCall[]): Promise<void>;
  /** The latest first. `of`: only those of these and of the site; null: all. */
  firstCalls(asked: { limit: number; of: WatchParties | null }): Promise<FirstCall[]>;
  /** Every number abroad or premium that was ever called, once for each account and phone. */
  everCalled(): Promise<(WatchedCall & { calledAtMs: number })[]>;
  /** Calls that were placed since then (UTC milliseconds), oldest first; of more than the limit, the latest. Without emergency calls. */
  callsSince(since: { atMs: number; limit: number }): Promise<PastCall[]>;
  /** Calls that were placed then, by account and phone. */
  callsWithin(span: { fromMs: number; untilMs: number }): Promise<Omit<PastDay, 'day'>[]>;
};
