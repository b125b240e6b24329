import type { Config } from '../config/schema.ts';
import type { EslServer } from '../freeswitch/outbound/server.ts';
import type { Alerting } from '../notify/alerts.ts';
import type { Recorder } from '../records/recorder.ts';
import type { ScheduledBackups } from '../operations/backup/scheduled.ts';
import type { ScheduledRetention } from '../operations/retention/scheduled.ts';
import type { WebConsole } from './console.ts';
import type { Shares } from './shares.ts';
import type { StoreLink } from './store-link.ts';
import type { FolderLock } from '../store/sqlite/folder-lock.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import type { WebServer } from '../web/server.ts';
import type { Clock } from '../words/clock.ts';
import { endsAreToldLater } from './checked-settings.ts';
import type { Guesses } from './guesses.ts';
import type { Hooks } from './hooks.ts';
import type { LiveCalls } from './live-calls.ts';
import type { Log } from './log.ts';
import type { Recovery } from './recovery.ts';
import type { Reporting } from './reporting.ts';
import type { LocalFile } from './local-file.ts';
import { keepUnwritten } from './unwritten.ts';
import { within } from './within.ts';

/** The parts of a running controller. */
export type Running = {
  config: Config;
  log: Log;
  clock: Clock;
  /** Of the data folder. */
  lock: FolderLock;
  local: LocalFile;
  store: LocalStore;
  recorder: Recorder;
  link: StoreLink | null;
  /** Null: amounts are this controller's alone. */
  shares: Shares | null;
  live: LiveCalls;
  recovery: Recovery;
  alerting: Alerting;
  reporting: Reporting;
  /** Null: none are scheduled. */
  backups: ScheduledBackups | null;
  /** Null: everything is kept. */
  retention: ScheduledRetention | null;
  clockWatch: { stop(): void };
  healthWatch: { stop(): void };
  ledgerWatch: { stop(): void };
  guesses: Guesses;
  hooks: Hooks;
  web: WebServer | null;
  console: WebConsole;
  server: EslServer;
};

/** How long one step of a stop may take where a disk hangs. */
const closingMs = 3_000;
/** How long records may take to be written at a stop, where the calls took all of its time. */
const writingMs = 5_000;

/** See `Controller.stop`. */
export async function stop(
  running: Running,
  deadlineMs: number,
): Promise<{ unfinishedCalls: number; unwrittenRecords: number }> {
  const { config, clock, live, server, recorder, local } = running;
  const begunMs = clock.monotonicMs();
  server.stopAccepting();
  running.clockWatch.stop();
  running.healthWatch.stop();
  running.ledgerWatch.stop();
  running.guesses.stop();
  if (endsAreToldLater(config)) live.leaveConversations();
  await within(live.ended(), deadlineMs, clock);
  const unfinishedCalls = live.count();
  await server.close();
  await within(live.ended(), closingMs, clock);
  const others = closeOthers(running);
  const leftMs = deadlineMs - (clock.monotonicMs() - begunMs);
  const kept = await recorder.drain(Math.max(leftMs - 3 * closingMs, writingMs));
  const unwritten = [...kept, ...(await local.leave())];
  await keepUnwritten(unwritten, running, closingMs);
  await closeStore(others, running);
  running.lock.release();
  return { unfinishedCalls, unwrittenRecords: unwritten.length };
}

function closeOthers({
  alerting,
  hooks,
  web,
  console,
  reporting,
  backups,
  retention,
  recovery,
}: Running): Promise<unknown> {
  const first = [console.stop(), alerting.close(), hooks.stop(), web?.close(), reporting.stop()];
  return Promise.allSettled([...first, backups?.stop(), retention?.stop(), recovery.close()]);
}

/** A disk that hangs holds up whatever waits for it; it is left behind. */
async function closeStore(others: Promise<unknown>, { shares, link, local, clock, log }: Running): Promise<void> {
  const closed = others
    .then(() => within(shares?.stop() ?? Promise.resolve(), closingMs, clock))
    .then(() => link?.stop())
    .then(() => local.close());
  if (!(await within(closed, 2 * closingMs, clock))) log.error('the database does not close; its disk may be hanging');
}
