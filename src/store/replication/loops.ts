import type { Clock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';

export type OwnLoop = {
  /** What waits while it fails, for people. */
  what: string;
  /** `afterRound`: to be awaited between two rounds, of which the one before did all that it is for. */
  run: (afterRound: (ms: number) => Promise<void>) => Promise<void>;
  /** Which rights it lacks and how to give them, in one line; null: none. */
  lacks: () => Promise<string | null>;
};

/** Thrown by a loop where nothing else may go on either. */
export class EndOfLink extends Error {}

/** `what` has been waiting because of `why` (one line for the person who can act), or null: it goes on. Told as often as it is found out. */
export type OnStanding = (what: string, why: string | null) => void;

export type OwnLoopTools = {
  /** Rejects where nothing else works either, as where the server is gone. */
  check: () => Promise<void>;
  onStanding: OnStanding;
  monotonicMs: () => number;
  pause: (ms: number) => Promise<void>;
  isOver: () => boolean;
};

const firstPauseMs = 1000;
const maximumPauseMs = 30_000;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Runs what keeps nothing else from working: where it fails although the server answers, as at a trigger of the site or for want of a
 * right, it begins again after pauses that grow, and the rest goes on meanwhile. Rejects with what `check` says.
 */
export async function onItsOwn(
  { what, run, lacks }: OwnLoop,
  { check, onStanding, monotonicMs, pause, isOver }: OwnLoopTools,
): Promise<void> {
  let lacking: string | null = null;
  let askedMs = 0;
  let failures = 0;
  const ask = async (): Promise<string | null> => {
    askedMs = monotonicMs();
    return (lacking = await lacks());
  };
  const afterRound = async (ms: number): Promise<void> => {
    if (lacking !== null && monotonicMs() - askedMs >= maximumPauseMs) await ask();
    failures = 0;
    onStanding(what, lacking);
    await pause(ms);
  };
  for (let pauseMs = firstPauseMs; !isOver(); pauseMs = Math.min(pauseMs * 2, maximumPauseMs)) {
    const begunMs = monotonicMs();
    try {
      // Told before it is wanted: what it lacks may be needed by one call in a thousand.
      if ((await ask()) !== null) onStanding(what, lacking);
      await run(afterRound);
      onStanding(what, lacking);
      return;
    } catch (error) {
      if (isOver()) return;
      if (error instanceof EndOfLink) throw error;
      await check();
      failures += 1;
      // What a lost connection or a deadlock stopped goes on by itself.
      const lacked = await ask();
      if (lacked !== null || failures > 1) onStanding(what, lacked ?? messageOf(error));
    }
    if (monotonicMs() - begunMs > maximumPauseMs) pauseMs = firstPauseMs;
    await pause(pauseMs);
  }
}

/** A row that stays wrong is read repeatedly, but reported once a day: one that was mended and is wrong again is news. */
export function onceADay(
  tell: (text: string) => void,
  { monotonicMs }: Pick<Clock, 'monotonicMs'>,
): (text: string) => void {
  const toldMs = new Map<string, number>();
  return (text) => {
    const nowMs = monotonicMs();
    if (nowMs - (toldMs.get(text) ?? -Infinity) < dayMs) return;
    toldMs.set(text, nowMs);
    tell(text);
  };
}

/** Tells what stands, and that it goes on, once each. */
export function onceEachTime(tell: OnStanding): OnStanding {
  const told = new Map<string, string | null>();
  return (what, why) => {
    if (told.get(what) === why) return;
    told.set(what, why);
    tell(what, why);
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
