import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { superviseThread } from '../../threads/supervise.ts';
import type { Clock } from '../../words/clock.ts';
import type { FromRetention, RetentionThreadData } from './retention-thread.ts';

export type ScheduledRetention = { stop(): Promise<void> };

export type ScheduledRetentionOptions = Pick<RetentionThreadData, 'plan' | 'file' | 'sqlServer'> & {
  shareWriter: () => MessagePort;
  clock: Clock;
  log: {
    info(message: string, fields: Readonly<Record<string, unknown>>): void;
    error(message: string, fields: Readonly<Record<string, unknown>>): void;
  };
  /** When the first round begins and how long the pauses are, milliseconds; for tests. */
  times?: Partial<Pick<RetentionThreadData, 'firstMs' | 'everyMs' | 'pauseMs'>>;
};

const program = join(import.meta.dirname, 'retention-thread.ts');
/** A controller that has just started is busy with calls. */
const usualTimes = { firstMs: 60_000, everyMs: 3_600_000, pauseMs: 50 };
const restartMs = 60_000;
const maximumRestartMs = 900_000;
/** A transaction of some milliseconds is waited for. */
const patienceMs = 2_000;

/** Shortens and removes in a thread of its own what is old enough, hour by hour. */
export function scheduleRetention(options: ScheduledRetentionOptions): ScheduledRetention {
  const { plan, file, sqlServer, shareWriter, clock, log, times } = options;
  let reported = '';

  function receive({ round: { problems, ...counts } }: FromRetention): void {
    if (Object.values(counts).some((count) => count > 0))
      log.info('what is old enough was shortened or removed', counts);
    const text = problems.join('; ');
    if (text !== reported && text !== '') log.error(`not all that is old enough was shortened or removed: ${text}`, {});
    reported = text;
  }

  const thread = superviseThread<'stop', FromRetention>({
    ...{ program, name: 'retention', receive },
    data: () => {
      const writer = shareWriter();
      const value = { plan, file, writer, sqlServer, ...usualTimes, ...times } satisfies RetentionThreadData;
      return { value, transfer: [writer] };
    },
    exited: ({ asked, why, isNews }) => {
      if (!asked && isNews) log.error('the retention thread died and will be restarted', { reason: why });
    },
    start: { clock, afterMs: 0, againMs: restartMs, maximumMs: maximumRestartMs },
  });
  return { stop: () => thread.stop('stop', { clock, ms: patienceMs }) };
}
