import type { MessagePort } from 'node:worker_threads';
import type { SessionDependencies } from '../call/session.ts';
import type { Config } from '../config/schema.ts';
import { offlineRefusal } from '../policy/offline.ts';
import { createRecorder, type Recorder } from '../records/recorder.ts';
import { takeUpUnwritten } from '../records/unwritten.ts';
import type { StoreLink } from './store-link.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import { closeLocalFile, openLocalFile } from './local-file.ts';
import type { Health } from '../web/health.ts';
import { systemClock, type Clock } from '../words/clock.ts';
import type { NewAlert } from '../words/alert.ts';
import type { FirstCall } from '../words/watched-call.ts';
import type { CallRecord } from '../words/call-record.ts';
import { retentionPeriods } from '../words/retention.ts';
import { shortened } from '../words/shorten-number.ts';
import { messageOf } from '../words/thrown.ts';
import { sessionSettings, switchSettings } from './call-settings.ts';
import { startBackups } from './backups.ts';
import { alertingOf } from './alerts.ts';
import { providerSettings } from './console-provider.ts';
import { reportingOf } from './checked-settings.ts';
import type { Alerting } from '../notify/alerts.ts';
import { tellEmergency } from '../notify/emergency.ts';
import type { ReportingSettings } from './reporting-settings.ts';
import { backupWarning, cdrWarnings, linkWarnings, readiness, sqlServerHealth } from './checks.ts';
import { shownSettings } from './shown-settings.ts';
import { startWebConsole, type WebConsole } from './console.ts';
import { createLastCodes } from '../call/last-codes.ts';
import { watchGuesses } from './guesses.ts';
import { readHookTargets } from './hook-targets.ts';
import { startHooks, tellingOf, tellingRecorder, type Hooks } from './hooks.ts';
import { limitsOf, openBooks, tellingBooks } from './limits.ts';
import { openWatch, watchSettings } from './watch.ts';
import { lockDataFolder } from './lock-data-folder.ts';
import { startTraces, type CallTraces } from './traces.ts';
import { createLiveCalls } from './live-calls.ts';
import { callFields, type Log } from './log.ts';
import { startRecovery } from './recovery.ts';
import { startReporting } from './reporting.ts';
import { noTraffic, startMeter, type Meter } from './metrics.ts';
import { listenForCalls, startWeb } from './servers.ts';
import { stop, type Running } from './stop.ts';
import { startWatches } from './watches.ts';
import { directoryOf, linkWithShares } from './linked-store.ts';

/** A running controller. */
export type Controller = {
  /** Where it listens for FreeSWITCH. */
  address(): { host: string; port: number };
  /** Where it answers HTTP; null: it does not. */
  webAddress(): { host: string; port: number } | null;
  /** Where the web console answers, once it does. */
  console: Pick<WebConsole, 'address' | 'ready'>;
  store: LocalStore;
  liveCalls(): number;
  /** Calls of an earlier run whose end is not known yet. */
  lostCalls(): number;
  /** What became of the events that programs are told of. */
  hooks(): ReturnType<Hooks['figures']>;
  /**
   * Takes no new call, lets live ones end until the deadline, writes what is to be written, and closes everything. Conversations
   * are left to FreeSWITCH at once where it can tell their end later (`cdr.*`, `freeswitch.*`). Answers how many calls were cut
   * off from us at the deadline (FreeSWITCH goes on with them) and how many records could not be written.
   */
  stop(deadlineMs: number): Promise<{ unfinishedCalls: number; unwrittenRecords: number }>;
};

/** What everything here is made with. */
type Ground = Pick<Running, 'config' | 'log' | 'clock' | 'lock' | 'local' | 'store'> & {
  /** Where each setting was given (`originsOf` of config/load.ts). */
  origins: ReadonlyMap<string, string>;
};

/** Puts the parts together. Rejects with one clear error where the address or the database cannot be had. */
export async function startController(
  config: Config,
  log: Log,
  clock: Clock = systemClock,
  origins: ReadonlyMap<string, string> = new Map(),
): Promise<Controller> {
  const reportingSettings = reportingOf(config, log);
  const alertsFrom = alertingOf(config, log, clock);
  // These throw where a list is wrong, before anything is opened.
  watchSettings(config);
  providerSettings(config);
  readHookTargets(config.webhooks.targets);
  const lock = lockDataFolder(config, clock);
  try {
    const local = await openLocalFile(config, clock, log);
    const alerting = alertsFrom(local.store);
    try {
      return await startWith(
        { config, log, clock, lock, local, store: local.store, origins },
        alerting,
        reportingSettings,
      );
    } catch (error) {
      await alerting.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startWith(
  opened: Ground,
  alerting: Alerting,
  reportingSettings: ReportingSettings,
): Promise<Controller> {
  const { config, log, clock } = opened;
  await takeUpUnwritten(config.data.dir, opened.store, log);
  const nowMs = clock.nowMs();
  const books = await openBooks(config, opened.store, nowMs, () => openWatch(config, opened.store, nowMs));
  const tell = (alert: NewAlert): void => alerting.tell(alert);
  const ground: Ground = { ...opened, store: tellingBooks(opened.store, books, config, () => clock.nowMs(), tell) };
  const { store } = ground;
  const shareWriter = (): MessagePort => store.shareWriter();
  const recorder = recorderOf(ground);
  const { link, shares } = await linkWithShares(ground, books);
  const [guesses, hearers] = [watchGuesses({ ...ground, tell }), { tell, firstCalls: keepFirstCalls(ground) }];
  const hooks = await startHooks({ ...ground, targets: readHookTargets(config.webhooks.targets), shareWriter });
  const [phase, meter] = [{ draining: false }, startMeter(config, clock)];
  const traces = startTraces(config);
  const session: SessionDependencies = {
    ...sessionParts(ground, link, meter, traces),
    guesses: guesses.guard,
    lastCodes: createLastCodes(),
    limits: limitsOf(books, store, config, shares === null ? null : (draws) => shares.draw(draws), hearers),
    rates: store,
    recorder: tellingRecorder(recorder, hooks),
    ...tellingOf(hooks),
    emergencyPlaced: (notice) => tellEmergency(alerting, notice),
    ended(record) {
      meter?.calls.ended(record);
      traces?.ended(record);
      recovery.seen(record);
      if (record.closedBy === 'controller' && !phase.draining) recovery.follow(record);
    },
  };
  const live = createLiveCalls({
    session,
    outbound: { settings: switchSettings(config), clock, log: session.log },
    log,
    over(callId) {
      meter?.calls.over(callId);
      traces?.over(callId);
    },
  });
  const recovery = await startRecovery({ ...ground, alerting, served: (callId) => live.served(callId) });
  const backups = startBackups(config, clock, log);
  const reporting = startReporting({ ...reportingSettings, clock, log });
  const opening = { ...ground, recorder, guesses, hooks, shares, link, live, recovery, backups, reporting };
  const serving: Serving = { ...opening, meter, phase };
  const servers = await startServers(serving);
  const { health } = servers;
  const console = startWebConsole({
    ...{ config, live, clock, log, health, settings: shownSettings(config, opened.origins) },
    shareWriter,
    listening: () => ({ ...servers.server.address(), ...servers.server.traffic() }),
  });
  const watches = startWatches(ground, { health, tell, shareWriter });
  return controllerOf({ ...serving, ...servers, ...watches, console, alerting }, phase);
}

const keepFirstCalls =
  ({ store, log }: Ground) =>
  (first: readonly FirstCall[]): void =>
    void store
      .noteDestinations(first)
      .catch((error: unknown) =>
        log.warn('where a call went could not be kept: it is new again after a restart', { error: messageOf(error) }),
      );

type Serving = Ground &
  Pick<
    Running,
    'recorder' | 'guesses' | 'hooks' | 'shares' | 'link' | 'live' | 'recovery' | 'backups' | 'reporting'
  > & {
    meter: Meter | null;
    phase: { draining: boolean };
  };

function controllerOf(running: Running, phase: { draining: boolean }): Controller {
  const { server, web, store, live, recovery } = running;
  return {
    address: () => server.address(),
    store,
    webAddress: () => web?.address() ?? null,
    console: running.console,
    liveCalls: () => live.count(),
    lostCalls: () => recovery.lostCalls(),
    hooks: () => running.hooks.figures(),
    stop(deadlineMs) {
      phase.draining = true;
      return stop(running, deadlineMs);
    },
  };
}

function recorderOf({ store, clock, log }: Ground): Recorder {
  return createRecorder(store, clock, {
    storing(state, fields) {
      if (state === 'failing') log.error('call records cannot be written and are kept in memory', fields);
      else log.warn('call records are being written again', fields);
    },
    unrecorded: (record, why) =>
      log.error('a call was placed whose id is that of an earlier call', { ...callFields(record), why }),
  });
}

function sessionParts(
  { config, store, clock, log }: Ground,
  link: StoreLink | null,
  meter: Meter | null,
  traces: CallTraces | null,
): Pick<SessionDependencies, 'directory' | 'rates' | 'staleRule' | 'settings' | 'clock' | 'log'> {
  // Nobody shortens a log later.
  const { hiddenDigits } = config.retention;
  const isShort = retentionPeriods(config.retention).numbersDays > 0;
  const forLog = (record: CallRecord): CallRecord => (isShort ? shortened(record, hiddenDigits) : record);
  return {
    directory: directoryOf(store, link),
    rates: store,
    staleRule: link === null ? () => null : (callType) => offlineRefusal(config.offline, callType, link.ageMs()),
    settings: sessionSettings(config),
    clock,
    log: {
      step(callId, step, fields) {
        meter?.calls.step(callId, step);
        traces?.step(callId, step);
        if (log.writes('debug')) log.debug(step, { call: callId, ...fields });
      },
      ended: (record) => log.info('call ended', callFields(forLog(record))),
      problem: (callId, what, error) =>
        log.warn(what, { call: callId, ...(error === null ? {} : { error: messageOf(error) }) }),
    },
  };
}

async function healthOf(
  { config, store, live, recovery, recorder, phase, link, local, backups, reporting }: Serving,
  full: string | null,
): Promise<Health> {
  return {
    draining: phase.draining,
    liveCalls: live.count(),
    lostCalls: recovery.lostCalls(),
    unwrittenRecords: recorder.waiting(),
    cdrs: recovery.counts(),
    sqlServer: link === null ? null : sqlServerHealth(link),
    checks: readiness({
      full,
      unwrittenRecords: recorder.overdue(),
      file: local.trouble(),
      // Every code begins with nothing. A file that cannot be read is another problem, with a name of its own.
      hasCodes: await store.isBeginning('').catch(() => true),
      staleRule: link === null ? null : offlineRefusal(config.offline, 'national', link.ageMs()),
    }),
    warnings: [
      ...(link === null ? [] : linkWarnings(link)),
      ...cdrWarnings(recovery),
      backupWarning(backups?.problem() ?? null),
      ...reporting.warnings(),
    ],
  };
}

/** The last that is opened: calls come from here on. What was opened before is closed where an address cannot be had. */
async function startServers(
  serving: Serving,
): Promise<Pick<Running, 'web' | 'server'> & { health: () => Promise<Health> }> {
  const { config, log, live, recovery, link, local, meter } = serving;
  let web: Running['web'] = null;
  let server: Running['server'] | null = null;
  const health = (): Promise<Health> => healthOf(serving, server?.full() ?? null);
  const metrics = meter?.serve({ ...serving, esl: () => server?.traffic() ?? noTraffic }, health) ?? null;
  try {
    web = await startWeb(config, log, recovery, { state: health, metrics });
    server = await listenForCalls(config, log, (channel) => live.take(channel));
    return { web, server, health };
  } catch (error) {
    serving.guesses.stop();
    await web?.close();
    await recovery.close();
    await serving.backups?.stop();
    await serving.reporting.stop();
    await link?.stop();
    await closeLocalFile(local);
    throw error;
  }
}
