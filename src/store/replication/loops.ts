import type { Clock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';

export type OwnLoop = {
  /** What waits while it fails, for people. */
  what: string;
  run: () => Promise<void>;
  /** Which rights it lacks and how to give them, in one line; null: none. */
  lacks: () => Promise<string | null>;
};

/** Thrown by a loop where nothing else may go on either. */
export class EndOfLink extends Error {}

export type OwnLoopTools = {
  /** Rejects where nothing else works either, as where the server is gone. */
  check: () => Promise<void>;
  onProblem: (text: string) => void;
  monotonicMs: () => number;
  pause: (ms: number) => Promise<void>;
  isOver: () => boolean;
};

const firstPauseMs = 1000;
const maximumPauseMs = 30_000;

/**
 * Runs what keeps nothing else from working: where it fails although the server answers, as at a trigger of the site or for want of a
 * right, it begins again after pauses that grow, and the rest goes on meanwhile. Rejects with what `check` says.
 */
export async function onItsOwn(
  { what, run, lacks }: OwnLoop,
  { check, onProblem, monotonicMs, pause, isOver }: OwnLoopTools,
): Promise<void> {
  for (let pauseMs = firstPauseMs; !isOver(); pauseMs = Math.min(pauseMs * 2, maximumPauseMs)) {
    const begunMs = monotonicMs();
    try {
      // Told before it is wanted: what it lacks may be needed by one call in a thousand.
      const lacking = await lacks();
      if (lacking !== null) onProblem(untilMended(what, lacking));
      await run();
      return;
    } catch (error) {
      if (isOver()) return;
      if (error instanceof EndOfLink) throw error;
      await check();
      onProblem(untilMended(what, (await lacks()) ?? messageOf(error)));
    }
    if (monotonicMs() - begunMs > maximumPauseMs) pauseMs = firstPauseMs;
    await pause(pauseMs);
  }
}

const untilMended = (what: string, why: string): string => `${what} until this is mended: ${why}`;

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
