import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { loadConfig } from '../../src/config/load.ts';
import { createLog } from '../../src/controller/log.ts';
import { startController, type Controller } from '../../src/controller/controller.ts';
import { urlOf } from '../../src/controller/console.ts';

/** A controller with its web console on free ports and a data folder of its own. */
export type ConsoleSite = {
  controller: Controller;
  /** Where the console answers. */
  origin: string;
  /** The path by which the first administrator is made. */
  welcome: string;
  stop(): Promise<void>;
};

export async function openConsoleSite(settings: Readonly<Record<string, string>> = {}): Promise<ConsoleSite> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-console-'));
  const flags = {
    ...{ 'data.dir': folder, 'esl.port': '0', 'console.port': '0', 'controller.name': 'controller-1' },
    ...{ 'call.settleMs': '50', 'call.settleAfterTalkMs': '500', ...settings },
  };
  const config = loadConfig({ file: null, env: {}, flags });
  const origins = new Map(Object.keys(settings).map((key) => [key, 'billing-codes.json']));
  let logged = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString('utf8');
      done();
    },
  });
  const log = createLog({ level: 'warn', format: 'text', stream });
  const controller = await startController(config, log, undefined, origins);
  // On a busy machine that takes longer than `ready` waits.
  for (let tries = 0; tries < 1200 && controller.console.address() === null; tries += 1) await pause(50);
  // The link is said a moment after that.
  for (let tries = 0; tries < 100 && !logged.includes('/welcome/'); tries += 1) await pause(50);
  const welcome = /\/welcome\/[\w-]+/.exec(logged)?.[0] ?? '';
  return {
    ...{ controller, welcome, origin: urlOf(controller.console.address()) },
    async stop() {
      await controller.stop(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
