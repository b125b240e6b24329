import type sql from 'mssql';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';

/** Told of a row that cannot be copied as it is, e.g. because a list in it is nonsense, and what that means for calls. */
export type OnProblem = (problem: string) => void;

/** What a feed from SQL Server into the local file works with. */
export type FeedContext = {
  pool: sql.ConnectionPool;
  local: ReplicaStore & RateReplicaStore;
  onProblem: OnProblem;
  /** So many of them are copied; of rates, so many of a table. */
  onProgress: (what: 'accounts' | 'rates', copied: number) => void;
  /** The copy of the directory was up to date at that time, monotonic. */
  onFresh: (monotonicMs: number) => void;
  isOver: () => boolean;
};
