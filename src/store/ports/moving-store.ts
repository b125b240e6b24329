import type { CallRecord } from '../../words/call-record.ts';
import type { DatabaseIdentity } from './copy-store.ts';

/** How far a move to SQL Server has come, kept in the local file: a move that was stopped goes on from here. */
export type MoveState = {
  /** Where to. */
  databaseId: string;
  /** The database was empty when the move began: rows have the same ids there. */
  keepIds: boolean;
  /** `directory`: this file is the system of record still; `records`: it is a copy, whose records are under way. */
  phase: 'directory' | 'records';
  /** The version of a rate table that is under way, and its last rate that is there. */
  rates: { tableId: number; version: number; afterId: number } | null;
  /** The last of each that is there, in the order of ids. */
  moves: number;
  corrections: number;
  prices: { callId: string; version: number };
};

/** Ids that are others in the database that everything was carried to; `newId` null: the row is gone. */
export type FormerId = {
  kind: 'account' | 'department' | 'extension' | 'destination' | 'rate-table';
  id: number;
  newId: number | null;
};

/** The local file as what is carried over. */
export type MovingStore = {
  /** Null: no move is under way. */
  moveState(): Promise<MoveState | null>;
  noteMove(state: MoveState | null): Promise<void>;
  /**
   * Collects call records from now on, and puts those that are there into the outbox, so many at a time; answers false once all of
   * them are.
   */
  queueRecords(limit: number): Promise<boolean>;
  /**
   * Makes the file a copy of that database, ids and all, unless the directory has changed since `digest` was taken: then nothing is
   * done, and the answer is false.
   */
  switchSource(to: { source: DatabaseIdentity; digest: string; formerIds: readonly FormerId[] }): Promise<boolean>;
};

/** A record of the database with its price there. */
export type TakenRecord = {
  record: CallRecord;
  price: {
    kind: string;
    currency: string | null;
    costMicros: number | null;
    chargeMicros: number | null;
    billedMs: number | null;
    destination: string | null;
    arithmetic: string | null;
    includedMs: number | null;
    basis: string | null;
  } | null;
  /** ISO 3166 letters: all that is left of it where the number was shortened or erased. */
  country: string | null;
};

/** Rows by SQLite's columns. */
export type TakenRows = readonly Readonly<Record<string, string | number | null>>[];

/** The local file as what everything is carried back to; rows that are there already stay. */
export type TakingStore = {
  /** Answers which re-rating here each became, by its id there. */
  takeReratings(rows: TakenRows): Promise<ReadonlyMap<number, number>>;
  takeHistory(what: 'moves' | 'prices' | 'corrections' | 'rate-imports', rows: TakenRows): Promise<void>;
  /** What is there counts, but for calls that are up here or wait to be sent. */
  takeRecords(records: readonly TakenRecord[]): Promise<void>;
  /** From now on the file is the system of record; no row gets an id that one had there. */
  leaveSource(highestIds: Readonly<Record<'departments' | 'destinations' | 'extensions', number>>): Promise<void>;
};
