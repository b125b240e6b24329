import { keepLatest } from '../../policy/latest.ts';
import type { Clock } from '../../words/clock.ts';

/** Limits how many requests each key may make. */
export type RateLimit = {
  /** Takes one, if one is left. 0: it may be made; otherwise, milliseconds to wait before the next try. */
  take(key: string): number;
};

const minuteMs = 60_000;
const maximumKeys = 20_000;

/** A bucket for each key, full at first, that fills evenly: so many a minute, and as many at once. */
export function createRateLimit(clock: Pick<Clock, 'monotonicMs'>, perMinute: number): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const eachMs = minuteMs / perMinute;
  return {
    take(key) {
      const nowMs = clock.monotonicMs();
      const before = buckets.get(key) ?? { left: perMinute, atMs: nowMs };
      const left = Math.min(perMinute, before.left + (nowMs - before.atMs) / eachMs);
      // The one that asked longest ago goes first: it is full again, or nearly.
      keepLatest(buckets, key, { left: left < 1 ? left : left - 1, atMs: nowMs }, maximumKeys);
      return left < 1 ? Math.ceil((1 - left) * eachMs) : 0;
    },
  };
}
