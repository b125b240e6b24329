import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { consoleRecord, type ConsoleRecord } from '../../../src/controller/console-record.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { openSharedStore, type SharedStore } from '../../../src/store/sqlite/shared-store.ts';
import { openLocalStore, type LocalStore } from '../../../src/store/sqlite/store.ts';
import type { ControllerPort } from '../../../src/web/parts.ts';
import type { NewAuditEntry } from '../../../src/words/console.ts';
import { account } from '../../support/controller.ts';
import { startProxy, type Proxy } from '../../support/proxy.ts';
import { aCall } from '../../web/console/seed.ts';
import { createDatabase, type TestDatabase } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-console-away-'));
const file = join(folder, 'billing-codes.db');
let database: TestDatabase;
let proxy: Proxy;
/** The copy of this controller, in which somebody is named otherwise: so a page shows which of the two it is made of. */
let local: LocalStore;
let shared: SharedStore;
let record: ConsoleRecord;

/** The controller has noticed nothing yet. */
const health = () => Promise.resolve({ sqlServer: { link: 'up', copyAgeMs: 1_000 } });
const entry: NewAuditEntry = {
  ...{ atMs: 1, who: 'Ann', address: '', action: 'account-added', subject: 'account', before: null, after: null },
};

beforeAll(async () => {
  database = await createDatabase();
  proxy = await startProxy({ host: database.config.server, port: database.config.port ?? 1433 });
  const config = loadConfig({
    file: null,
    env: {},
    flags: {
      'data.dir': folder,
      'sqlserver.connectionString': database.connectionString.replace(
        /Server=[^;]*/i,
        `Server=127.0.0.1,${proxy.port}`,
      ),
    },
  });
  local = await openLocalStore({ file });
  await local.addAccount(account('12345', { name: 'As copied' }));
  await local.save(aCall('of the copy'));
  shared = openSharedStore({ file, writer: local.shareWriter(), rules: { freeCallTypes: [], timeZone: 'UTC' } });
  record = consoleRecord(config, {
    ...{ local: shared, reports: openLocalReports(file), controller: { health } as unknown as ControllerPort },
  });
  await record.change(entry).addAccount(account('12345', { name: 'There' }));
}, 120_000);
afterAll(async () => {
  await record.close();
  shared.close();
  await local.close();
  await proxy.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

const named = async (): Promise<string | undefined> => (await record.store.findAccountByCode('12345'))?.name;
const listed = async (): Promise<string[]> => {
  const found: string[] = [];
  const query = { period: { fromMs: 0, untilMs: Date.now() + 1 }, filters: {} };
  for await (const calls of record.reports.calls(query)) found.push(...calls.map(({ callId }) => callId));
  return found;
};

describe('SQL Server that goes away while a page is made, before the controller has noticed', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'its connections are reset',
      async () => {
        proxy.reset();
        await Promise.resolve();
      },
    ],
    ['it is stopped', () => proxy.stop()],
  ])(
    '%s: the page is made of the copy, says so, and nothing is changed',
    async (_how, goAway) => {
      // What was noticed before is forgotten by then.
      await new Promise((resolve) => setTimeout(resolve, 5_500));
      expect([await named(), await listed(), await record.away()]).toEqual(['There', [], null]);
      const asking = [named(), listed(), named()];
      await goAway();
      for (const answer of await Promise.all(asking))
        expect([['of the copy'], 'As copied', [], 'There']).toContainEqual(answer);
      expect([await named(), await listed()]).toEqual(['As copied', ['of the copy']]);
      expect(await record.away()).toEqual({ copyAgeMs: 1_000 });
      await expect(record.change(entry).addAccount(account('777'))).rejects.toMatchObject({
        code: 'unavailable',
        message: 'SQL Server is not reachable, so nothing was changed: try again once it is.',
      });
    },
    60_000,
  );
});
