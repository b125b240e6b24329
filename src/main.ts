import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCall, type SessionDependencies, type SessionSettings } from './call/session.ts';
import { createRecorder } from './cdr/recorder.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { Channel } from './esl/channel.ts';
import { startEslServer, type EslServer } from './esl/server.ts';
import { callFields, type Log } from './log.ts';
import type { CallType } from './policy/number.ts';
import { startRecovery, type Recovery } from './recovery.ts';
import { openLocalStore, type LocalStore } from './store/local/store.ts';
import { messageOf } from './thrown.ts';
import { cdrPost } from './web/cdr-post.ts';
import { health } from './web/health.ts';
import { startWebServer, type WebServer } from './web/server.ts';

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
   * Takes no new call, lets live ones end until the deadline, writes what is to be written, and closes everything. Answers how
   * many calls were cut off from us (FreeSWITCH goes on with them) and how many records could not be written.
   */
  stop(deadlineMs: number): Promise<{ unfinishedCalls: number; unwrittenRecords: number }>;
};

/** Puts the parts together. Rejects with one clear error where the address or the database cannot be had. */
export async function startController(config: Config, log: Log, clock: Clock = systemClock): Promise<Controller> {
  const store = await openStore(config);
  const recorder = createRecorder(store, clock, {
    storing(state, fields) {
      if (state === 'failing') log.error('call records cannot be written, they wait in memory', fields);
      else log.warn('call records are being written again', fields);
    },
  });
  const deps: SessionDependencies = {
    directory: store,
    recorder,
    settings: sessionSettings(config),
    clock,
    log: {
      step(callId, step, fields) {
        if (log.writes('debug')) log.debug(step, { call: callId, ...fields });
      },
      ended: (record) => log.info('call ended', callFields(record)),
      problem: (callId, what, error) =>
        log.warn(what, { call: callId, ...(error === null ? {} : { error: messageOf(error) }) }),
    },
  };
  const live = new Set<Promise<void>>();
  /** The latest run of each call: one that lost its connection may be taken up again. */
  const served = new Map<string, Promise<void>>();
  let draining = false;

  function onCall(channel: Channel): void {
    const call = runCall(channel, deps);
    live.add(call);
    served.set(channel.callId, call);
    void call.finally(() => {
      live.delete(call);
      if (served.get(channel.callId) === call) served.delete(channel.callId);
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
    await store.close();
    throw error;
  }

  return {
    address: () => server.address(),
    store,
    webAddress: () => web?.address() ?? null,
    liveCalls: () => live.size,
    lostCalls: () => recovery.lostCalls(),
    async stop(deadlineMs) {
      draining = true;
      server.stopAccepting();
      await untilAllEnded(live, deadlineMs, clock);
      const unfinishedCalls = live.size;
      await server.close();
      await Promise.all(live);
      await web?.close();
      await recovery.close();
      const unwritten = await recorder.drain(deadlineMs);
      await store.close();
      return { unfinishedCalls, unwrittenRecords: unwritten.length };
    },
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
        if (password !== '') cdrPost(web, { closer: recovery.closer, user, password, log });
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

async function untilAllEnded(live: Set<Promise<void>>, deadlineMs: number, clock: Clock): Promise<void> {
  if (live.size === 0) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(deadlineMs, () => resolve(undefined));
  void Promise.all(live).then(() => resolve(undefined));
  await promise;
  cancel();
}

function sessionSettings(config: Config): SessionSettings {
  const { entry, call } = config;
  return {
    controller: config.controller.name,
    tries: entry.tries,
    firstDigitMs: entry.firstDigitMs,
    digitMs: entry.digitMs,
    maxDigits: entry.maxDigits,
    directWithoutCode: entry.directWithoutCode,
    plan: config.dialPlan,
    routes: routesOf(config),
    ringSeconds: call.ringSeconds,
    maxTalkSeconds: call.maxTalkSeconds === 0 ? null : call.maxTalkSeconds,
    settleMs: call.settleMs,
    settleAfterTalkMs: call.settleAfterTalkMs,
    silenceMs: call.silenceMs,
  };
}

function routesOf(config: Config): Record<CallType, string> {
  const { external: fallback, ...routes } = config.routes;
  const named = Object.entries(routes).map(([type, route]) => [type, route === '' ? fallback : route]);
  return Object.fromEntries(named) as Record<CallType, string>;
}
