import type { Clock } from '../../words/clock.ts';
import type { Feed } from './feed.ts';
import { advance, parsePosition, type ChangePosition } from './position.ts';

export type FollowOptions = {
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  /** Waits between two rounds; resolves early once `isOver`. */
  pause: () => Promise<void>;
  isOver: () => boolean;
};

/** Copies one kind of data and then its changes, until `isOver`. Rejects if either side fails. */
export type Follower = (options: FollowOptions) => Promise<void>;

export function follower<Batch>(feed: Feed<Batch>): Follower {
  return (options) => follow(feed, options);
}

async function follow<Batch>(feed: Feed<Batch>, { clock, pause, isOver }: FollowOptions): Promise<void> {
  let unplaced: Batch[] = [];

  async function apply(batches: AsyncIterable<Batch> | readonly Batch[]): Promise<void> {
    for await (const batch of batches) {
      // The position is in the last batch, which is now skipped: the next start reads all of them again.
      if (isOver()) return;
      const left = await feed.apply(batch);
      if (left !== null) unplaced.push(left);
    }
  }

  async function start(): Promise<ChangePosition> {
    const kept = parsePosition(await feed.keptPosition(), clock.monotonicMs());
    if (kept !== null && (await feed.changes.canContinue(kept))) {
      await apply(feed.readAfterStart?.() ?? []);
      return kept;
    }
    // Taken before anything is read, so that rows that change meanwhile are read again.
    const first = await feed.changes.now(clock.monotonicMs());
    await apply(feed.readAll(JSON.stringify(first)));
    return first;
  }

  while (!isOver() && !(await feed.canBegin())) await pause();
  let position = await start();
  while (!isOver()) {
    const asOf = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const changes = await feed.changes.after(position, feed.changesAtOnce);
    if (changes.length > 0) {
      const ids = changes.map(({ id }) => id);
      position = advance(position, ids, asOf.monotonicMs);
      await apply(feed.readChanged(changes, JSON.stringify(position)));
    }
    const again = unplaced;
    unplaced = [];
    await apply(again);
    if (changes.length === feed.changesAtOnce) continue;
    await feed.caughtUp?.(asOf);
    await pause();
  }
}
