import type { Clock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';

export type OwnLoop = {
  /** What waits while it fails, for people. */
  what: string;
  run: () => Promise<void>;
};

export type OwnLoopTools = {
  /** Rejects where the server is gone or the login lacks rights: then nothing else works either. */
  check: () => Promise<void>;
  onProblem: (text: string) => void;
  monotonicMs: () => number;
  pause: (ms: number) => Promise<void>;
  isOver: () => boolean;
};

const firstPauseMs = 1000;
const maximumPauseMs = 30_000;

/**
 * Runs what keeps nothing else from working: where it fails although the server answers, as at a trigger of the site, it begins again after
 * pauses that grow, and codes are revoked and calls recorded meanwhile. Rejects with what `check` says.
 */
export async function onItsOwn(
  { what, run }: OwnLoop,
  { check, onProblem, monotonicMs, pause, isOver }: OwnLoopTools,
): Promise<void> {
  for (let pauseMs = firstPauseMs; !isOver(); pauseMs = Math.min(pauseMs * 2, maximumPauseMs)) {
    const begunMs = monotonicMs();
    try {
      await run();
      return;
    } catch (error) {
      if (isOver()) return;
      await check();
      onProblem(`${what} until this is mended: ${messageOf(error)}`);
    }
    if (monotonicMs() - begunMs > maximumPauseMs) pauseMs = firstPauseMs;
    await pause(pauseMs);
  }
}

/** A row that stays wrong is read repeatedly, but reported once. */
export function onceEach(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
}

export const firstRetryMs = 250;
/** A connection that was of use for so long is tried again at once. */
const provenMs = 5000;

/** So that controllers that lost the server together do not all reconnect at once. */
export const jitter = (): number => 0.5 + Math.random();

/** Pauses before the next try: a connection that soon fails again is not made again every moment. */
export function reconnecting({ monotonicMs }: Pick<Clock, 'monotonicMs'>): { connected(): void; next(): number } {
  let retryMs = firstRetryMs;
  let upSinceMs = Infinity;
  return {
    connected() {
      upSinceMs = monotonicMs();
    },
    next() {
      if (monotonicMs() - upSinceMs >= provenMs) retryMs = firstRetryMs;
      upSinceMs = Infinity;
      const pauseMs = retryMs;
      retryMs = Math.min(retryMs * 2, maximumPauseMs);
      return pauseMs;
    },
  };
}
