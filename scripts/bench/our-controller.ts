import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { createLog } from '../../src/controller/log.ts';
import { startController } from '../../src/controller/controller.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { code } from './call-plan.ts';
import type { MeasuredController } from './controllers.ts';

/** The controller as `start` runs it, with one account, on a free port and a new database. `settings` by their keys. */
export async function startOurController(settings: Readonly<Record<string, string>>): Promise<MeasuredController> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-bench-'));
  const config = loadConfig({
    file: null,
    env: {},
    flags: { 'esl.port': '0', 'console.port': '-1', 'esl.maxConnections': '100000', 'data.dir': folder, ...settings },
  });
  const controller = await startController(config, createLog({ ...config.log, stream: process.stderr }));
  await controller.store.addAccount({
    ...{ code, name: 'Smith & Co', department: null, customerNumbers: [], enabled: true },
    ...{ validFromMs: null, validUntilMs: null, restriction: unrestricted },
  });
  return {
    port: controller.address().port,
    async stop() {
      await controller.stop(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
