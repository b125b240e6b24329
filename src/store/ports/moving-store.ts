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
  kind: 'account' | 'department' | 'extension' | 'rate-table';
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
