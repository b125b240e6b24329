import type { Clock } from '../../words/clock.ts';
import type { Change, Feed } from './feed.ts';
import { advance, parsePosition, type ChangePosition } from './position.ts';

export type FollowOptions = {
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  /** Waits between two rounds; resolves early once `isOver`. */
  pause: () => Promise<void>;
  isOver: () => boolean;
};

/** A row, for `Follower.include`. */
export type Row = Omit<Change, 'id'>;

/** Copies one kind of data and then its changes. */
export type Follower = {
  /** Until `isOver`. Rejects if either side fails. */
  follow(options: FollowOptions): Promise<void>;
  /** Copies a row at once, as if it had just changed. */
  include(row: Row): void;
  /** Resolves once the changes up to this number are copied, or following ends. */
  reached(changeId: number): Promise<void>;
};

export function follower<Batch>(feed: Feed<Batch>): Follower {
  const wishes = createWishes();
  return {
    follow: async (options) => {
      wishes.begin();
      try {
        await follow(feed, wishes, options);
      } finally {
        wishes.end();
      }
    },
    include: wishes.include,
    reached: wishes.reached,
  };
}

async function follow<Batch>(
  feed: Feed<Batch>,
  wishes: Wishes,
  { clock, pause, isOver }: FollowOptions,
): Promise<void> {
  const ahead = aheadReader(feed);

  async function apply(batches: AsyncIterable<Batch>, afterEach?: () => Promise<void>): Promise<void> {
    for await (const batch of batches) {
      // The position is in the last batch, which is now skipped: the next start reads all of them again.
      if (isOver()) return;
      await feed.apply(batch);
      await afterEach?.();
    }
  }

  async function start(): Promise<ChangePosition> {
    const kept = parsePosition(await feed.keptPosition(), clock.monotonicMs());
    if (kept !== null && (await feed.changes.canContinue(kept))) {
      await apply(feed.readAfterStart?.() ?? none());
      return kept;
    }
    // Taken before anything is read, so that rows that change meanwhile are read again.
    const first = await feed.changes.now(clock.monotonicMs());
    await apply(feed.readAll(JSON.stringify(first)), async () => apply(await ahead.of(first)));
    return first;
  }

  while (!isOver() && !(await feed.canBegin())) await pause();
  let position = await start();
  let isNews = true;
  while (!isOver()) {
    const asOf = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const wanted = wishes.take();
    const changes = await feed.changes.after(position, feed.changesAtOnce);
    const isAll = changes.length < feed.changesAtOnce;
    isNews ||= wanted.length > 0 || changes.length > 0;
    if (!isAll) await apply(await ahead.of(position));
    if (wanted.length > 0) await apply(feed.readChanged(wanted, null));
    if (changes.length > 0) {
      const ids = changes.map(({ id }) => id);
      position = advance(position, ids, asOf.monotonicMs);
      await apply(feed.readChanged(changes, JSON.stringify(position)));
    }
    wishes.arrived(position.last);
    if (!isAll) continue;
    ahead.restart();
    await feed.caughtUp?.({ ...asOf, isNews });
    isNews = false;
    await wishes.orPause(pause);
  }
}

async function* none(): AsyncGenerator<never> {
  // Nothing.
}

/**
 * Makes what reads the changes that cannot wait, each once: their turn among the others comes as well, because only a row that is read
 * in turn counts as read.
 */
function aheadReader<Batch>(feed: Feed<Batch>) {
  let read = new Set<number>();
  return {
    async of(position: ChangePosition): Promise<AsyncIterable<Batch>> {
      const changes = ((await feed.changes.ahead?.(position)) ?? []).filter(({ id }) => !read.has(id));
      for (const { id } of changes) read.add(id);
      return changes.length === 0 ? none() : feed.readChanged(changes, null);
    },
    restart(): void {
      read = new Set();
    },
  };
}

type Wishes = {
  include: (row: Row) => void;
  reached: (changeId: number) => Promise<void>;
  /** What is to be copied in this round; its changes have no number. */
  take: () => Change[];
  arrived: (last: number) => void;
  /** Ends with the pause, or once something is wished for. */
  orPause: (pause: () => Promise<void>) => Promise<void>;
  begin: () => void;
  end: () => void;
};

/** What others want copied without waiting for the next round. */
function createWishes(): Wishes {
  let rows: Row[] = [];
  let waiting: { changeId: number; resolve: (value: undefined) => void }[] = [];
  let last = -1;
  let isOver = false;
  let wake = Promise.withResolvers<undefined>();
  const settle = (): void => {
    for (const one of waiting) if (isOver || one.changeId <= last) one.resolve(undefined);
    waiting = waiting.filter(({ changeId }) => !isOver && changeId > last);
  };
  return {
    include(row) {
      rows.push(row);
      wake.resolve(undefined);
    },
    reached(changeId) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      waiting.push({ changeId, resolve });
      settle();
      if (waiting.length > 0) wake.resolve(undefined);
      return promise;
    },
    take() {
      const taken = rows.map((row) => ({ id: 0, ...row }));
      rows = [];
      wake = Promise.withResolvers();
      return taken;
    },
    arrived(position) {
      last = position;
      settle();
    },
    async orPause(pause) {
      await Promise.race([pause(), wake.promise]);
    },
    begin() {
      isOver = false;
    },
    end() {
      isOver = true;
      settle();
    },
  };
}
