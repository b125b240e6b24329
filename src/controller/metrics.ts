import { stat, statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Health } from '../web/health.ts';
import type { EslFigures, Measured } from '../web/measured.ts';
import { createMetrics, type CallMeter, type Metrics } from '../web/metrics.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../words/clock.ts';
import { databaseFile } from './database-file.ts';
import type { Running } from './stop.ts';
import { programVersion } from '../config/version.ts';

/** What is looked at for a scrape. */
export type Looked = Pick<Running, 'config' | 'clock' | 'store' | 'guesses' | 'backups' | 'hooks'> & {
  esl: () => EslFigures;
};

export type MeasuredCalls = Pick<CallMeter, 'over' | 'ended'> & { step: (callId: string, state: string) => void };

/** Null: nobody can ask for metrics, and nothing is counted. */
export type Meter = { calls: MeasuredCalls; serve(looked: Looked, health: () => Promise<Health>): Metrics };

/** Before it listens for FreeSWITCH. */
export const noTraffic: EslFigures = { open: 0, accepted: 0, refused: 0, receivedBytes: 0, sentBytes: 0 };

const resolutionMs = 10;

/** Calls are counted from the start on; what else there is to look at comes later, with `serve`. */
export function startMeter(config: Config, clock: Clock): Meter | null {
  if (config.http.port === -1) return null;
  let look: () => Promise<Measured> = () => Promise.reject(new Error('the controller is not up yet'));
  const metrics = createMetrics(() => look());
  const { reached, over, ended } = metrics.calls;
  return {
    calls: { step: (callId, state) => reached(callId, state, clock.monotonicMs()), over, ended },
    serve(looked, health) {
      look = lookAt(looked, health);
      return metrics;
    },
  };
}

function lookAt({ config, clock, store, guesses, backups, hooks, esl }: Looked, health: () => Promise<Health>) {
  const startedAtMs = clock.nowMs();
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const file = databaseFile(config);
  return async (): Promise<Measured> => {
    const { saved, commits } = store.stats();
    const [size, disk] = await Promise.all([orNull(stat(file)), orNull(statfs(config.data.dir))]);
    const { user, system } = process.cpuUsage();
    return {
      ...{ nowMs: clock.nowMs(), version: programVersion(), controller: config.controller.name },
      ...{ health: await health(), locks: guesses.locks(), esl: esl(), hooks: hooks.figures() },
      store: {
        ...{ saved, commits, bytes: size?.size ?? null },
        diskFreeBytes: disk === null ? null : disk.bavail * disk.bsize,
      },
      backupAtMs: backups?.newestAtMs() ?? null,
      eventLoopDelay: delaysOf(delay),
      process: { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss(), startedAtMs },
    };
  };
}

/** Beyond the timer's own period, in seconds. */
function delaysOf(delay: ReturnType<typeof monitorEventLoopDelay>): Record<string, number> {
  const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs) / 1000;
  const found = { p50: beyond(delay.percentile(50)), p99: beyond(delay.percentile(99)), max: beyond(delay.max) };
  delay.reset();
  return found;
}

const orNull = <T>(looked: Promise<T>): Promise<T | null> => looked.catch(() => null);
