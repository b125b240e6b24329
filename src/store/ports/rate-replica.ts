import type { Rate, RateTable } from '../../rating/rate.ts';
import type { UncopiedRow } from './replica-store.ts';

export type RateTableCopy = RateTable & {
  isDefault: boolean;
  /** The rates that count. */
  version: number;
};

/** A rate as it is stored: its currency is its table's. */
export type StoredRate = Omit<Rate, 'currency'>;

/** Null: none any more. */
export type RateAssignment = { to: 'account' | 'department'; id: number; tableId: number | null };

/** Rates of the system of record to be copied into the local file, as one transaction. */
export type RatesBatch = {
  /** All that there are; null: as before. */
  tables: readonly RateTableCopy[] | null;
  rates: readonly StoredRate[];
  removedRates: readonly number[];
  /** A whole range of a version, from (exclusive) and to (inclusive): whatever is here and not among `rates` goes. */
  complete: { tableId: number; version: number; afterId: number; upToId: number } | null;
  assignments: readonly RateAssignment[];
  /** All assignments of a range of ids, from (exclusive) and to (inclusive): whatever is here and not among `assignments` goes. */
  allAssigned?: { to: RateAssignment['to']; afterId: number; upToId: number };
  /** Where to go on the next time, kept with the rest; null: as before. */
  position: string | null;
};

/** Calls whose prices were worked out before the copy had what they depend on. Times are by this machine's clock. */
export type PricesOfCopy = {
  /** Up to when the rates here were all that count; null: that was never noted. */
  ratesCompleteAtMs(): Promise<number | null>;
  noteRatesComplete(atMs: number): Promise<void>;
  /**
   * Calls with a price from here, and none of a re-rating, that was worked out since: of calls that began not long before, and, since
   * `unratedSinceMs`, of all that have no rate. Null: none of those.
   */
  callsPricedSince(since: { allSinceMs: number; unratedSinceMs: number | null }): Promise<readonly string[]>;
  /** Gives them the price that they have by the copy as it is now; answers how many have another one than before. */
  priceAgain(callIds: readonly string[]): Promise<number>;
};

/** The local file as the copy of a SQL Server's rates. */
export type RateReplicaStore = PricesOfCopy & {
  /** Answers the rates that it left out. */
  applyRates(batch: RatesBatch): Promise<readonly UncopiedRow[]>;
  /** Deletes some of a table's rates of other versions than this one; answers how many. */
  removeOtherRates(tableId: number, version: number): Promise<number>;
  /** The last `position` that was kept; null: nothing was copied yet. */
  ratesPosition(): Promise<string | null>;
  /** Which version of each table is here as a whole. */
  copiedVersions(): Promise<ReadonlyMap<number, number>>;
  /**
   * Up to which id the rates of a version are here that does not count yet: where a copy that was interrupted goes on. 0: none are, or
   * those that are here may be some that were left when the others were removed.
   */
  copiedUpTo(tableId: number, version: number): Promise<number>;
};
