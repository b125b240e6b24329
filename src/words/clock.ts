/** The clock that is passed to everything that depends on time. */
export type Clock = {
  /** UTC milliseconds, as stored in records. This clock may be set at any moment, so the difference of two is not a duration. */
  nowMs(): number;
  /** Milliseconds since an arbitrary moment; never goes back and cannot be set. For durations. */
  monotonicMs(): number;
  /** Calls `action` once after `ms` monotonic milliseconds, unless the returned function is called first. */
  after(ms: number, action: () => void): () => void;
};

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  // Of the system, not of this process or thread: on Linux it goes on over restarts of a program, until the machine is started again.
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** UTC milliseconds that continue from `fromMs` now, unaffected by setting the clock. */
export function timeFrom(fromMs: number, clock: Pick<Clock, 'monotonicMs'>): () => number {
  const sinceMs = clock.monotonicMs();
  return () => fromMs + Math.floor(clock.monotonicMs() - sinceMs);
}

export const pause = (clock: Pick<Clock, 'after'>, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve));

/** Looks every `everyMs` until there is something, or once more after `withinMs`; null: there was nothing. */
export async function until<T>(
  clock: Pick<Clock, 'after' | 'monotonicMs'>,
  { withinMs, everyMs }: { withinMs: number; everyMs: number },
  look: () => Promise<T | null>,
): Promise<T | null> {
  const deadline = clock.monotonicMs() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null || clock.monotonicMs() > deadline) return found;
    await pause(clock, everyMs);
  }
}
