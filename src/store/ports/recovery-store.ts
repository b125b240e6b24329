import type { CallRecord } from '../../words/call-record.ts';

/** The last sign of life of a call whose record is open. Times are UTC milliseconds. */
export type Heartbeat = {
  callId: string;
  /** null: the called party had not answered yet. */
  answeredAtMs: number | null;
  heardAtMs: number;
};

/** What a closed record said before something that knew more corrected it. */
export type Correction = { callId: string; correctedAtMs: number; before: CallRecord; after: CallRecord };

/** What is needed to close calls whose end nobody saw. Its methods reject with a `StoreError`. */
export type RecoveryStore = {
  /** Keeps the newest of each call and drops those of calls that are over. */
  saveHeartbeats(heartbeats: readonly Heartbeat[]): Promise<void>;
  findHeartbeat(callId: string): Promise<Heartbeat | null>;
  /** Oldest first. */
  listCorrections(callId: string): Promise<Correction[]>;
};
