import { randomUUID } from 'node:crypto';
import type { Clock } from '../../words/clock.ts';
import type { Command } from '../wire/command.ts';
import * as commands from './call-commands.ts';

/** Keeps what is keyed between two stages of an entry: holds are sent along behind the stages (call-commands.ts, `hold`). */
export type Keeping = {
  /** What is to be sent behind the next stage. */
  next(): Command[];
  /** What is to be sent now, between two stages, where the next one comes no sooner than in `ms`. */
  for(ms: number): Command[];
  /** A stage is over: whether its keys and those after the stage before it were all kept. */
  stageEnded(): boolean;
  /** A hold is over. */
  ended(id: string): void;
};

/** One `hold` covers the gaps of several stages; the next is sent along in good time. */
const holdMs = 1_000;
const holdReserveMs = 600;
/** What a gap takes besides our own time: the channel looks at its queue once a frame. */
const gapMs = 60;

export function createKeeping(clock: Pick<Clock, 'monotonicMs'>): Keeping {
  let leftMs = 0;
  let gapSinceMs: number | null = null;
  /** Those that have not ended. None goes on below a stage that runs: one that ends was over before the stage began. */
  const holds = new Set<string>();
  /** One that begins when the stage is over. */
  let behind: string | null = null;
  /** For a while nothing has kept the keys since the last stage. */
  let unheld = false;
  return {
    next() {
      const nowMs = clock.monotonicMs();
      if (gapSinceMs !== null) leftMs -= Math.max(0, nowMs - gapSinceMs) + gapMs;
      gapSinceMs = null;
      if (leftMs >= holdReserveMs) return [];
      leftMs = Math.max(0, leftMs) + holdMs;
      // Sent behind a stage, it runs from its end on.
      behind = randomUUID();
      return [commands.hold(behind, holdMs)];
    },
    for(ms) {
      const id = randomUUID();
      holds.add(id);
      unheld = false;
      leftMs = Math.max(0, leftMs) + ms + gapMs;
      return [commands.hold(id, ms + holdReserveMs)];
    },
    stageEnded() {
      gapSinceMs = clock.monotonicMs();
      const kept = !unheld;
      if (behind !== null) holds.add(behind);
      behind = null;
      unheld = holds.size === 0;
      return kept;
    },
    ended(id) {
      if (!holds.delete(id) || holds.size > 0) return;
      unheld = true;
      leftMs = 0;
    },
  };
}
