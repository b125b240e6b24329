import type { CopyStore } from './copy-store.ts';
import type { CallRecord } from '../../words/call-record.ts';
import type { Account, Department, Destination, Extension } from '../../words/directory.ts';
import type { Price } from '../../rating/price.ts';

export const directoryTables = ['departments', 'accounts', 'extensions', 'destinations'] as const;
export type DirectoryTable = (typeof directoryTables)[number];

/** Rows of the system of record to be copied into the local file, as one transaction. */
export type DirectoryBatch = {
  departments: readonly Department[];
  accounts: readonly Account[];
  extensions: readonly Extension[];
  destinations: readonly Destination[];
  removed: readonly { table: DirectoryTable; id: number }[];
  /** Whole ranges: whatever the local file has between (exclusive) and (inclusive) that is not among the rows, goes. */
  complete: readonly { table: DirectoryTable; afterId: number; upToId: number }[];
  /** Where to go on the next time, kept with the rows; null: as before. */
  position: string | null;
  /** When the reading began of which this is the last piece: the copy is whole, and that old. Left out: it is no such piece. */
  asOfMs?: number;
};

/** A row that the local file cannot hold. `problem`: why. */
export type UncopiedRow = { table: DirectoryTable | 'rates'; id: number; problem: string };

/** What waits for SQL Server. */
export type OutboxEntry = {
  record: CallRecord;
  price: Price | null;
  /** Of a number that was shortened or erased, ISO 3166; null: the number says it. */
  country: string | null;
};
export type OutboxPage = {
  entries: readonly OutboxEntry[];
  /** Settle up to here once all entries are stored or refused; null: nothing waits. */
  upTo: number | null;
};

/** The local file as the copy of a SQL Server, and as the place where call records wait for it. */
export type ReplicaStore = CopyStore & {
  /** Answers the rows that it left out. */
  applyDirectory(batch: DirectoryBatch): Promise<readonly UncopiedRow[]>;
  /** The last `position` that was kept; null: nothing was copied yet. */
  directoryPosition(): Promise<string | null>;
  /** When the copy was last known to be up to date, UTC milliseconds; null: never. */
  freshAtMs(): Promise<number | null>;
  noteFresh(atMs: number): Promise<void>;
  /** From now on every change of a call record waits to be sent; what was there before, too. */
  enableOutbox(): Promise<void>;
  /** Those behind `after`, the `upTo` of another page; 0: from the beginning. */
  readOutbox(limit: number, after?: number): Promise<OutboxPage>;
  settleOutbox(upTo: number, refused: readonly { callId: string; reason: string; atMs: number }[]): Promise<void>;
  outboxCounts(): Promise<{ waiting: number; refused: number }>;
};
