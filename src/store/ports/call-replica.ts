import type { TakenRecord, TakenRows } from './moving-store.ts';

/** Calls as they are in the system of record now, and all of their moves. */
export type CallsBatch = {
  calls: readonly TakenRecord[];
  moves: TakenRows;
  /** Where to go on the next time, kept with the rest; null: as before. */
  position: string | null;
};

/** Calls of the local file that follow what is changed of them in the system of record. Its methods reject with a `StoreError`. */
export type CallReplica = {
  /** The last `position` that was kept; null: nothing was followed yet. */
  callsPosition(): Promise<string | null>;
  /** Those of these that are here, and over. */
  callsHere(callIds: readonly string[]): Promise<string[]>;
  /** Those that were left for later (`followCalls`), and whose changes are there by now. */
  callsToFollow(limit: number): Promise<string[]>;
  /**
   * Makes who pays, how the call ended, and its price what they are there, and has the ledger follow: all of it once, however often it is
   * asked for. A call of which something waits to be sent is left for later.
   */
  followCalls(batch: CallsBatch): Promise<void>;
};
