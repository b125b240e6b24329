import type { ReplicaStore } from '../ports/replica-store.ts';

/** What waits for SQL Server in the local file. */
export type QueueState = {
  /** Changes of call records. */
  waiting: number;
  /** Since when the oldest of them has been waiting, UTC milliseconds; null: none waits. */
  waitingSinceMs: number | null;
  /** Records that SQL Server refused, set aside. */
  refused: number;
};

/** A call waits since it ended, or since it began where it is up. */
export async function queueState(local: Pick<ReplicaStore, 'outboxCounts' | 'readOutbox'>): Promise<QueueState> {
  const { waiting, refused } = await local.outboxCounts();
  const [oldest] = (await local.readOutbox(1)).entries;
  return { waiting, refused, waitingSinceMs: oldest === undefined ? null : sinceOf(oldest.record) };
}

const sinceOf = ({ endedAtMs, startedAtMs }: { endedAtMs: number | null; startedAtMs: number }): number =>
  endedAtMs ?? startedAtMs;
