import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { systemClock, type Clock } from '../../src/words/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import { databaseFile } from '../../src/controller/database-file.ts';
import { createLog } from '../../src/controller/log.ts';
import { startController, type Controller } from '../../src/controller/controller.ts';
import { unrestricted } from '../../src/words/directory.ts';
import type { AccountInput } from '../../src/words/directory.ts';
import { newDatabase } from './new-database.ts';
import { expectSoundLedger } from './ledger.ts';

export type TestController = Controller & {
  port: number;
  folder: string;
  /** What it logged so far. */
  logged(): string;
  dispose(): Promise<void>;
};

/** A real controller on a free port with a database in a folder of its own; any setting can be given by its flag's key. */
export async function startTestController(
  flags: Record<string, string> = {},
  clock: Clock = systemClock,
): Promise<TestController> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-test-'));
  const config = loadConfig({
    file: null,
    env: {},
    flags: {
      'esl.port': '0',
      'console.port': '-1',
      'data.dir': folder,
      'call.settleMs': '50',
      'call.settleAfterTalkMs': '500',
      ...flags,
    },
  });
  if (flags['data.dir'] === undefined) newDatabase(databaseFile(config));
  let logged = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString('utf8');
      done();
    },
  });
  const controller = await startController(config, createLog({ level: 'debug', format: 'text', stream }), clock);
  let stopped = false;
  return {
    ...controller,
    folder,
    port: controller.address().port,
    logged: () => logged,
    async stop(deadlineMs) {
      stopped = true;
      return controller.stop(deadlineMs);
    },
    async dispose() {
      if (!stopped) await controller.stop(0);
      expectSoundLedger(join(config.data.dir, 'billing-codes.db'));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function account(code: string, changes: Partial<AccountInput> = {}): AccountInput {
  return {
    code,
    name: `Account ${code}`,
    department: null,
    customerNumbers: [],
    enabled: true,
    validFromMs: null,
    validUntilMs: null,
    ...changes,
    restriction: { ...unrestricted, ...changes.restriction },
  };
}

/** Longer where a server that others use as well has to answer first (jest.sqlserver.config.js). */
const patienceMs = Number(process.env['BILLING_TEST_PATIENCE_SECONDS'] ?? '5') * 1000;

/** Waits until `find` finds something, for what happens beside the call; rejects after five seconds, or as long as is said. */
export async function eventually<T>(find: () => Promise<T | null>, withinMs = patienceMs): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`it did not happen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until something is so; rejects like `eventually`. */
export const happens = (what: () => boolean, withinMs?: number): Promise<true> =>
  eventually(() => Promise.resolve(what() ? true : null), withinMs);
