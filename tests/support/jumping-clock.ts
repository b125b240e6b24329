import { systemClock, type Clock } from '../../src/words/clock.ts';

/** This machine's clock, as somebody sets it: `jump` sets it on, or back. What is monotonic stays so. */
export function jumpingClock(): Clock & { jump(ms: number): void } {
  let offMs = 0;
  return {
    ...systemClock,
    nowMs: () => systemClock.nowMs() + offMs,
    jump(ms) {
      offMs += ms;
    },
  };
}

export const hour = 3_600_000;
export const year = 365 * 24 * hour;
