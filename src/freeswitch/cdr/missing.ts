import { simulatorName, type CallRecord } from '../../words/call-record.ts';
import type { Clock } from '../../words/clock.ts';
import type { CdrLeg } from './leg.ts';

/** Notices that FreeSWITCH writes no CDRs any more: it tells nobody, and calls are closed by their events as before. */
export type MissingCdrs = {
  /** A call is over; its CDR is to come. */
  ended(record: Pick<CallRecord, 'callId' | 'switchName' | 'closedBy'>): void;
  came(leg: Pick<CdrLeg, 'callId' | 'switchName'>): void;
  /** Looks for those that are overdue. */
  look(): Promise<void>;
  /** How many calls have left no CDR since the last one that has. */
  count(): number;
};

type MissingOptions = {
  clock: Pick<Clock, 'monotonicMs'>;
  /** How long after a call its CDR may come. */
  withinMs: number;
  /** Whether another controller has taken it from the folder. */
  isThere: (callId: string) => Promise<boolean>;
};

/** Of more calls nothing more would be learned. */
const mostAwaited = 100;

export function watchMissingCdrs({ clock, withinMs, isThere }: MissingOptions): MissingCdrs {
  const awaited = new Map<string, number>();
  const writers = new Set<string>();
  let missing = 0;
  return {
    ended({ callId, switchName, closedBy }) {
      // Of a call whose end was not seen it is the CDR that tells, and a simulated FreeSWITCH need not write any.
      if (closedBy !== 'event' || (switchName === simulatorName && !writers.has(switchName))) return;
      if (awaited.size < mostAwaited) awaited.set(callId, clock.monotonicMs() + withinMs);
    },
    came({ callId, switchName }) {
      writers.add(switchName);
      awaited.delete(callId);
      missing = 0;
    },
    async look() {
      for (const [callId, dueMs] of awaited) {
        if (dueMs > clock.monotonicMs()) break;
        const found = await isThere(callId);
        if (!awaited.delete(callId)) continue;
        missing = found ? 0 : missing + 1;
      }
    },
    count: () => missing,
  };
}

export const missingText = (folder: string, count: number): string =>
  `FreeSWITCH has written no CDR of the last ${count === 1 ? 'call' : `${count} calls`} to ${folder} (cdr.dir): is it billing_cdr_dir, ` +
  "may FreeSWITCH's user write there, and has its disk room? Calls whose end the controller does not see are estimated meanwhile; billing-codes doctor says more";
