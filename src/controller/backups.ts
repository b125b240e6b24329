import type { Config } from '../config/schema.ts';
import { scheduleBackups, type ScheduledBackups } from '../operations/backup/scheduled.ts';
import type { Clock } from '../words/clock.ts';
import { databaseFile } from './database-file.ts';
import type { Log } from './log.ts';

/** Null: none are to be taken. */
export function startBackups(config: Config, clock: Clock, log: Log): ScheduledBackups | null {
  const { backup, controller } = config;
  if (backup.dir === '') return null;
  return scheduleBackups({
    ...{ file: databaseFile(config), folder: backup.dir, controller: controller.name, keep: backup.keep },
    ...{ everyMs: backup.everyHours * 3_600_000, clock, log },
  });
}
