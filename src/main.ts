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
import { openLocalStore } from './store/local/store.ts';
import type { Store } from './store/store.ts';
import { messageOf } from './thrown.ts';

/** A running controller. */
export type Controller = {
  /** Where it waits for FreeSWITCH. */
  address(): { host: string; port: number };
  store: Store;
  liveCalls(): number;
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

  function onCall(channel: Channel): void {
    const call = runCall(channel, deps);
    live.add(call);
    void call.finally(() => live.delete(call));
  }

  let server: EslServer;
  try {
    server = await startEslServer({ ...config.esl, limits: config.esl }, log, onCall);
  } catch (error) {
    await store.close();
    throw new Error(
      `cannot wait for FreeSWITCH on ${config.esl.host}:${config.esl.port} (esl.host, esl.port): ${messageOf(error)}`,
      { cause: error },
    );
  }

  return {
    address: () => server.address(),
    store,
    liveCalls: () => live.size,
    async stop(deadlineMs) {
      server.stopAccepting();
      await untilAllEnded(live, deadlineMs, clock);
      const unfinishedCalls = live.size;
      await server.close();
      await Promise.all(live);
      const unwritten = await recorder.drain(deadlineMs);
      await store.close();
      return { unfinishedCalls, unwrittenRecords: unwritten.length };
    },
  };
}

async function openStore(config: Config): Promise<Store> {
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
