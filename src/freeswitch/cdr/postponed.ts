import type { Clock } from '../../words/clock.ts';

/** Files that could not be dealt with, which are tried again after a while, and not at every look into the folder. */
export type Postponed = {
  /** Whether it is not its turn yet; one that has changed since has its turn at once. */
  waits(key: string, stamp: string): boolean;
  /** Whether its CDR was taken, and it could only not be moved. */
  wasTaken(key: string, stamp: string): boolean;
  /** Answers whether that is news: it is the first time, or for another reason. */
  postpone(key: string, stamp: string, why: string, wasTaken: boolean): boolean;
  done(key: string): void;
  /** Those that wait, and why the first of them does; null: none. */
  waiting(): { count: number; why: string } | null;
  /** Forgets what is not there any more. */
  keepOnly(keys: ReadonlySet<string>): void;
};

type Entry = { stamp: string; why: string; wasTaken: boolean; untilMs: number; againMs: number };

const firstMs = 1_000;
const maximumMs = 60_000;

export function createPostponed(clock: Pick<Clock, 'monotonicMs'>): Postponed {
  const entries = new Map<string, Entry>();
  const known = (key: string, stamp: string): Entry | null => {
    const entry = entries.get(key);
    return entry?.stamp === stamp ? entry : null;
  };
  return {
    waits(key, stamp) {
      const entry = known(key, stamp);
      return entry !== null && clock.monotonicMs() < entry.untilMs;
    },
    wasTaken: (key, stamp) => known(key, stamp)?.wasTaken ?? false,
    postpone(key, stamp, why, wasTaken) {
      const before = known(key, stamp);
      const againMs = before === null ? firstMs : Math.min(2 * before.againMs, maximumMs);
      entries.set(key, { stamp, why, wasTaken, againMs, untilMs: clock.monotonicMs() + againMs });
      return before?.why !== why;
    },
    done: (key) => void entries.delete(key),
    waiting() {
      const [first] = entries.values();
      return first === undefined ? null : { count: entries.size, why: first.why };
    },
    keepOnly(keys) {
      for (const key of entries.keys()) if (!keys.has(key)) entries.delete(key);
    },
  };
}
