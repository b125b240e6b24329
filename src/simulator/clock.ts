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
  return inOrder({
    nowUs: () => Math.round(start + (clock.nowUs() - start) * factor),
    after: (ms, task) => clock.after(ms / factor, task),
  });
}

type Due = { atUs: number; task: (() => void) | null };

/**
 * What is due runs in the order in which it is due, however late: Node runs timers of one length together, and where the machine has
 * stood still, time-outs before what they time.
 */
function inOrder(clock: Clock): Clock {
  const dues: Due[] = [];
  function runUpTo(last: Due): void {
    for (let due = dues[0]; due !== undefined && due.atUs <= last.atUs; due = dues[0]) {
      dues.shift();
      due.task?.();
    }
  }
  return {
    nowUs: () => clock.nowUs(),
    after(ms, task) {
      const due: Due = { atUs: clock.nowUs() + Math.max(0, ms) * 1000, task };
      const at = dues.findLastIndex(({ atUs }) => atUs <= due.atUs) + 1;
      dues.splice(at, 0, due);
      const cancel = clock.after(ms, () => runUpTo(due));
      return () => {
        due.task = null;
        cancel();
      };
    },
  };
}
