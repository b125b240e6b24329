import { randomUUID } from 'node:crypto';
import type { Clock } from '../../words/clock.ts';
import type { Ask, Prompt } from '../../call/prompts.ts';
import * as commands from './call-commands.ts';
import type { AwaitedApplication } from './call-events.ts';
import type { Command } from '../wire/command.ts';
import { createKeeping, type Keeping } from './key-keeping.ts';
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
  /** What is to be sent where the next question is asked no sooner than in `ms`, so that no key is lost until then. */
  keepKeys(ms: number): Command[];
  /** An application that keeps keys has ended. */
  holdEnded(id: string): void;
  /** The entry that seemed to be over may go on: further digits have as much time as between any two. */
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

type Collecting = {
  readonly options: CollectorOptions;
  asked: Ask;
  digits: string;
  stage: Stage;
  isDoubtful: boolean;
  readonly keeping: Keeping;
};

export function createCollector(options: CollectorOptions): Collector {
  const { maxDigits } = options.settings;
  const all: Stage = { kind: 'collect', maxDigits };
  const collecting: Collecting = {
    ...{ options, asked: 'code', digits: '', stage: all, isDoubtful: false },
    keeping: createKeeping(options.clock),
  };
  return {
    ask(prompt, ask, before) {
      collecting.asked = ask;
      collecting.digits = '';
      collecting.isDoubtful = false;
      start(collecting, stageAfter('', ask, maxDigits, options.numbers) ?? all, prompt, before);
    },
    take: (result) => take(collecting, result),
    keepKeys: (ms) => collecting.keeping.for(ms),
    holdEnded: (id) => collecting.keeping.ended(id),
    goOn() {
      start(collecting, { kind: 'collect', maxDigits: maxDigits - collecting.digits.length }, null, []);
    },
    soFar: (last) => collecting.digits + last,
  };
}

function take(collecting: Collecting, result: StageResult): CollectedEntry | null {
  const { options, stage, asked, keeping } = collecting;
  if (!keeping.stageEnded()) collecting.isDoubtful = true;
  const progress = progressOf(collecting.digits, stage, result, (digits) =>
    stageAfter(digits, asked, options.settings.maxDigits, options.numbers),
  );
  collecting.digits = progress.digits;
  if (progress.kind === 'over') {
    const { digits, terminated, paused } = progress;
    return { digits, terminated, paused, isDoubtful: collecting.isDoubtful };
  }
  start(collecting, progress.stage, null, []);
  return null;
}

function start(collecting: Collecting, next: Stage, prompt: Prompt | null, before: readonly Command[]): void {
  collecting.stage = next;
  const { settings, send } = collecting.options;
  const id = randomUUID();
  const { command, app, withinMs } = commandOf(next, id, { prompt, ask: collecting.asked }, settings);
  send([...before, command, ...collecting.keeping.next()], { id, app }, withinMs);
}

/** Between two keys of somebody who keys a number of three digits. */
const keyMs = 1_000;

type StageCommand = { command: Command; app: 'collect' | 'pause'; withinMs: number };

type Asking = { prompt: Prompt | null; ask: Ask };

function commandOf(next: Stage, id: string, { prompt, ask }: Asking, settings: CollectorSettings): StageCommand {
  const { firstDigitMs, digitMs, completeMs } = settings;
  if (next.kind === 'pause') {
    const ms = next.isLong === true ? Math.max(completeMs, keyMs) : completeMs;
    return { command: commands.pause(id, ms), app: 'pause', withinMs: ms };
  }
  // Nobody is asked for anything: the call goes on once the prompt is over.
  const firstMs = prompt === null ? digitMs : ask === 'going-on' ? completeMs : firstDigitMs;
  const collection = { id, prompt, maxDigits: next.maxDigits, firstDigitMs: firstMs, digitMs };
  return { command: commands.collect(collection), app: 'collect', withinMs: firstMs + next.maxDigits * digitMs };
}
