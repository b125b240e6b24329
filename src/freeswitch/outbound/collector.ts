import { randomUUID } from 'node:crypto';
import type { Clock } from '../../words/clock.ts';
import type { Ask, Prompt } from '../../call/prompts.ts';
import * as commands from './call-commands.ts';
import type { AwaitedApplication } from './call-events.ts';
import type { Command } from '../wire/command.ts';
import { createKeeping, type Keeping } from './key-keeping.ts';
import { progressOf, stageAfter, stageAfterPause, type Completeness, type Stage, type StageResult } from './keying.ts';

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
  /** These digits were keyed before the next question, and may go on. */
  begun(digits: string): void;
  /** These were keyed before the stage that runs began. */
  missed(keys: string): void;
  /** A stage is over: the whole entry, or null where it goes on. */
  take(result: StageResult): CollectedEntry | null;
  /**
   * The next question is asked no sooner than in `ms`. What is keyed until then is collected ahead of it: an emergency number is told at
   * once, anything else answers that question. `before`: what is to be sent in front.
   */
  keepKeys(ms: number, before: readonly Command[]): void;
  /** No question follows: what was keyed ahead of one, without what a stage that still runs has. */
  takeAhead(): string;
  /** An application that keeps keys has ended. */
  holdEnded(id: string): void;
  /** This entry, which seemed to be over, may go on: further digits have as much time as between any two. */
  goOn(entry: CollectedEntry): void;
  /** All of the entry so far, with what the last stage brought. */
  soFar(last: string): string;
};

/**
 * `paused`: see `Progress`. `isDoubtful`: for a while nothing kept the keys, and some may be missing. `isAhead`: what it answers has not
 * been asked yet.
 */
export type CollectedEntry = StageResult & { paused: boolean; isDoubtful: boolean; isAhead: boolean };

export type CollectorOptions = {
  settings: CollectorSettings;
  numbers: Completeness;
  clock: Pick<Clock, 'monotonicMs'>;
  /** `withinMs`: the switch answers in this time. */
  send: (list: readonly Command[], awaited: AwaitedApplication, withinMs: number) => void;
  /** Sends what nobody waits for. */
  sendAlong: (list: readonly Command[]) => void;
  /** An entry was keyed ahead of the question that was asked just now. */
  answeredAhead: (entry: CollectedEntry) => void;
};

type Question = { prompt: Prompt; ask: Ask; before: readonly Command[] };

/** Of keys that come before their question. */
type Ahead = {
  /** When it may be asked, by the monotonic clock. */
  untilMs: number;
  /** FreeSWITCH waits for the first key of an entry. */
  isWaiting: boolean;
  /** Whole ones, oldest first: each answers a question. */
  entries: CollectedEntry[];
  /** Asked meanwhile. */
  question: Question | null;
};

type Collecting = {
  readonly options: CollectorOptions;
  asked: Ask;
  digits: string;
  /** What was keyed before the next question. */
  begun: string;
  /** What was keyed before the stage that runs. */
  missed: string;
  stage: Stage;
  isDoubtful: boolean;
  /** null: a question was asked. */
  ahead: Ahead | null;
  readonly keeping: Keeping;
};

export function createCollector(options: CollectorOptions): Collector {
  const { maxDigits } = options.settings;
  const all: Stage = { kind: 'collect', maxDigits };
  const collecting: Collecting = {
    ...{ options, asked: 'code', digits: '', begun: '', missed: '', stage: all, isDoubtful: false, ahead: null },
    keeping: createKeeping(options.clock),
  };
  return {
    ask: (prompt, ask, before) => askFor(collecting, { prompt, ask, before }),
    begun: (digits) => {
      collecting.begun = digits;
    },
    missed: (keys) => {
      collecting.missed = keys;
    },
    take: (result) => take(collecting, result),
    keepKeys: (ms, before) => keepKeys(collecting, ms, before),
    takeAhead: () => takeAhead(collecting),
    holdEnded: (id) => collecting.keeping.ended(id),
    goOn: (entry) => goOn(collecting, entry),
    soFar: (last) => collecting.digits + collecting.missed + last,
  };
}

function begin(collecting: Collecting, asked: Ask): void {
  Object.assign(collecting, { asked, digits: '', isDoubtful: false });
}

function keepKeys(collecting: Collecting, ms: number, before: readonly Command[]): void {
  const { ahead, digits, options } = collecting;
  const untilMs = options.clock.monotonicMs() + ms;
  // A stage for it runs already.
  if (ahead !== null && (ahead.isWaiting || digits !== '')) {
    ahead.untilMs = untilMs;
    return;
  }
  begin(collecting, 'code');
  collecting.ahead = { untilMs, isWaiting: true, entries: ahead?.entries ?? [], question: null };
  start(collecting, { kind: 'pause', ms }, null, before);
}

function goOn(collecting: Collecting, entry: CollectedEntry): void {
  if (entry.isAhead) {
    const { ahead } = collecting;
    // It may have answered its question meanwhile.
    if (ahead === null || ahead.entries.at(-1) !== entry) return;
    ahead.entries.pop();
    collecting.digits = entry.digits;
  }
  const maxDigits = collecting.options.settings.maxDigits - collecting.digits.length;
  start(collecting, { kind: 'collect', maxDigits }, null, []);
}

function askFor(collecting: Collecting, question: Question): void {
  const { ahead, digits, options } = collecting;
  const { prompt, ask, before } = question;
  const answer = ahead?.entries.shift();
  if (answer !== undefined) {
    collecting.asked = ask;
    options.answeredAhead({ ...answer, isAhead: false });
  } else if (ahead?.isWaiting === true) {
    // It is over within moments, or brings the first key.
    ahead.question = question;
  } else if (ahead !== null && digits !== '') {
    // As where somebody keys into a prompt: that is not played.
    Object.assign(collecting, { asked: ask, ahead: null });
  } else {
    begin(collecting, ask);
    const { maxDigits } = options.settings;
    const { begun } = collecting;
    Object.assign(collecting, { digits: begun, begun: '', ahead: null });
    const stage = stageAfter(begun, ask, maxDigits, options.numbers) ?? { kind: 'collect', maxDigits };
    start(collecting, stage, begun === '' ? prompt : null, before);
  }
}

function take(collecting: Collecting, result: StageResult): CollectedEntry | null {
  const { options, stage, asked, keeping, ahead } = collecting;
  if (!keeping.stageEnded()) collecting.isDoubtful = true;
  if (ahead?.isWaiting === true && !firstKeyed(collecting, ahead, result)) return null;
  if (collecting.missed !== '') return takeMissed(collecting, result);
  const { settings, numbers } = options;
  const progress = progressOf(collecting.digits, stage, result, {
    stage: (digits) => stageAfter(digits, asked, settings.maxDigits, numbers),
    afterPause: (digits, room) => stageAfterPause(digits, room, numbers),
  });
  collecting.digits = progress.digits;
  if (progress.kind === 'on') {
    start(collecting, progress.stage, null, []);
    return null;
  }
  const { digits, terminated, paused } = progress;
  const isAhead = collecting.ahead !== null;
  const entry = { digits, terminated, paused, isDoubtful: collecting.isDoubtful, isAhead };
  if (collecting.ahead !== null) keepFurtherKeys(collecting, collecting.ahead, entry);
  return entry;
}

/** What the stage brought is the end of an entry that began before it. */
function takeMissed(collecting: Collecting, { digits, terminated }: StageResult): CollectedEntry | null {
  const { options, asked, isDoubtful, missed } = collecting;
  const [first = '', ...others] = `${missed}${digits}${terminated ? '#' : ''}`.split('#');
  const all = collecting.digits + first;
  collecting.missed = '';
  if (others.length > 0) collecting.begun = others[0] ?? '';
  const { maxDigits } = options.settings;
  const following = others.length > 0 ? null : stageAfter(all, asked, maxDigits, options.numbers);
  collecting.digits = all;
  if (following === null)
    return { digits: all, terminated: others.length > 0, paused: false, isDoubtful, isAhead: false };
  start(collecting, following, null, []);
  return null;
}

/** The wait for a first key is over: whether there was one. A question that was asked meanwhile is asked, unless it is answered already. */
function firstKeyed(collecting: Collecting, ahead: Ahead, { digits, terminated }: StageResult): boolean {
  const { question } = ahead;
  ahead.isWaiting = false;
  const isKeyed = digits !== '' || terminated;
  if (question === null) return isKeyed;
  collecting.ahead = null;
  if (isKeyed) collecting.asked = question.ask;
  else askFor(collecting, question);
  return isKeyed;
}

function takeAhead(collecting: Collecting): string {
  const { ahead, digits } = collecting;
  if (ahead === null) return '';
  const keyed = ahead.entries.map((entry) => (entry.terminated ? `${entry.digits}#` : entry.digits));
  Object.assign(collecting, { digits: '', ahead: null });
  return [...keyed, digits].join('');
}

/** Nobody keys more for questions that have not been asked. */
const maxEntriesAhead = 20;

/** What is keyed after the entry is for the question after the next one. */
function keepFurtherKeys(collecting: Collecting, ahead: Ahead, entry: CollectedEntry): void {
  const { keeping, options } = collecting;
  if (ahead.entries.length < maxEntriesAhead) ahead.entries.push(entry);
  collecting.digits = '';
  options.sendAlong(keeping.for(Math.max(0, ahead.untilMs - options.clock.monotonicMs())));
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
  if (next.kind === 'pause' && prompt !== null) {
    return { command: commands.say(id, prompt), app: 'pause', withinMs: 0 };
  }
  if (next.kind === 'pause') {
    const ms = next.ms ?? (next.isLong === true ? Math.max(completeMs, keyMs) : completeMs);
    return { command: commands.pause(id, ms), app: 'pause', withinMs: ms };
  }
  // Nobody is asked for anything: the call goes on once the prompt is over.
  const pauseMs = Math.min(keyMs, Math.ceil(digitMs / 2));
  const withoutPromptMs = next.isGoingOn === true ? digitMs - pauseMs : digitMs;
  const firstMs = prompt === null ? withoutPromptMs : ask === 'going-on' ? completeMs : firstDigitMs;
  const collection = { id, prompt, maxDigits: next.maxDigits, firstDigitMs: firstMs, digitMs: pauseMs };
  return { command: commands.collect(collection), app: 'collect', withinMs: firstMs + next.maxDigits * pauseMs };
}
