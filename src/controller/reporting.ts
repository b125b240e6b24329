import { join } from 'node:path';
import type { Clock } from '../words/clock.ts';
import type { Log } from './log.ts';
import type { ReportingSettings } from './reporting-settings.ts';
import type { FromReporting } from './reporting-thread.ts';
import { superviseThread } from '../threads/supervise.ts';

export type ReportingOptions = ReportingSettings & { clock: Clock; log: Log };

export type Reporting = { stop(): Promise<void> };

const program = join(import.meta.dirname, 'reporting-thread.ts');
/** Calls come first: a controller that has just started has other things to do. */
const firstMs = 10_000;
const restartMs = 60_000;
const maximumRestartMs = 900_000;
/** A delivery under way may take longer than a stop: it is made again after the next start. */
const patienceMs = 5_000;

/**
 * Keeps what the local file's reports add up, and makes and sends scheduled ones, on a thread of its own. Where SQL Server is the
 * system of record and nothing is scheduled there is neither to do, and no thread.
 */
export function startReporting({ clock, log, ...settings }: ReportingOptions): Reporting {
  if (settings.sqlServer !== null && settings.schedules.length === 0) return { stop: () => Promise.resolve() };

  function receive(event: FromReporting): void {
    if (event.kind === 'problem') {
      log.warn(event.text);
      return;
    }
    const { schedule, tries } = event;
    const fields = { schedule, due: new Date(event.dueAtMs).toISOString(), tries };
    switch (event.kind) {
      case 'delivered':
        log.info('report delivered', fields);
        return;
      case 'failed':
        log.error('report not delivered, it is tried again', {
          ...{ ...fields, error: event.error, againInSeconds: event.againInMs / 1000 },
        });
        return;
      case 'given-up':
        log.error('report never delivered: a later one is due', { ...fields, error: event.error });
    }
  }

  const thread = superviseThread<'stop', FromReporting>({
    ...{ program, name: 'reporting', receive },
    data: () => ({ value: settings }),
    exited: ({ asked, why, isNews }) => {
      if (!asked && isNews) log.error('the thread of reports died and is started again', { reason: why });
    },
    start: { clock, afterMs: firstMs, againMs: restartMs, maximumMs: maximumRestartMs },
  });
  return { stop: () => thread.stop('stop', { clock, ms: patienceMs }) };
}
