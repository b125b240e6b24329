import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import { pauseAfter } from './pauses.ts';
import { postJson, type Webhook } from './webhook.ts';

/** An event on its way to one target. `tries`: how often it was tried. */
export type HookPost = { seq: number; id: string; body: string; tries: number };
export type HookOutcome = { target: string; seq: number } & (
  { taken: true } | { taken: false; tries: number; againAtMs: number }
);

/** Keeps events until they are taken. */
export type HookQueue = {
  due(target: string, nowMs: number, limit: number): Promise<HookPost[]>;
  settle(outcomes: readonly HookOutcome[]): Promise<void>;
  /** All that wait for the target are due: it takes events again. */
  hurry(target: string): Promise<void>;
};

export type HookSenderOptions = {
  targets: readonly { name: string; webhook: Webhook }[];
  queue: HookQueue;
  clock: Pick<Clock, 'nowMs' | 'after' | 'monotonicMs'>;
  /** Told once each time that a target stops taking events, and once when it takes them again. */
  failing: (target: string, error: string) => void;
  working: (target: string) => void;
  /** Pauses before further tries; the last one repeats. Default: 1, 4, 15 s, 1 min. */
  pausesMs?: readonly number[];
  /** How long one try may take. Default: 5 s. */
  tryMs?: number;
};

/** Posts events to their targets. What one target does not take, or takes slowly, holds up nothing for another one. */
export type HookSender = {
  /** There may be something to send. */
  look(): void;
  /** By target: posts that were taken, and tries that failed. */
  counts(): ReadonlyMap<string, { taken: number; failed: number }>;
  /** Gives up what is under way; all that was not taken is left in the queue. */
  close(): Promise<void>;
};

const usualPausesMs = [1_000, 4_000, 15_000, 60_000];
/** Posts to one target at a time. */
const atOnce = 8;
/** So many failures in a row are those of the target, not of an event: it is then tried with one event at a time. */
const isDown = 8;
/** Outcomes share a transaction. */
const settleMs = 50;

type Lane = {
  readonly name: string;
  readonly webhook: Webhook;
  /** Under way, or settled and not noted yet. */
  readonly known: Set<number>;
  readonly underWay: Set<Promise<void>>;
  isReading: boolean;
  /** In a row. */
  failures: number;
  /** Times that it was left alone since it took the last one. */
  quietTimes: number;
  isReported: boolean;
  /** Monotonic. */
  quietUntilMs: number;
  taken: number;
  failed: number;
};
type Out = { options: HookSenderOptions; lanes: readonly Lane[]; settle: Settling; ending: AbortController };

export function createHookSender(options: HookSenderOptions): HookSender {
  const lanes = options.targets.map(({ name, webhook }): Lane => {
    const none = {
      failures: 0,
      quietTimes: 0,
      isReported: false,
      quietUntilMs: -Infinity,
      taken: 0,
      failed: 0,
      isReading: false,
    };
    return { name, webhook, known: new Set(), underWay: new Set(), ...none };
  });
  const settle = settling(options, (outcomes) => {
    for (const lane of lanes) {
      for (const { target, seq } of outcomes) if (target === lane.name) lane.known.delete(seq);
      void takeUp(out, lane);
    }
  });
  const out: Out = { options, lanes, settle, ending: new AbortController() };
  return {
    look() {
      for (const lane of lanes) void takeUp(out, lane);
    },
    counts: () => new Map(lanes.map(({ name, taken, failed }) => [name, { taken, failed }])),
    async close() {
      out.ending.abort(new Error('the controller is stopping'));
      await Promise.all(lanes.flatMap(({ underWay }) => [...underWay]));
      await settle.flush();
    },
  };
}

const roomIn = ({ underWay, failures }: Lane): number => (failures >= isDown ? 1 : atOnce) - underWay.size;

async function takeUp(out: Out, lane: Lane): Promise<void> {
  const { queue, clock } = out.options;
  const isStopping = (): boolean => out.ending.signal.aborted;
  if (lane.isReading || isStopping() || roomIn(lane) <= 0 || clock.monotonicMs() < lane.quietUntilMs) return;
  lane.isReading = true;
  try {
    const due = await queue.due(lane.name, clock.nowMs(), roomIn(lane) + lane.known.size);
    for (const post of due) if (!lane.known.has(post.seq) && roomIn(lane) > 0 && !isStopping()) begin(out, lane, post);
  } catch {
    // Whoever watches the file says what is wrong with it (controller/data-folder.ts); the next look tries again.
  } finally {
    lane.isReading = false;
  }
}

function begin(out: Out, lane: Lane, post: HookPost): void {
  lane.known.add(post.seq);
  const run = tryOnce(out, lane, post).finally(() => {
    lane.underWay.delete(run);
    void takeUp(out, lane);
  });
  lane.underWay.add(run);
}

async function tryOnce(out: Out, lane: Lane, { seq, id, body, tries }: HookPost): Promise<void> {
  const { clock, pausesMs = usualPausesMs, tryMs = 5_000, failing } = out.options;
  const { signal } = out.ending;
  const target = lane.name;
  try {
    await postJson(lane.webhook, { id, body, nowMs: clock.nowMs() }, { timeoutMs: tryMs, signal });
    lane.taken += 1;
    tookOne(out, lane);
    out.settle.add({ target, seq, taken: true });
  } catch (error) {
    // Not the target's doing: the next run sends it.
    if (signal.aborted) return;
    lane.failed += 1;
    lane.failures += 1;
    // The others of those that were under way together say nothing new.
    if (lane.failures >= isDown && clock.monotonicMs() >= lane.quietUntilMs) {
      lane.quietTimes += 1;
      lane.quietUntilMs = clock.monotonicMs() + pauseAfter(lane.quietTimes, pausesMs);
    }
    if (!lane.isReported && (lane.failures >= isDown || tries >= pausesMs.length - 1)) {
      lane.isReported = true;
      failing(target, messageOf(error));
    }
    out.settle.add({
      target,
      seq,
      taken: false,
      tries: tries + 1,
      againAtMs: clock.nowMs() + pauseAfter(tries + 1, pausesMs),
    });
  }
}

function tookOne({ options }: Out, lane: Lane): void {
  const wasDown = lane.failures >= isDown;
  [lane.failures, lane.quietTimes] = [0, 0];
  lane.quietUntilMs = -Infinity;
  if (wasDown) void options.queue.hurry(lane.name).catch(() => undefined);
  if (!lane.isReported) return;
  lane.isReported = false;
  options.working(lane.name);
}

type Settling = { add(outcome: HookOutcome): void; flush(): Promise<void> };

function settling({ queue, clock }: HookSenderOptions, settled: (outcomes: readonly HookOutcome[]) => void): Settling {
  let waiting: HookOutcome[] = [];
  let cancel: (() => void) | null = null;
  async function flush(): Promise<void> {
    cancel?.();
    cancel = null;
    const outcomes = waiting;
    waiting = [];
    if (outcomes.length === 0) return;
    // What cannot be noted is sent once more, under the same id.
    await queue.settle(outcomes).catch(() => undefined);
    settled(outcomes);
  }
  return {
    add(outcome) {
      waiting.push(outcome);
      cancel ??= clock.after(settleMs, () => void flush());
    },
    flush,
  };
}
