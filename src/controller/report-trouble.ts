import type { ScheduleEvent } from '../reports/schedule/schedules.ts';
import type { StatementsChanged } from '../reports/statements/watch.ts';
import type { Check } from '../web/health.ts';

/** What of reports somebody has to see to: a schedule that does not arrive, and statements that are not right any more. */
export type ReportTrouble = {
  event(event: ScheduleEvent): void;
  statements(changed: StatementsChanged): void;
  warnings(): Check[];
};

const maximumNamed = 3;

export function createReportTrouble(): ReportTrouble {
  const undelivered = new Map<string, string>();
  let changed: StatementsChanged = null;
  return {
    event(event) {
      const { schedule } = event;
      switch (event.kind) {
        case 'failed':
        case 'given-up':
          // Not why: that names clients and addresses, and whoever watches health need not know them.
          undelivered.set(schedule, `"${schedule}", due ${new Date(event.dueAtMs).toISOString()}`);
          return;
        case 'delivered':
        case 'removed':
          undelivered.delete(schedule);
          return;
        case 'elsewhere':
          if (event.state === 'delivered') undelivered.delete(schedule);
          return;
        case 'trouble':
      }
    },
    statements(now) {
      changed = now;
    },
    warnings: () => [
      { name: 'report-undelivered', problem: undeliveredText([...undelivered.values()]) },
      { name: 'statements-changed', problem: changedText(changed) },
    ],
  };
}

function undeliveredText(all: readonly string[]): string | null {
  if (all.length === 0) return null;
  const more = all.length > maximumNamed ? [`and ${all.length - maximumNamed} more`] : [];
  const named = [...all.slice(0, maximumNamed), ...more].join('; ');
  return `scheduled reports were not delivered: ${named}; billing-codes report deliveries --failed says why`;
}

function changedText(changed: StatementsChanged): string | null {
  if (changed === null) return null;
  const { count, latest } = changed;
  const which =
    count === 1
      ? `statement ${latest} no longer equals its calls`
      : `${count} statements (${latest} is the latest) no longer equal their calls`;
  return `${which}, after it had gone out: billing-codes report statements --changed`;
}
