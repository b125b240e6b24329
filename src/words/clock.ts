/** Time, as everything that depends on it takes it. */
export type Clock = {
  /** UTC milliseconds: what stands in records. Somebody may set it at any moment, so a difference of two is no duration. */
  nowMs(): number;
  /** Milliseconds since a moment of this process that nobody knows; never goes back, and nobody sets it. For durations. */
  monotonicMs(): number;
  /** Calls `action` once after `ms` milliseconds, unless the answered function was called before. Nobody sets this one either. */
  after(ms: number, action: () => void): () => void;
};

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** UTC milliseconds that go on from `fromMs` now, and that nobody sets meanwhile. */
export function timeFrom(fromMs: number, clock: Pick<Clock, 'monotonicMs'>): () => number {
  const sinceMs = clock.monotonicMs();
  return () => fromMs + Math.floor(clock.monotonicMs() - sinceMs);
}
