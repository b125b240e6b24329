import type { Clock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';
import type { Zone } from '../../words/zone.ts';
import { lastDue, nextDue } from './due.ts';
import type { Timed } from './due.ts';
import type { Elsewhere } from './shared-runs.ts';

/** The latest delivery of a schedule. */
export type Delivery = {
  /** When it was due, UTC milliseconds. */
  dueAtMs: number;
  /** Null: not yet. */
  deliveredAtMs: number | null;
  tries: number;
  /** Why the last try failed. */
  error: string | null;
};

/** Where deliveries are remembered, so that none is made twice and none is forgotten while the machine is off. */
export type DeliveryStore = {
  find(schedule: string): Delivery | null;
  save(schedule: string, delivery: Delivery): void;
  /** A later one takes its place; where nothing says so of anybody it was for, it is kept that nobody got it. */
  giveUp(schedule: string, delivery: Delivery): void;
};

/** What is made again and again. `each`: every one that was due is made, also those that were missed. */
export type Scheduled = Timed & { name: string; each?: boolean | undefined };

type Options<One extends Scheduled> = {
  /** As they are now. */
  schedules: () => readonly One[];
  zone: Zone;
  clock: Clock;
  store: DeliveryStore;
  /** Makes the report as of the moment when it was due, and sends it, until the signal; null, then. Rejects where that fails. */
  deliver: (schedule: One, dueAtMs: number, signal: AbortSignal) => Promise<Elsewhere | null>;
  tell: (event: ScheduleEvent) => void;
};

export type ScheduleEvent =
  | { kind: 'delivered'; schedule: string; dueAtMs: number; tries: number }
  | { kind: 'failed'; schedule: string; dueAtMs: number; tries: number; error: string; againInMs: number }
  /** Another controller makes it, which is told once, or has made it. */
  | { kind: 'elsewhere'; schedule: string; dueAtMs: number; state: Elsewhere }
  /** A later one is due, and takes its place. */
  | { kind: 'given-up'; schedule: string; dueAtMs: number; tries: number; error: string }
  /** What is due, or what became of it, cannot be read or noted: nothing of it is sent until it can. Told once. */
  | { kind: 'trouble'; schedule: string; error: string }
  /** Nobody wants any more what had failed. */
  | { kind: 'removed'; schedule: string };

const lookEveryMs = 30_000;
/** What was due so far ahead was due by a clock that was set wrong, and has been set back since. */
const aheadMs = 86_400_000;
/** One that hangs keeps no other from being made, and all at once do not fill the memory. */
const mostAtOnce = 3;
/** What is for somebody of its own is tried so often, over more than an hour, before a later one takes its place. */
const triesForEach = 5;
/** Nobody wants the statements of years after a schedule was taken up again. */
const caughtUpMs = 92 * 86_400_000;
const retryMs = [60_000, 300_000, 900_000, 3_600_000] as const;

/** After so many failures. */
const pauseAfter = (tries: number): number => retryMs[Math.min(tries, retryMs.length) - 1] ?? retryMs[0];

/**
 * Makes reports when they are due. What was missed, because the machine was off, is caught up: the latest of each schedule, and of what
 * goes to each payer every one of the last 92 days. A delivery that fails is tried again after 1, 5, 15 and then every 60 minutes, until a later one is due. A
 * schedule that is new begins with the next time. `stop` resolves when nothing is under way any more, and what that is has been noted:
 * a server or a disk that does not answer holds it up, and whoever stops must not wait without end.
 */
export function startSchedules<One extends Scheduled>(options: Options<One>): { stop(): Promise<void> } {
  const { clock } = options;
  const ending = new AbortController();
  const run: Run<One> = {
    ...{ ...options, signal: ending.signal, triedAt: new Map(), underWay: new Map(), troubles: new Map() },
    ...{ unnoted: new Map(), leftAlone: new Map(), failing: new Set(), isFull: false },
  };
  let cancel: () => void = () => undefined;
  // Looking now and then, and not sleeping until the next: clocks are set and machines suspended.
  function look(): void {
    cancel = clock.after(lookEveryMs, look);
    lookOver(run);
  }
  look();
  return {
    async stop() {
      ending.abort();
      cancel();
      await Promise.all(run.underWay.values());
    },
  };
}

type Run<One extends Scheduled> = Options<One> & {
  signal: AbortSignal;
  /** Monotonic, by name like the others. */
  triedAt: Map<string, number>;
  underWay: Map<string, Promise<void>>;
  /** What has been told. */
  troubles: Map<string, string>;
  /** What became of one, and could not be noted. */
  unnoted: Map<string, Delivery>;
  /** When what was due that another controller makes, as far as it was told. */
  leftAlone: Map<string, number>;
  failing: Set<string>;
  /** Some wait until others are done. */
  isFull: boolean;
};

/** Begins whatever is due. */
function lookOver<One extends Scheduled>(run: Run<One>): void {
  run.isFull = false;
  const all = guarded(run, 'all schedules', () => run.schedules());
  if (all === null) return;
  forgetRemoved(run, all);
  for (const schedule of all) {
    const { name } = schedule;
    if (run.signal.aborted || run.underWay.has(name)) continue;
    const due = guarded(run, name, () => dueOf(schedule, run));
    if (due === null) continue;
    run.isFull = run.underWay.size >= mostAtOnce;
    if (run.isFull) return;
    run.triedAt.set(name, run.clock.monotonicMs());
    const attempting = attempt(schedule, due, run).finally(() => {
      run.underWay.delete(name);
      if (run.isFull) lookOver(run);
    });
    run.underWay.set(name, attempting);
  }
}

function forgetRemoved<One extends Scheduled>({ failing, tell }: Run<One>, all: readonly One[]): void {
  for (const schedule of [...failing].filter((failed) => !all.some(({ name }) => name === failed))) {
    failing.delete(schedule);
    tell({ kind: 'removed', schedule });
  }
}

/** Null: it failed, which is told once. */
function guarded<T>(
  { troubles, tell }: { troubles: Map<string, string>; tell: (event: ScheduleEvent) => void },
  schedule: string,
  work: () => T,
): T | null {
  try {
    const done = work();
    troubles.delete(schedule);
    return done;
  } catch (thrown) {
    const error = messageOf(thrown);
    if (troubles.get(schedule) !== error) tell({ kind: 'trouble', schedule, error });
    troubles.set(schedule, error);
    return null;
  }
}

/** What is to be made now; null: nothing. Throws where that, or what came before, cannot be read or noted. */
function dueOf<One extends Scheduled>(schedule: One, run: Run<One>): Delivery | null {
  const { clock, zone, store, tell, triedAt, unnoted } = run;
  const { name } = schedule;
  const nowMs = clock.nowMs();
  const latestMs = lastDue(schedule, nowMs, zone);
  const left = unnoted.get(name);
  if (left !== undefined) note(run, name, left);
  const known = store.find(name);
  if (known === null || known.dueAtMs > nowMs + aheadMs) {
    store.save(name, { dueAtMs: latestMs, deliveredAtMs: nowMs, tries: 0, error: null });
    return null;
  }
  const dueAtMs = nextOf(schedule, known, { latestMs, zone });
  const isLater = dueAtMs > known.dueAtMs;
  if (!isLater && known.deliveredAtMs !== null) return null;
  if (!isLater) {
    const lastTry = triedAt.get(name);
    const isPaused =
      known.tries > 0 && lastTry !== undefined && clock.monotonicMs() - lastTry < pauseAfter(known.tries);
    return isPaused ? null : known;
  }
  const later: Delivery = { dueAtMs, deliveredAtMs: null, tries: 0, error: null };
  if (known.deliveredAtMs === null) {
    store.giveUp(name, known);
    store.save(name, later);
    tell({ kind: 'given-up', schedule: name, ...known, error: known.error ?? 'not tried' });
  }
  return later;
}

function note<One extends Scheduled>({ store, unnoted }: Run<One>, name: string, delivery: Delivery): void {
  unnoted.set(name, delivery);
  store.save(name, delivery);
  unnoted.delete(name);
}

/** Which one is to be made now: the latest, or of what goes to each payer the one after what is known. */
function nextOf(
  schedule: Scheduled,
  { dueAtMs, deliveredAtMs, tries }: Delivery,
  { latestMs, zone }: { latestMs: number; zone: Zone },
): number {
  if (schedule.each !== true || latestMs <= dueAtMs) return latestMs;
  if (deliveredAtMs === null && tries < triesForEach) return dueAtMs;
  return nextDue(schedule, Math.max(dueAtMs, latestMs - caughtUpMs), zone);
}

async function attempt<One extends Scheduled>(schedule: One, before: Delivery, run: Run<One>): Promise<void> {
  const { clock, deliver, tell, signal, leftAlone, failing } = run;
  const { name } = schedule;
  const { dueAtMs } = before;
  const tries = before.tries + 1;
  let state: Elsewhere | null;
  try {
    state = await deliver(schedule, dueAtMs, signal);
  } catch (thrown) {
    // It goes on after the next start.
    if (signal.aborted) return;
    const error = messageOf(thrown);
    guarded(run, name, () => note(run, name, { ...before, tries, error }));
    failing.add(name);
    tell({ kind: 'failed', schedule: name, dueAtMs, tries, error, againInMs: pauseAfter(tries) });
    return;
  }
  // It is looked for again, in case that controller goes.
  if (state === 'under-way') {
    if (leftAlone.get(name) !== dueAtMs) tell({ kind: 'elsewhere', schedule: name, dueAtMs, state });
    leftAlone.set(name, dueAtMs);
    return;
  }
  guarded(run, name, () => note(run, name, { ...before, deliveredAtMs: clock.nowMs(), tries, error: null }));
  failing.delete(name);
  if (state === null) tell({ kind: 'delivered', schedule: name, dueAtMs, tries });
  else tell({ kind: 'elsewhere', schedule: name, dueAtMs, state });
}
