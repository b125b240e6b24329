import { randomUUID } from 'node:crypto';
import type { Clock } from '../../words/clock.ts';
import type { Ask, Prompt } from '../../call/prompts.ts';
import * as commands from './call-commands.ts';
import type { AwaitedApplication } from './call-events.ts';
import type { Command } from '../wire/command.ts';
import { progressOf, stageAfter, type Completeness, type Stage, type StageResult } from './keying.ts';

export type CollectorSettings = {
  /** Time for the first digit, and between digits. */
  firstDigitMs: number;
  digitMs: number;
  /** How long an entry that may be complete waits for a further key. */
  completeMs: number;
  maxDigits: number;
};

/** Collects the entries of one call, stage by stage. */
export type Collector = {
  /** Asks for an entry. `before`: what is to be sent in front. */
  ask(prompt: Prompt, ask: Ask, before: readonly Command[]): void;
  /** A stage is over: the whole entry, or null where it goes on. */
  take(result: StageResult): CollectedEntry | null;
  /** An application that keeps keys has ended. */
  holdEnded(id: string): void;
  /** The entry that seemed to be over may go on: further digits are waited for as long as between any two. */
  goOn(): void;
  /** All of the entry so far, with what the last stage brought. */
  soFar(last: string): string;
};

/** `paused`: see `Progress`. `isDoubtful`: for a while nothing kept the keys, and some may be missing. */
export type CollectedEntry = StageResult & { paused: boolean; isDoubtful: boolean };

export type CollectorOptions = {
  settings: CollectorSettings;
  numbers: Completeness;
  clock: Pick<Clock, 'monotonicMs'>;
  /** `withinMs`: the switch answers in this time. */
  send: (list: readonly Command[], awaited: AwaitedApplication, withinMs: number) => void;
};

/** One `hold` covers the gaps of several stages; the next is sent along in good time. */
const holdMs = 1_000;
const holdReserveMs = 600;
/** What a gap takes besides our own time: the channel looks at its queue once a frame. */
const gapMs = 60;

export function createCollector({ settings, numbers, clock, send }: CollectorOptions): Collector {
  const { firstDigitMs, digitMs, completeMs, maxDigits } = settings;
  let asked: Ask = 'code';
  let digits = '';
  let stage: Stage = { kind: 'collect', maxDigits };
  let holdLeftMs = 0;
  let gapSinceMs: number | null = null;
  /** Those that have not ended. None goes on below a stage that runs: one that ends was over before the stage began. */
  const holds = new Set<string>();
  /** One that begins when the stage is over. */
  let holdBehind: string | null = null;
  /** For a while nothing has kept the keys since the last stage. */
  let unheld = false;
  let isDoubtful = false;

  function start(next: Stage, prompt: Prompt | null, before: readonly Command[]): void {
    stage = next;
    const id = randomUUID();
    const { command, app, withinMs } = commandOf(next, id, prompt);
    send([...before, command, ...hold()], { id, app }, withinMs);
  }

  function commandOf(
    next: Stage,
    id: string,
    prompt: Prompt | null,
  ): { command: Command; app: 'collect' | 'pause'; withinMs: number } {
    if (next.kind === 'pause') return { command: commands.pause(id, completeMs), app: 'pause', withinMs: completeMs };
    const firstMs = prompt === null ? digitMs : firstDigitMs;
    const collection = { id, prompt, maxDigits: next.maxDigits, firstDigitMs: firstMs, digitMs };
    return { command: commands.collect(collection), app: 'collect', withinMs: firstMs + next.maxDigits * digitMs };
  }

  /** Sent behind a stage, it runs from its end on. */
  function hold(): Command[] {
    const nowMs = clock.monotonicMs();
    if (gapSinceMs !== null) holdLeftMs -= Math.max(0, nowMs - gapSinceMs) + gapMs;
    gapSinceMs = null;
    if (holdLeftMs >= holdReserveMs) return [];
    holdLeftMs = Math.max(0, holdLeftMs) + holdMs;
    holdBehind = randomUUID();
    return [commands.hold(holdBehind, holdMs)];
  }

  return {
    ask(prompt, ask, before) {
      asked = ask;
      digits = '';
      isDoubtful = false;
      start(stageAfter('', ask, maxDigits, numbers) ?? { kind: 'collect', maxDigits }, prompt, before);
    },
    take(result) {
      gapSinceMs = clock.monotonicMs();
      isDoubtful ||= unheld;
      if (holdBehind !== null) holds.add(holdBehind);
      holdBehind = null;
      unheld = holds.size === 0;
      const progress = progressOf(digits, stage, result, (all) => stageAfter(all, asked, maxDigits, numbers));
      digits = progress.digits;
      if (progress.kind === 'over') {
        const { terminated, paused } = progress;
        return { digits, terminated, paused, isDoubtful };
      }
      start(progress.stage, null, []);
      return null;
    },
    holdEnded(id) {
      if (!holds.delete(id) || holds.size > 0) return;
      unheld = true;
      holdLeftMs = 0;
    },
    goOn() {
      start({ kind: 'collect', maxDigits: maxDigits - digits.length }, null, []);
    },
    soFar: (last) => digits + last,
  };
}
