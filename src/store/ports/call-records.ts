import type { CallRecord } from '../../words/call-record.ts';
import type { Reservation } from './ledger.ts';

/** `call-over`: the record is open, and that of its call is closed and stays: it is of another call with the same id. */
export type Saved = 'saved' | 'call-over';

/** Where call records go. */
export type CallRecordStore = {
  /**
   * Writes the record as it stands and resolves once it is durable (fsync done). Saving the same call again replaces what is
   * there while it is open. A closed record gives way only to better knowledge of its end (`supersedes` in
   * records/closing.ts), never one that an event closed. Rejects with a `StoreError` if it could not be written.
   * Saves are carried out in the order in which they were asked for.
   * `soon`: no call waits for it, so it may wait a few milliseconds to share a transaction with others.
   * `reservation`: what the call may use in all, of an open record of a call that is placed.
   */
  save(record: CallRecord, when?: 'now' | 'soon', reservation?: Reservation | null): Promise<Saved>;
};

/** Reading call records: CLI, demo, reports. */
export type CallRecordReader = {
  findCallRecord(callId: string): Promise<CallRecord | null>;
  /** Newest first. */
  listCallRecords(filter?: {
    fromMs?: number;
    untilMs?: number;
    open?: boolean;
    /** Calls that are over, went out uncoded, and that nobody pays for yet; null: of every phone. */
    uncodedOf?: string | null;
    limit?: number;
  }): Promise<CallRecord[]>;
};
