import type { ChangePosition } from './position.ts';

/** A change in the system of record: of which row of which of its tables. `id`: its number, see position.ts. */
export type Change = { id: number; table: string; rowId: number };

/** The numbered changes of one kind of data. */
export type ChangeLog = {
  /** Whether every change since a position is still there; false after old ones were pruned or an older backup was restored. */
  canContinue(position: ChangePosition): Promise<boolean>;
  /** Where the changes stand now. `nowMs`: monotonic. */
  now(nowMs: number): Promise<ChangePosition>;
  /** Changes since a position, `maximum` at most, by number. */
  after(position: ChangePosition, maximum: number): Promise<Change[]>;
  /**
   * Of all changes since a position those that cannot wait for the others: the newest that take something away (a code), and the
   * newest of all; a bounded number. Absent: none.
   */
  ahead?(position: ChangePosition): Promise<Change[]>;
};

/**
 * One kind of data that is copied from the system of record into the local file. A `Batch` becomes one transaction there. The
 * last batch of a copy holds the position to continue from, so that an interrupted copy starts again.
 */
export type Feed<Batch> = {
  name: 'directory' | 'rates' | 'calls';
  changes: ChangeLog;
  changesAtOnce: number;
  /** False while data that this refers to has not been copied. */
  canBegin(): Promise<boolean>;
  /** The position stored with the copy; null: nothing has been copied yet. */
  keptPosition(): Promise<string | null>;
  /** All rows. */
  readAll(position: string): AsyncIterable<Batch>;
  /** The rows that changed. `position`: null while they are read ahead of their turn. */
  readChanged(changes: readonly Change[], position: string | null): AsyncIterable<Batch>;
  /** What to check after a start that continues from a stored position. */
  readAfterStart?(): AsyncIterable<Batch>;
  apply(batch: Batch): Promise<void>;
  /** The copy matches the system of record as of this time, given by both clocks. `isNews`: something was copied since the last time. */
  caughtUp?(asOf: { atMs: number; monotonicMs: number; isNews: boolean }): Promise<void>;
};
