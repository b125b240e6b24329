import { timeFrom, type Clock } from '../../words/clock.ts';

/**
 * Time as one call's record tells it: FreeSWITCH's, as far as that has told it, and what has passed here since. So all times of
 * a record are of one clock, and no duration is a difference of two.
 */
export type CallTime = {
  /** UTC milliseconds. */
  nowMs(): number;
  /** FreeSWITCH says that it is so late now. */
  tell(toldMs: number): void;
};

/** `toldMs`: when FreeSWITCH says that the call came; null: it does not, and this machine's clock has to do. */
export function callTime(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>, toldMs: number | null): CallTime {
  let now = timeFrom(toldMs ?? clock.nowMs(), clock);
  return {
    nowMs: () => now(),
    tell(ms) {
      now = timeFrom(ms, clock);
    },
  };
}
