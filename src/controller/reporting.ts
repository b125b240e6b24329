import { join } from 'node:path';
import type { Clock } from '../words/clock.ts';
import type { Log } from './log.ts';
import type { ReportingSettings } from './reporting-settings.ts';
import type { FromReporting } from './reporting-thread.ts';
import type { Check } from '../web/health.ts';
import { createReportTrouble } from './report-trouble.ts';
import { superviseThread } from '../threads/supervise.ts';

export type ReportingOptions = ReportingSettings & { clock: Clock; log: Log };

export type Reporting = {
  /** What of scheduled reports and of statements that went out somebody has to see to. */
  warnings(): Check[];
  stop(): Promise<void>;
};

const program = join(import.meta.dirname, 'reporting-thread.ts');
/** Calls come first: a controller that has just started is busy with them. */
const firstMs = 10_000;
const restartMs = 60_000;
const maximumRestartMs = 900_000;
/** A delivery in progress may take longer than this, and a server or a disk not answer at all; it is made again after the next start. */
const patienceMs = 3_000;

/**
 * Keeps the sums of the local file's reports up to date, and makes and sends scheduled reports, in a thread of its own.
 */
export function startReporting({ clock, log, ...settings }: ReportingOptions): Reporting {
  const trouble = createReportTrouble();

  function receive(event: FromReporting): void {
    if (event.kind === 'problem') {
      log.warn(event.text);
      return;
    }
    if (event.kind === 'statements') {
      trouble.statements(event.changed);
      return;
    }
    trouble.event(event);
    if (event.kind === 'removed') return;
    if (event.kind === 'trouble') {
      log.error('scheduled reports wait until this is mended', { schedule: event.schedule, error: event.error });
      return;
    }
    if (event.kind === 'elsewhere') {
      const text =
        event.state === 'delivered' ? 'report delivered by another controller' : 'another controller makes the report';
      log.info(text, { schedule: event.schedule, due: new Date(event.dueAtMs).toISOString() });
      return;
    }
    const { schedule, tries } = event;
    const fields = { schedule, due: new Date(event.dueAtMs).toISOString(), tries };
    switch (event.kind) {
      case 'delivered':
        log.info('report delivered', fields);
        return;
      case 'failed':
        log.error('report not delivered, will be tried again', {
          ...{ ...fields, error: event.error, retryInSeconds: event.againInMs / 1000 },
        });
        return;
      case 'given-up':
        log.error('gave up delivering the report: a later one is due', { ...fields, error: event.error });
    }
  }

  const thread = superviseThread<'stop', FromReporting>({
    ...{ program, name: 'reporting', receive },
    data: () => ({ value: settings }),
    exited: ({ asked, why, isNews }) => {
      if (!asked && isNews) log.error('the reporting thread died and will be restarted', { reason: why });
    },
    start: { clock, afterMs: firstMs, againMs: restartMs, maximumMs: maximumRestartMs },
  });
  return { warnings: () => trouble.warnings(), stop: () => thread.stop('stop', { clock, ms: patienceMs }) };
}
