/** Time as the simulated FreeSWITCH sees it. */
export type Clock = {
  /** UTC microseconds, as in FreeSWITCH's `…_uepoch` variables. Never goes back. */
  nowUs(): number;
  /** Runs `task` once in `ms` milliseconds; the answer cancels it. */
  after(ms: number, task: () => void): () => void;
};

export const realClock: Clock = {
  nowUs: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
  after(ms, task) {
    if (ms <= 0) {
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * A clock on which time runs `factor` times as fast: a minute of talk is over in a second at 60. The controller's own
 * clock does not follow; only time-outs and durations inside the simulator do.
 */
export function fasterClock(factor: number, clock: Clock = realClock): Clock {
  const start = clock.nowUs();
  return {
    nowUs: () => Math.round(start + (clock.nowUs() - start) * factor),
    after: (ms, task) => clock.after(ms / factor, task),
  };
}
