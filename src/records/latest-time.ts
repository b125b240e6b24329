import { timeFrom, type Clock } from '../words/clock.ts';

/** The present moment, and if in doubt the later one: what tells whether a CDR is of the future. */
export type LatestTime = {
  /** UTC milliseconds. */
  nowMs(): number;
  /** Something happened at this time, by FreeSWITCH's clock or by ours: it is not earlier than that. */
  seen(ms: number): void;
};

/** This machine's clock may be set back, or be wrong from the start, while FreeSWITCH's goes on. */
export function latestTime(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): LatestTime {
  let latest = timeFrom(clock.nowMs(), clock);
  const nowMs = (): number => Math.max(clock.nowMs(), latest());
  return {
    nowMs,
    seen(ms) {
      if (ms > nowMs()) latest = timeFrom(ms, clock);
    },
  };
}
