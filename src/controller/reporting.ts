import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../words/clock.ts';
import type { Log } from './log.ts';
import type { ReportingSettings } from './reporting-settings.ts';
import type { FromReporting } from './reporting-thread.ts';
import { messageOf } from '../words/thrown.ts';

export type ReportingOptions = ReportingSettings & { clock: Clock; log: Log };

export type Reporting = { stop(): Promise<void> };

const program = join(import.meta.dirname, 'reporting-thread.ts');
/** Calls come first: a controller that has just started has other things to do. */
const firstMs = 10_000;
const restartMs = 60_000;
/** A delivery under way may take longer than a stop: it is made again after the next start. */
const patienceMs = 5_000;

/**
 * Keeps what the local file's reports add up, and makes and sends scheduled ones, on a thread of its own. Where SQL Server is the
 * system of record and nothing is scheduled there is neither to do, and no thread.
 */
export function startReporting({ clock, log, ...settings }: ReportingOptions): Reporting {
  if (settings.sqlServer !== null && settings.schedules.length === 0) return { stop: () => Promise.resolve() };
  let worker: Worker | null = null;
  let stopped = false;
  const ended = Promise.withResolvers<undefined>();

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

  function launch(): void {
    const started = new Worker(program, { workerData: settings, execArgv: [], name: 'reporting' });
    worker = started;
    started.on('message', receive);
    started.on('error', (error: unknown) => {
      log.error('the thread of reports died and is started again', { reason: messageOf(error) });
    });
    started.on('exit', () => {
      worker = null;
      if (stopped) ended.resolve(undefined);
      else cancel = clock.after(restartMs, launch);
    });
  }

  let cancel = clock.after(firstMs, launch);
  return {
    async stop() {
      if (stopped) return;
      stopped = true;
      cancel();
      if (worker === null) return;
      worker.postMessage('stop');
      const started = worker;
      const giveUp = clock.after(patienceMs, () => void started.terminate());
      await ended.promise;
      giveUp();
    },
  };
}
