import type { Clock } from '../../words/clock.ts';

export type ComplaintLog = { warn(message: string, fields: Record<string, unknown>): void };

/** Warnings that a peer can bring about as often as it likes: the first few of each kind are logged, the others counted. */
export type Complaints = {
  warn(message: string, fields: { why: string } & Record<string, unknown>): void;
  /** Logs what has been counted so far. */
  end(): void;
};

const perPeriod = 50;
const periodMs = 10_000;

export function createComplaints(log: ComplaintLog, clock: Pick<Clock, 'after'>): Complaints {
  /** By message: how many there were in this period, and the last of them. */
  const counts = new Map<string, { seen: number; last: Record<string, unknown> }>();
  let stop: (() => void) | null = null;

  function tell(): void {
    stop = null;
    for (const [message, { seen, last }] of counts) {
      const more = seen - perPeriod;
      if (more > 0) log.warn(`${message}, and ${more} more in ${periodMs / 1000} s: the last`, last);
    }
    counts.clear();
  }

  return {
    warn(message, fields) {
      const seen = (counts.get(message)?.seen ?? 0) + 1;
      counts.set(message, { seen, last: fields });
      if (seen <= perPeriod) log.warn(message, fields);
      stop ??= clock.after(periodMs, tell);
    },
    end() {
      stop?.();
      tell();
    },
  };
}
