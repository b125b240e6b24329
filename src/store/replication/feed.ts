import type { ChangePosition } from './position.ts';

/** A change in the system of record: of which row of which of its tables. `id`: its number, see position.ts. */
export type Change = { id: number; table: string; rowId: number };

/** The numbered changes of one kind of data. */
export type ChangeLog = {
  /** Whether all changes since a position are there: not where old ones were pruned, or an older backup was restored. */
  canContinue(position: ChangePosition): Promise<boolean>;
  /** Where the changes stand now. `nowMs`: monotonic. */
  now(nowMs: number): Promise<ChangePosition>;
  /** Changes since a position, at most so many. */
  after(position: ChangePosition, maximum: number): Promise<Change[]>;
};

/**
 * One kind of data that is copied from the system of record into the local file. A `Batch` becomes one transaction there. The
 * last batch of a copy holds the position to go on from, so that a copy that was cut off is begun once more.
 */
export type Feed<Batch> = {
  name: 'directory' | 'rates';
  changes: ChangeLog;
  changesAtOnce: number;
  /** False while something that this data refers to is not here. */
  canBegin(): Promise<boolean>;
  /** The position that was kept with the copy; null: nothing was copied yet. */
  keptPosition(): Promise<string | null>;
  /** Everything that there is. */
  readAll(position: string): AsyncIterable<Batch>;
  /** What changed. */
  readChanged(changes: readonly Change[], position: string): AsyncIterable<Batch>;
  /** What has to be looked at after a start that goes on from a kept position. */
  readAfterStart?(): AsyncIterable<Batch>;
  /** Answers what cannot be put in yet, and is to be applied once more later; null: nothing. */
  apply(batch: Batch): Promise<Batch | null>;
  /** The copy is what the system of record was at that time, by both clocks. */
  caughtUp?(asOf: { atMs: number; monotonicMs: number }): Promise<void>;
};
