import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../config/schema.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import type { Health } from '../web/health.ts';
import type { NewAlert } from '../words/alert.ts';
import type { Clock } from '../words/clock.ts';
import { jumpText, watchClock } from './clock-watch.ts';
import { watchHealth } from './health-watch.ts';
import { watchLedger } from './ledger-watch.ts';
import type { Log } from './log.ts';
import { startRetention } from './retention.ts';

type Ground = { config: Config; log: Log; clock: Clock; store: LocalStore };
type Told = { health: () => Promise<Health>; tell: (alert: NewAlert) => void; shareWriter: () => MessagePort };

/** What looks at things by the clock, as long as the controller runs. */
export function startWatches({ config, log, clock, store }: Ground, { health, tell, shareWriter }: Told) {
  return {
    clockWatch: watchClock(clock, (byMs) => log.warn(jumpText(byMs, clock.nowMs()))),
    healthWatch: watchHealth({ health, tell, clock, afterMs: config.alerts.healthAfterMinutes * 60_000 }),
    ledgerWatch: watchLedger(store, clock, log),
    retention: startRetention(config, shareWriter, clock, log),
  };
}
