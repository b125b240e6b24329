import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../config/schema.ts';
import { retentionPlan, tidiesAnything } from '../operations/retention/plan.ts';
import { scheduleRetention, type ScheduledRetention } from '../operations/retention/scheduled.ts';
import { isConfigured, poolConfig } from '../store/sqlserver/settings.ts';
import type { Clock } from '../words/clock.ts';
import { databaseFile } from './database-file.ts';
import type { Log } from './log.ts';

/** Null: everything is kept. */
export function startRetention(
  config: Config,
  shareWriter: () => MessagePort,
  clock: Clock,
  log: Log,
): ScheduledRetention | null {
  const plan = retentionPlan(config);
  if (!tidiesAnything(plan)) return null;
  return scheduleRetention({
    ...{ plan, file: databaseFile(config), shareWriter, clock, log },
    sqlServer: isConfigured(config.sqlserver) ? poolConfig(config.sqlserver) : null,
  });
}
