import { describe, expect, it } from '@jest/globals';
import type { Change, Feed } from '../../../src/store/replication/feed.ts';
import { follower } from '../../../src/store/replication/follow.ts';
import type { ChangePosition } from '../../../src/store/replication/position.ts';

/** Numbers that are copied; a batch is some of them, by their ids, and at the end of a copy the position. */
type Batch = { rows: ReadonlyMap<number, string>; position: string | null };

/** A system of record of numbered rows, and its copy, both in memory. */
function inMemory() {
  const rows = new Map<number, string>();
  const changes: Change[] = [];
  const copy = new Map<number, string>();
  const state = {
    kept: null as string | null,
    pruned: 0,
    canBegin: true,
    copiedAll: 0,
    onApply: (() => undefined) as (batch: Batch) => void,
  };
  const batchOf = (ids: readonly number[], position: string | null): Batch => ({
    rows: new Map(ids.map((id) => [id, rows.get(id) ?? 'gone'])),
    position,
  });
  async function* readAll(position: string): AsyncGenerator<Batch> {
    state.copiedAll += 1;
    for (const id of [...rows.keys()]) yield await Promise.resolve(batchOf([id], null));
    yield batchOf([], position);
  }
  async function* readChanged(some: readonly Change[], position: string | null): AsyncGenerator<Batch> {
    yield await Promise.resolve(
      batchOf(
        some.map(({ rowId }) => rowId),
        position,
      ),
    );
  }
  const lastId = (): number => changes.at(-1)?.id ?? 0;
  const feed: Feed<Batch> = {
    name: 'rates',
    changes: {
      canContinue: ({ last }: ChangePosition) => Promise.resolve(last >= state.pruned && last <= lastId()),
      now: () => Promise.resolve({ last: lastId(), gaps: [] }),
      after: ({ last }, maximum) => Promise.resolve(changes.filter(({ id }) => id > last).slice(0, maximum)),
    },
    changesAtOnce: 2,
    canBegin: () => Promise.resolve(state.canBegin),
    keptPosition: () => Promise.resolve(state.kept),
    readAll,
    readChanged,
    apply(batch) {
      state.onApply(batch);
      for (const [id, value] of batch.rows) copy.set(id, value);
      state.kept = batch.position ?? state.kept;
      return Promise.resolve();
    },
  };
  const set = (id: number, value: string): void => {
    rows.set(id, value);
    changes.push({ id: lastId() + 1, table: 'rows', rowId: id });
  };
  return { feed, copy, state: Object.assign(state, { changes }), set };
}

/** The newest change, if it is newer than this one. */
const lastOf = ({ changes }: { changes: readonly Change[] }, last: number): Change[] =>
  changes.slice(-1).filter(({ id }) => id > last);

/** Follows for so many pauses; `meanwhile` is called in each. Answers in how many. */
async function follow(feed: Feed<Batch>, pauses: number, meanwhile: (nth: number) => void = () => undefined) {
  let count = 0;
  await follower(feed).follow({
    clock: { nowMs: () => 0, monotonicMs: () => 0 },
    isOver: () => count >= pauses,
    pause: () => {
      meanwhile((count += 1));
      return Promise.resolve();
    },
  });
}

describe('following a feed', () => {
  it('copies all, and then what changes, as many at once as there may be', async () => {
    const { feed, copy, set } = inMemory();
    set(1, 'a');
    await follow(feed, 3, (nth) => {
      if (nth === 1) for (const id of [2, 3, 4, 5, 6]) set(id, 'b');
      if (nth === 2) expect(copy.size).toBe(6);
    });
    expect([...copy.values()].join('')).toBe('abbbbb');
  });

  it('goes on from where it was, or copies all again where the changes since are gone', async () => {
    const { feed, copy, state, set } = inMemory();
    set(1, 'a');
    await follow(feed, 1);
    set(1, 'b');
    await follow(feed, 1);
    expect([state.copiedAll, copy.get(1)]).toEqual([1, 'b']);
    state.pruned = 9;
    for (let n = 0; n < 9; n += 1) set(2, `c${n}`);
    await follow(feed, 1);
    expect([state.copiedAll, copy.get(2)]).toEqual([2, 'c8']);
  });

  it('does not take a copy that was cut off for a whole one', async () => {
    const { feed, copy, state, set } = inMemory();
    for (const id of [1, 2, 3]) set(id, 'a');
    let isOver = false;
    state.onApply = ({ rows }) => {
      isOver = rows.has(2);
    };
    await follower(feed).follow({
      clock: { nowMs: () => 0, monotonicMs: () => 0 },
      isOver: () => isOver,
      pause: () => Promise.resolve(),
    });
    expect([state.kept, copy.size]).toEqual([null, 2]);
    state.onApply = () => undefined;
    await follow(feed, 1);
    expect([state.copiedAll, copy.size]).toEqual([2, 3]);
  });

  it('waits until it can begin', async () => {
    const { feed, copy, state, set } = inMemory();
    state.canBegin = false;
    set(1, 'a');
    await follow(feed, 3, (nth) => {
      expect(copy.size).toBe(nth < 3 ? 0 : 1);
      if (nth === 2) state.canBegin = true;
    });
    expect(copy.get(1)).toBe('a');
  });

  it('reads what cannot wait before its turn while much changes, each once, and everything in turn as well', async () => {
    const { feed, copy, state, set } = inMemory();
    set(1, 'a');
    const applied: string[] = [];
    state.onApply = ({ rows }) => void applied.push([...rows.keys()].join('+'));
    await follow(
      { ...feed, changes: { ...feed.changes, ahead: ({ last }) => Promise.resolve(lastOf(state, last)) } },
      2,
      (nth) => {
        if (nth !== 1) return;
        applied.length = 0;
        for (const id of [2, 3, 4, 5, 9]) set(id, 'b');
      },
    );
    expect(applied).toEqual(['9', '2+3', '4+5', '9']);
    expect([...copy.keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 9]);
  });

  it('copies a row at once that it is asked for, and says when a change has arrived', async () => {
    const { feed, copy, set } = inMemory();
    set(1, 'a');
    const follower_ = follower(feed);
    const seen: string[] = [];
    let count = 0;
    await follower_.follow({
      clock: { nowMs: () => 0, monotonicMs: () => 0 },
      isOver: () => count >= 2,
      pause: async () => {
        count += 1;
        if (count > 1) return;
        set(2, 'b');
        follower_.include({ table: 'rows', rowId: 1 });
        void follower_.reached(2).then(() => seen.push(`reached with ${copy.get(2) ?? 'nothing'}`));
        // For ever: only what was asked for goes on.
        await new Promise(() => undefined);
      },
    });
    expect(seen).toEqual(['reached with b']);
    await follower_.reached(99);
  });

  it('rejects where a side fails', async () => {
    const { feed, state } = inMemory();
    state.onApply = () => {
      throw new Error('the disk is full');
    };
    await expect(follow(feed, 1)).rejects.toThrow('the disk is full');
  });
});
