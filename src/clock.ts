/** Time, as everything that depends on it takes it. */
export type Clock = {
  /** UTC milliseconds. */
  nowMs(): number;
  /** Calls `action` once after `ms` milliseconds, unless the answered function was called before. */
  after(ms: number, action: () => void): () => void;
};

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
