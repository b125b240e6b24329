import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCall, type RunningCall, type SessionDependencies } from '../call/session.ts';
import type { CallRecord } from '../words/call-record.ts';
import { createRecorder } from '../records/recorder.ts';
import { takeUpUnwritten, unwrittenFields, writeUnwritten } from '../records/unwritten.ts';
import { systemClock, type Clock } from '../words/clock.ts';
import type { Config } from '../config/schema.ts';
import type { Channel } from '../freeswitch/outbound/channel.ts';
import { returningLeg, turnAway } from '../freeswitch/outbound/returning.ts';
import { startEslServer, type EslServer } from '../freeswitch/outbound/server.ts';
import { callFields, type Log } from './log.ts';
import { createEmergencyNotifier, type EmergencyNotifier } from '../notify/emergency.ts';
import { isWebhookUrl } from '../notify/webhook.ts';
import { startReporting, type Reporting, type ReportingSettings } from './reporting.ts';
import { zoneNamed } from '../reports/period.ts';
import { readSchedules } from '../reports/schedule/settings.ts';
import { startRecovery, type Recovery } from './recovery.ts';
import { sessionSettings } from './session-settings.ts';
import { offlineRefusal } from '../policy/offline.ts';
import { startStoreLink, type StoreLink } from './store-link.ts';
import { openLocalStore, type LocalStore } from '../store/sqlite/store.ts';
import { isConfigured, poolConfig } from '../store/sqlserver/connect.ts';
import type { CallDirectory } from '../store/ports/store.ts';
import { messageOf } from '../words/thrown.ts';
import { cdrPost } from '../web/cdr-post.ts';
import { health } from '../web/health.ts';
import { startWebServer, type WebServer } from '../web/server.ts';

/** A running controller. */
export type Controller = {
  /** Where it waits for FreeSWITCH. */
  address(): { host: string; port: number };
  /** Where it answers HTTP; null: it does not. */
  webAddress(): { host: string; port: number } | null;
  store: LocalStore;
  liveCalls(): number;
  /** Calls of an earlier run whose end is not known yet. */
  lostCalls(): number;
  /**
   * Takes no new call, lets live ones end until the deadline, writes what is to be written, and closes everything. Conversations
   * are left to FreeSWITCH at once where it can tell their end later (`cdr.*`, `freeswitch.*`). Answers how many calls were cut
   * off from us at the deadline (FreeSWITCH goes on with them) and how many records could not be written.
   */
  stop(deadlineMs: number): Promise<{ unfinishedCalls: number; unwrittenRecords: number }>;
};

/** How long one step of a stop may take where a disk hangs. */
const closingMs = 3_000;
/** How long records may take to be written at a stop, where the calls took all of its time. */
const writingMs = 5_000;

/** Puts the parts together. Rejects with one clear error where the address or the database cannot be had. */
export async function startController(config: Config, log: Log, clock: Clock = systemClock): Promise<Controller> {
  const reportingSettings = reportingOf(config, log);
  const emergency = emergencyOf(config, log, clock);
  const store = await openStore(config);
  const recorder = createRecorder(store, clock, {
    storing(state, fields) {
      if (state === 'failing') log.error('call records cannot be written, they wait in memory', fields);
      else log.warn('call records are being written again', fields);
    },
  });
  await takeUpUnwritten(config.data.dir, store, log);
  const link = await linkTo(config, store, log, clock);
  const deps: SessionDependencies = {
    directory: link === null ? store : linkedDirectory(store, link),
    staleRule: link === null ? () => null : (callType) => offlineRefusal(config.offline, callType, link.ageMs()),
    recorder,
    emergencyPlaced: (notice) => emergency.placed(notice),
    settings: sessionSettings(config),
    clock,
    log: {
      step(callId, step, fields) {
        if (log.writes('debug')) log.debug(step, { call: callId, ...fields });
      },
      ended(record) {
        log.info('call ended', callFields(record));
        recovery.seen(record);
        if (record.closedBy === 'controller' && !draining) recovery.follow(record);
      },
      problem: (callId, what, error) =>
        log.warn(what, { call: callId, ...(error === null ? {} : { error: messageOf(error) }) }),
    },
  };
  const live = new Set<RunningCall>();
  /** The latest run of each call: one that lost its connection may be taken up again. */
  const served = new Map<string, Promise<void>>();
  const leaves = endsAreToldLater(config);
  let draining = false;

  function onCall(channel: Channel): void {
    const returning = returningLeg((name) => channel.info(name), served.has(channel.callId));
    if (returning !== null) {
      log.warn('a leg that is not a new call is not served', { call: channel.callId, why: returning.why });
      turnAway(channel, returning);
      return;
    }
    const call = runCall(channel, deps);
    // Its connection was accepted before the stop.
    if (draining && leaves) call.leaveInConversation();
    live.add(call);
    served.set(channel.callId, call.over);
    void call.over.finally(() => {
      live.delete(call);
      if (served.get(channel.callId) === call.over) served.delete(channel.callId);
    });
  }

  const recovery: Recovery = await startRecovery({
    config,
    store,
    clock,
    log,
    served: (callId) => served.get(callId) ?? null,
  });
  let web: WebServer | null = null;
  let server: EslServer;
  try {
    web = await startWeb(config, log, recovery, () => ({
      draining,
      liveCalls: live.size,
      lostCalls: recovery.lostCalls(),
      unwrittenRecords: recorder.waiting(),
      cdrs: recovery.counts(),
    }));
    server = await startServer(config, log, onCall);
  } catch (error) {
    await web?.close();
    await recovery.close();
    await link?.stop();
    await store.close();
    throw error;
  }

  const reporting: Reporting = startReporting({ ...reportingSettings, clock, log });

  return {
    address: () => server.address(),
    store,
    webAddress: () => web?.address() ?? null,
    liveCalls: () => live.size,
    lostCalls: () => recovery.lostCalls(),
    async stop(deadlineMs) {
      const begunMs = clock.monotonicMs();
      draining = true;
      server.stopAccepting();
      if (leaves) for (const call of live) call.leaveInConversation();
      await within(allEnded(live), deadlineMs, clock);
      const unfinishedCalls = live.size;
      await server.close();
      await within(allEnded(live), closingMs, clock);
      const others = Promise.allSettled([emergency.close(), web?.close(), reporting.stop(), recovery.close()]);
      const leftMs = deadlineMs - (clock.monotonicMs() - begunMs);
      const unwritten = await recorder.drain(Math.max(leftMs - 3 * closingMs, writingMs));
      await keepUnwritten(unwritten, config, log, clock);
      // A disk that hangs holds up whatever waits for it; it is left behind.
      const closed = others.then(() => link?.stop()).then(() => store.close());
      if (!(await within(closed, 2 * closingMs, clock))) log.error('the database does not close: its disk may hang');
      return { unfinishedCalls, unwrittenRecords: unwritten.length };
    },
  };
}

const canMail = ({ mail }: Config): boolean => mail.url !== '' && mail.from !== '';

/** Throws where nobody could be told: before anything is opened. */
function emergencyOf(config: Config, log: Log, clock: Clock): EmergencyNotifier {
  const { mailTo, webhook, webhookSecret } = config.emergency;
  if (mailTo.length > 0 && !canMail(config)) throw new Error('emergency.mailTo needs mail.url and mail.from');
  if (webhook !== '' && !isWebhookUrl(webhook)) {
    throw new Error('emergency.webhook must be an http or https address without user and password');
  }
  return createEmergencyNotifier({
    ...{ mail: config.mail, mailTo, clock, log },
    webhook: webhook === '' ? null : { url: webhook, secret: webhookSecret },
  });
}

/** Throws where a schedule is wrong: before anything is opened. */
function reportingOf(config: Config, log: Log): ReportingSettings {
  const { timeZone, ...letterhead } = config.site;
  const schedules = readSchedules(config.reports.schedules, {
    ...{ zone: zoneNamed(timeZone), canMail: canMail(config), warn: (line) => log.warn(line, {}) },
  });
  const sqlServer = isConfigured(config.sqlserver) ? poolConfig(config.sqlserver) : null;
  return { file: databaseFile(config), sqlServer, timeZone, letterhead, mail: config.mail, schedules };
}

/** With a SQL Server configured, the local file is its copy, and call records go there. */
async function linkTo(config: Config, store: LocalStore, log: Log, clock: Clock): Promise<StoreLink | null> {
  if (!isConfigured(config.sqlserver)) return null;
  const { syncMs, lookupMs } = config.sqlserver;
  const before = await store.freshAtMs();
  const startedMs = clock.monotonicMs();
  // Where the clock was set back since, nobody knows: the age is counted from this start.
  const ageAtStartMs = before === null ? null : Math.max(0, clock.nowMs() - before);
  const link = startStoreLink({
    ...{ file: databaseFile(config), config: poolConfig(config.sqlserver), syncMs, lookupMs, clock, log },
    freeCallTypes: config.rating.freeCallTypes,
    shareWriter: () => store.shareWriter(),
  });
  return {
    ...link,
    ageMs: () => {
      const ageMs = link.ageMs();
      if (ageMs !== null) return ageMs;
      if (ageAtStartMs !== null) return ageAtStartMs + clock.monotonicMs() - startedMs;
      // The first copy is under way: what it does not have yet is looked up live.
      return link.isUp() ? 0 : null;
    },
  };
}

/** A code that the copy does not know is looked up live before it is refused. */
function linkedDirectory(store: LocalStore, link: StoreLink): CallDirectory {
  return {
    findExtension: (number) => store.findExtension(number),
    isBeginning: (digits) => store.isBeginning(digits),
    findAccountById: (id) => store.findAccountById(id),
    findAccountByCode: async (code) => (await store.findAccountByCode(code)) ?? link.lookUp(code),
  };
}

async function startServer(config: Config, log: Log, onCall: (channel: Channel) => void): Promise<EslServer> {
  const { host, port } = config.esl;
  try {
    return await startEslServer({ ...config.esl, limits: config.esl }, log, onCall);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`cannot wait for FreeSWITCH on ${host}:${port} (esl.host, esl.port): ${why}`, { cause: error });
  }
}

async function startWeb(
  config: Config,
  log: Log,
  recovery: Recovery,
  state: Parameters<typeof health>[1],
): Promise<WebServer | null> {
  const { host, port } = config.http;
  if (port === -1) return null;
  const { user, password } = config.cdr;
  try {
    return await startWebServer({ host, port }, [
      (web) => health(web, state),
      (web) => {
        if (password !== '')
          cdrPost(web, { closer: recovery.closer, user, password, latestMs: () => recovery.latestMs(), log });
      },
    ]);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`cannot answer HTTP on ${host}:${port} (http.host, http.port): ${why}`, { cause: error });
  }
}

async function openStore(config: Config): Promise<LocalStore> {
  try {
    mkdirSync(config.data.dir, { recursive: true });
    return await openLocalStore({ file: databaseFile(config), freeCallTypes: config.rating.freeCallTypes });
  } catch (error) {
    throw new Error(`cannot open the database in ${config.data.dir} (data.dir): ${messageOf(error)}`, { cause: error });
  }
}

export function databaseFile(config: Config): string {
  return join(config.data.dir, 'billing-codes.db');
}

async function allEnded(live: ReadonlySet<RunningCall>): Promise<void> {
  while (live.size > 0) await Promise.all([...live].map(({ over }) => over));
}

/** Answers whether it ended in time. */
async function within(ends: Promise<unknown>, deadlineMs: number, clock: Clock): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const cancel = clock.after(deadlineMs, () => resolve(false));
  const inTime = await Promise.race([ends.then(() => true), promise]);
  cancel();
  return inTime;
}

/** No record is lost: where the database does not take it in time, a file beside it does, or else the log. */
async function keepUnwritten(records: readonly CallRecord[], config: Config, log: Log, clock: Clock): Promise<void> {
  if (records.length === 0) return;
  let why = 'the disk hangs';
  const written = writeUnwritten(config.data.dir, records, clock.nowMs()).catch((error: unknown) => {
    why = messageOf(error);
    return null;
  });
  const inTime = await within(written, closingMs, clock);
  const file = inTime ? await written : null;
  if (file !== null) {
    log.error('call records could not be written; the next start takes them from a file', { file });
    return;
  }
  log.error('call records could not be written, nor left in a file: here they are', { error: why });
  for (const record of records) log.error('call record', unwrittenFields(record));
}

/** Whether FreeSWITCH can tell the end of a conversation to the next run of this controller, or to another one. */
function endsAreToldLater({ cdr, freeswitch }: Config): boolean {
  return cdr.dir !== '' || cdr.password !== '' || freeswitch.host !== '';
}
