import type { Difference, RowSums } from './row-sums.ts';

/** A database, and its history: ids of rows mean something only together with the database that gave them. Both are UUIDs. */
export type DatabaseIdentity = { databaseId: string; historyId: string };

/** Where the directory in the local file is from. */
export type CopyOrigin = {
  /** UUID of the file. */
  fileId: string;
  /** The database that the file is a copy of; null: of none, or linked by a version of this program that did not note it. */
  source: DatabaseIdentity | null;
  /** Whether it was ever copied. */
  hasCopied: boolean;
  /** Whether there are accounts, extensions, departments or rate tables. */
  hasDirectory: boolean;
  /** Whether the directory was made here and has served calls, so that nobody else has a newer one (`noteMadeHere`). */
  isMadeHere: boolean;
  /** Why everything is to be copied again; null: it is not. */
  again: string | null;
};

/** A change that was read, to be recognized: after a restore, another one may have its number. `atMs`: UTC milliseconds. */
export type SeenChange = { id: number; atMs: number };

/**
 * What the file remembers of the database between two looks at it. `beat`: of the last mark that it took; `sentUpTo`: how far
 * that mark says that the outbox was sent.
 */
export type CopyMark = {
  beat: number;
  sentUpTo: number;
  directory: SeenChange | null;
  rates: SeenChange | null;
  /** How its rows differ from these although everything was copied again for it; absent: in nothing. */
  left?: Difference;
};

/** Calls that SQL Server took, in the order of the outbox. */
export type SentCall = { seq: number; callId: string };

/** What may have to be sent again: calls that were sent after `after` and up to `upTo`; those after `lostAfter` without asking. */
export type Resend = { after: number; upTo: number; lostAfter: number };

/** A record that SQL Server refused. `atMs`: UTC milliseconds. */
export type SetAside = { callId: string; reason: string; atMs: number };

/** The local file as the copy of one database, which may be restored to an earlier state, or be replaced by another one. */
export type CopyStore = {
  copyOrigin(): Promise<CopyOrigin>;
  /** From now on the file is a copy of this database. */
  noteSource(source: DatabaseIdentity): Promise<void>;
  /** The file is in use without a SQL Server. */
  noteMadeHere(): Promise<void>;
  /** Ids and what names these rows (code, number, name), by id, so many at most. */
  directoryKeys(
    table: 'departments' | 'accounts' | 'extensions' | 'destinations',
    limit: number,
  ): Promise<{ id: number; key: string }[]>;
  copyMark(): Promise<CopyMark>;
  /** How many rows are copied. */
  rowSums(): Promise<RowSums>;
  /** Also forgets what was sent longer ago than a restore goes back (`resendDays`). */
  noteMark(mark: CopyMark): Promise<void>;
  /** How far the outbox is settled. */
  sentUpTo(): Promise<number>;
  /** The file is no longer the one that the database has a mark of: it was restored or copied itself. */
  renewFileId(): Promise<void>;
  /** Asks for `beginAgain` at the link's next look. */
  askAgain(why: string): Promise<void>;
  /**
   * Everything is to be copied again from this database, and what is not there is to be sent again. What is here stays until the
   * new copy takes its place. `mark`: the one that the database has; it has nothing of what was sent after that.
   */
  beginAgain(source: DatabaseIdentity, mark: CopyMark): Promise<void>;
  /** Null: nothing is to be sent again. */
  pendingResend(): Promise<Resend | null>;
  sentCalls(after: number, upTo: number, limit: number): Promise<SentCall[]>;
  /** The last that was refused first. */
  listSetAside(): Promise<SetAside[]>;
  /** Puts those of these calls that were set aside into the outbox again; answers how many. They stay listed until they are taken. */
  resendSetAside(callIds: readonly string[]): Promise<number>;
  /** Puts these calls into the outbox, and notes what is left to look at. */
  resend(callIds: readonly string[], left: Resend | null): Promise<void>;
};
