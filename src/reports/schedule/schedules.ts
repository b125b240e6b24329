import type { Clock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';
import type { Zone } from '../../words/zone.ts';
import { lastDue, nextDue } from './due.ts';
import type { Timed } from './due.ts';

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
};

/** What is made again and again. `each`: every one that was due is made, also those that were missed. */
export type Scheduled = Timed & { name: string; each?: boolean | undefined };

type Options<One extends Scheduled> = {
  /** As they are now. */
  schedules: () => readonly One[];
  zone: Zone;
  clock: Clock;
  store: DeliveryStore;
  /** Makes the report as of the moment when it was due, and sends it, until the signal. Rejects where that fails. */
  deliver: (schedule: One, dueAtMs: number, signal: AbortSignal) => Promise<void>;
  tell: (event: ScheduleEvent) => void;
};

export type ScheduleEvent =
  | { kind: 'delivered'; schedule: string; dueAtMs: number; tries: number }
  | { kind: 'failed'; schedule: string; dueAtMs: number; tries: number; error: string; againInMs: number }
  /** A later one is due, and takes its place. */
  | { kind: 'given-up'; schedule: string; dueAtMs: number; tries: number; error: string };

const lookEveryMs = 30_000;
/** What was due so far ahead was due by a clock that was set wrong, and has been set back since. */
const aheadMs = 86_400_000;
/** A stop does not wait longer for a delivery that is under way: a server or a disk may not answer at all. */
const lastWordsMs = 3_000;
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
 * schedule that is new begins with the next time.
 */
export function startSchedules<One extends Scheduled>(options: Options<One>): { stop(): Promise<void> } {
  const { schedules, zone, clock, store, tell } = options;
  /** Monotonic. */
  const triedAt = new Map<string, number>();
  const ending = new AbortController();
  let cancel: () => void = () => undefined;

  async function attend(schedule: One): Promise<void> {
    const { name } = schedule;
    const nowMs = clock.nowMs();
    const latestMs = lastDue(schedule, nowMs, zone);
    const known = store.find(name);
    if (known === null || known.dueAtMs > nowMs + aheadMs) {
      store.save(name, { dueAtMs: latestMs, deliveredAtMs: nowMs, tries: 0, error: null });
      return;
    }
    const dueAtMs = nextOf(schedule, known, { latestMs, zone });
    const isLater = dueAtMs > known.dueAtMs;
    if (isLater && known.deliveredAtMs === null) {
      tell({ kind: 'given-up', schedule: name, ...known, error: known.error ?? 'not tried' });
    }
    if (!isLater && known.deliveredAtMs !== null) return;
    const before = isLater ? { dueAtMs, deliveredAtMs: null, tries: 0, error: null } : known;
    const lastTry = triedAt.get(name);
    if (before.tries > 0 && lastTry !== undefined && clock.monotonicMs() - lastTry < pauseAfter(before.tries)) return;
    triedAt.set(name, clock.monotonicMs());
    await attempt(schedule, before, { ...options, signal: ending.signal });
  }

  async function look(): Promise<void> {
    for (const schedule of schedules()) {
      if (ending.signal.aborted) return;
      await attend(schedule);
    }
    // Looking now and then, and not sleeping until the next: clocks are set and machines suspended.
    if (!ending.signal.aborted) {
      cancel = clock.after(lookEveryMs, () => {
        looking = look();
      });
    }
  }

  let looking = look();
  return {
    async stop() {
      ending.abort();
      cancel();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const giveUp = clock.after(lastWordsMs, () => resolve(undefined));
      await Promise.race([looking, promise]);
      giveUp();
    },
  };
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

async function attempt<One extends Scheduled>(
  schedule: One,
  before: Delivery,
  { clock, store, deliver, tell, signal }: Options<One> & { signal: AbortSignal },
): Promise<void> {
  const { name } = schedule;
  const { dueAtMs } = before;
  const tries = before.tries + 1;
  try {
    await deliver(schedule, dueAtMs, signal);
    store.save(name, { ...before, deliveredAtMs: clock.nowMs(), tries, error: null });
    tell({ kind: 'delivered', schedule: name, dueAtMs, tries });
  } catch (error) {
    // It goes on after the next start.
    if (signal.aborted) return;
    const why = messageOf(error);
    store.save(name, { ...before, tries, error: why });
    tell({ kind: 'failed', schedule: name, dueAtMs, tries, error: why, againInMs: pauseAfter(tries) });
  }
}
