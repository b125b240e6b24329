import type { Receipt } from './recipients.ts';
import type { Delivery } from './schedules.ts';

/** What there is to tell of deliveries. */
export type ToldDeliveries = {
  /** The latest of each schedule. */
  latest(): (Delivery & { schedule: string })[];
  /** By schedule, the latest first. */
  listReceipts(): (Receipt & { schedule: string; dueAtMs: number })[];
  /** Which schedules there are now, by name; null: not known here. */
  scheduled(): ReadonlySet<string> | null;
};

export type DeliveryState = 'delivered' | 'not delivered, will be tried again' | 'given up';

/** What became of a scheduled report, or of one recipient's part of it. Times are UTC milliseconds. */
export type DeliveryLine = {
  schedule: string;
  dueAtMs: number;
  /** Empty: all of it. */
  name: string;
  sentTo: string;
  state: DeliveryState;
  tries: number;
  /** Null: not yet. */
  deliveredAtMs: number | null;
  error: string | null;
};

/** What was sent to whom, and what not; first what is in no receipt: reports that could not be made at all. */
export function linesOf(deliveries: ToldDeliveries): DeliveryLine[] {
  const latest = deliveries.latest();
  const receipts = deliveries.listReceipts();
  const scheduled = deliveries.scheduled();
  const latestDue = new Map(latest.map(({ schedule, dueAtMs }) => [schedule, dueAtMs]));
  const stateOf = (schedule: string, dueAtMs: number, deliveredAtMs: number | null): DeliveryState => {
    if (deliveredAtMs !== null) return 'delivered';
    // Nobody sends what was taken off the list.
    if (scheduled?.has(schedule) === false) return 'given up';
    // One that is under way for the first time, or was when the controller ended, comes after the latest that is known.
    return dueAtMs >= (latestDue.get(schedule) ?? 0) ? 'not delivered, will be tried again' : 'given up';
  };
  const hasFailure = new Set(
    receipts.filter(({ error }) => error !== null).map(({ schedule, dueAtMs }) => `${schedule} ${dueAtMs}`),
  );
  const whole = latest
    .filter(({ schedule, dueAtMs, error }) => error !== null && !hasFailure.has(`${schedule} ${dueAtMs}`))
    .map((one): DeliveryLine => ({
      ...one,
      name: '',
      sentTo: '',
      state: stateOf(one.schedule, one.dueAtMs, one.deliveredAtMs),
    }));
  const each = receipts.map(({ schedule, dueAtMs, name, sentTo, tries, deliveredAtMs, error }): DeliveryLine => {
    const state = stateOf(schedule, dueAtMs, deliveredAtMs);
    return { schedule, dueAtMs, name, sentTo, state, tries, deliveredAtMs, error };
  });
  return [...whole, ...each];
}
