import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import { momentOf, wallClock } from './period.ts';
import type { Zone } from './period.ts';
import type { ReportSchedule } from './schedule-settings.ts';

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

export type ScheduleOptions = {
  schedules: readonly ReportSchedule[];
  zone: Zone;
  clock: Clock;
  store: DeliveryStore;
  /** Makes the report as of the moment when it was due, and sends it. Rejects where that fails. */
  deliver: (schedule: ReportSchedule, dueAtMs: number) => Promise<void>;
  tell: (event: ScheduleEvent) => void;
};

export type ScheduleEvent =
  | { kind: 'delivered'; schedule: string; dueAtMs: number; tries: number }
  | { kind: 'failed'; schedule: string; dueAtMs: number; tries: number; error: string; againInMs: number }
  /** A later one is due, and takes its place. */
  | { kind: 'given-up'; schedule: string; dueAtMs: number; tries: number; error: string };

const lookEveryMs = 30_000;
const retryMs = [60_000, 300_000, 900_000, 3_600_000] as const;

/** After so many failures. */
const pauseAfter = (tries: number): number => retryMs[Math.min(tries, retryMs.length) - 1] ?? retryMs[0];

/** The last moment up to `nowMs` at which the schedule was due. */
export function lastDue({ every, on = 1, at }: ReportSchedule, nowMs: number, zone: Zone): number {
  const { year, month, day } = wallClock(nowMs, zone);
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const moment = (months: number, days: number) =>
    momentOf(Date.UTC(year, month - 1 + months, days, hour, minute), zone);
  const dueNow = (): [number, number] => {
    switch (every) {
      case 'day':
        return [moment(0, day), moment(0, day - 1)];
      case 'week': {
        const weekday = ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7) + 1;
        return [moment(0, day - weekday + on), moment(0, day - weekday + on - 7)];
      }
      case 'month':
        return [moment(0, on), moment(-1, on)];
    }
  };
  const [present, before] = dueNow();
  return present <= nowMs ? present : before;
}

/**
 * Makes reports when they are due. What was missed, because the machine was off, is caught up once: the latest of each
 * schedule. A delivery that fails is tried again after 1, 5, 15 and then every 60 minutes, until a later one is due. A schedule
 * that is new begins with the next time.
 */
export function startSchedules(options: ScheduleOptions): { stop(): Promise<void> } {
  const { schedules, zone, clock, store, deliver, tell } = options;
  /** Monotonic. */
  const triedAt = new Map<string, number>();
  let stopped = false;
  let cancel: () => void = () => undefined;

  async function attend(schedule: ReportSchedule): Promise<void> {
    const { name } = schedule;
    const nowMs = clock.nowMs();
    const dueAtMs = lastDue(schedule, nowMs, zone);
    const known = store.find(name);
    if (known === null) {
      store.save(name, { dueAtMs, deliveredAtMs: nowMs, tries: 0, error: null });
      return;
    }
    const isLater = dueAtMs > known.dueAtMs;
    if (isLater && known.deliveredAtMs === null) {
      tell({ kind: 'given-up', schedule: name, ...known, error: known.error ?? 'not tried' });
    }
    if (!isLater && known.deliveredAtMs !== null) return;
    const before = isLater ? { dueAtMs, deliveredAtMs: null, tries: 0, error: null } : known;
    const lastTry = triedAt.get(name);
    if (before.tries > 0 && lastTry !== undefined && clock.monotonicMs() - lastTry < pauseAfter(before.tries)) return;
    triedAt.set(name, clock.monotonicMs());
    const tries = before.tries + 1;
    try {
      await deliver(schedule, before.dueAtMs);
      store.save(name, { ...before, deliveredAtMs: clock.nowMs(), tries, error: null });
      tell({ kind: 'delivered', schedule: name, dueAtMs: before.dueAtMs, tries });
    } catch (error) {
      const why = messageOf(error);
      store.save(name, { ...before, tries, error: why });
      const againInMs = pauseAfter(tries);
      tell({ kind: 'failed', schedule: name, dueAtMs: before.dueAtMs, tries, error: why, againInMs });
    }
  }

  async function look(): Promise<void> {
    for (const schedule of schedules) {
      if (stopped) return;
      await attend(schedule);
    }
    // Looking now and then, and not sleeping until the next: clocks are set and machines suspended.
    if (!stopped) {
      cancel = clock.after(lookEveryMs, () => {
        looking = look();
      });
    }
  }

  let looking = look();
  return {
    async stop() {
      stopped = true;
      cancel();
      await looking;
    },
  };
}
