import type sql from 'mssql';
import type { CallReplica } from '../../ports/call-replica.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { ReplicaStore, UncopiedRow } from '../../ports/replica-store.ts';

/** Receives a line about a row that cannot be copied as it is, e.g. because of a malformed list, and the effect on calls. */
export type OnProblem = (problem: string) => void;

/** What a feed from SQL Server to the local file needs. */
export type FeedContext = {
  pool: sql.ConnectionPool;
  local: ReplicaStore & RateReplicaStore & CallReplica;
  nowMs: () => number;
  onProblem: OnProblem;
  /** How many have been copied; for rates, of the current table. */
  onProgress: (what: 'accounts' | 'rates', copied: number) => void;
  /** The copy of the directory was up to date at this monotonic time. */
  onFresh: (monotonicMs: number) => void;
  isOver: () => boolean;
};

/** For the log. */
export const uncopiedText = ({ table, id, problem }: UncopiedRow): string =>
  `the row ${id} of ${table} in SQL Server cannot be copied and counts as not there until it is changed: ${problem}`;
