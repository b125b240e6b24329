import { join } from 'node:path';
import { superviseThread } from '../../threads/supervise.ts';
import type { Clock } from '../../words/clock.ts';
import type { BackupThreadData, FromBackups } from './backup-thread.ts';

export type ScheduledBackups = {
  /** When the newest backup was taken, UTC milliseconds; null: there is none, or nobody has looked yet. */
  newestAtMs(): number | null;
  /** Why the last attempt failed, in one line; null: it did not. */
  problem(): string | null;
  stop(): Promise<void>;
};

export type ScheduledBackupsOptions = Omit<BackupThreadData, 'firstMs'> & {
  clock: Clock;
  log: {
    info(message: string, fields: Readonly<Record<string, unknown>>): void;
    error(message: string, fields: Readonly<Record<string, unknown>>): void;
  };
};

const program = join(import.meta.dirname, 'backup-thread.ts');
/** Calls come first: a controller that has just started is busy with them. */
const firstMs = 3_000;
const restartMs = 60_000;
const maximumRestartMs = 900_000;
/** A backup in progress is left behind; what it wrote so far is replaced by the next one. */
const patienceMs = 2_000;

/** Takes backups of the local file, in a thread of its own. */
export function scheduleBackups({ clock, log, ...plan }: ScheduledBackupsOptions): ScheduledBackups {
  let newest: number | null = null;
  let problem: string | null = null;

  function receive(message: FromBackups): void {
    switch (message.kind) {
      case 'newest':
        newest = message.takenAtMs;
        return;
      case 'taken': {
        const { file, bytes, calls, takenAtMs, removed } = message.backup;
        newest = takenAtMs;
        problem = null;
        log.info('backup taken', { file, bytes, calls, tookMs: message.tookMs, removed: removed.length });
        return;
      }
      case 'failed':
        if (message.why !== problem)
          log.error(`no backup was taken, will be tried again (backup.dir): ${message.why}`, {});
        problem = message.why;
    }
  }

  const thread = superviseThread<'stop', FromBackups>({
    ...{ program, name: 'backups', receive },
    data: () => ({ value: { ...plan, firstMs } satisfies BackupThreadData }),
    exited: ({ asked, why, isNews }) => {
      if (!asked && isNews) log.error('the backup thread died and will be restarted', { reason: why });
    },
    start: { clock, afterMs: 0, againMs: restartMs, maximumMs: maximumRestartMs },
  });
  return {
    newestAtMs: () => newest,
    problem: () => problem,
    stop: () => thread.stop('stop', { clock, ms: patienceMs }),
  };
}
