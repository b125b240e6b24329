import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../config/schema.ts';
import { superviseThread } from '../threads/supervise.ts';
import type { Health } from '../web/health.ts';
import type { Listening, ShownSetting } from '../web/parts.ts';
import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import type { ConsoleQuestion, ConsoleThreadData, FromConsole, ToConsole } from './console-messages.ts';
import { databaseFile } from './database-file.ts';
import type { LiveCalls } from './live-calls.ts';
import type { Log } from './log.ts';
import { within } from './within.ts';

export type ConsoleOptions = {
  config: Config;
  settings: readonly ShownSetting[];
  shareWriter: () => MessagePort;
  live: Pick<LiveCalls, 'look' | 'cutOff' | 'setAccount'>;
  health: () => Promise<Health>;
  listening: () => Listening | null;
  clock: Clock;
  log: Log;
};

/** The web console, as the thread that serves calls has it. */
export type WebConsole = {
  /** Null: it does not listen, or not yet. */
  address(): { host: string; port: number } | null;
  /** Resolves once it listens or cannot, or has taken too long. */
  ready(): Promise<void>;
  stop(): Promise<void>;
};

const program = join(import.meta.dirname, 'console-thread.ts');
const restartMs = 5_000;
const maximumRestartMs = 300_000;
const patienceMs = 2_000;
const readyMs = 10_000;

const off: WebConsole = { address: () => null, ready: () => Promise.resolve(), stop: () => Promise.resolve() };

/** Runs the web console on a thread of its own: calls go on, whatever browsers do, and whatever becomes of it. */
export function startWebConsole(options: ConsoleOptions): WebConsole {
  const { config, settings, shareWriter, clock, log } = options;
  if (config.console.port === -1) return off;
  const started = Promise.withResolvers<undefined>();
  let address: { host: string; port: number } | null = null;

  function receive(message: FromConsole): void {
    switch (message.kind) {
      case 'question':
        void answer(message);
        return;
      case 'listening': {
        const { host, port } = message;
        address = { host, port };
        log.info(`web console on ${urlOf(address)}`);
        started.resolve(undefined);
        return;
      }
      case 'first-run':
        log.warn(
          `nobody can sign in to the web console yet; the first administrator is made at ${urlOf(address)}${message.path}`,
        );
        return;
      case 'problem':
        log.warn(`web console: ${message.text}`);
    }
  }

  async function answer(asked: ConsoleQuestion): Promise<void> {
    const { id } = asked;
    try {
      thread.post({ kind: 'answer', id, answer: await answerTo(asked, options) });
    } catch (error) {
      log.error('the web console could not be answered', { error: messageOf(error) });
      thread.post({ kind: 'no-answer', id, why: messageOf(error) });
    }
  }

  const thread = superviseThread<ToConsole, FromConsole>({
    ...{ program, name: 'console', receive },
    data: () => {
      const writer = shareWriter();
      const data: ConsoleThreadData = { config, settings, file: databaseFile(config), writer };
      return { value: data, transfer: [writer] };
    },
    exited({ asked, why, isNews }) {
      address = null;
      started.resolve(undefined);
      if (!asked && isNews) log.error(`the web console stopped and will be started again: ${why}`);
    },
    start: { clock, afterMs: 0, againMs: restartMs, maximumMs: maximumRestartMs },
  });
  return {
    address: () => address,
    ready: async () => {
      await within(started.promise, readyMs, clock);
    },
    stop: () => thread.stop({ kind: 'stop' }, { clock, ms: patienceMs }),
  };
}

/** From memory, at once: no call waits for it. Only an account is looked up, as for a caller. */
function answerTo(asked: ConsoleQuestion, { live, health, listening }: ConsoleOptions) {
  switch (asked.what) {
    case 'live':
      return live.look();
    case 'health':
      return health();
    case 'listening':
      return listening();
    case 'cut-off':
      return live.cutOff(asked.about);
    case 'set-account':
      return live.setAccount(asked.about);
  }
}

export const urlOf = (address: { host: string; port: number } | null): string =>
  address === null ? '' : `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
