import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../../src/simulator/freeswitch.ts';
import { openLocalStore, type LocalStore } from '../../../src/store/sqlite/store.ts';
import { plainAccount } from '../../store/records.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { createDatabase, type TestDatabase } from './server.ts';

/** Another database is made meanwhile, on a machine that may have much else to do. */
const patienceMs = 120_000;

let database: TestDatabase;
let folder: string;
let controller: TestController | null;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.empty();
  folder = mkdtempSync(join(tmpdir(), 'billing-identity-'));
  controller = null;
});
afterEach(async () => {
  await controller?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const run = (text: string) => database.pool.request().batch(text);
const count = async (table: string): Promise<number> =>
  (await database.pool.request().query<{ Rows: number }>(`SELECT COUNT(*) AS Rows FROM dbo.${table}`)).recordset[0]
    ?.Rows ?? -1;
const file = () => join(folder, 'billing-codes.db');

/** What a site without SQL Server has in its file. */
async function locally(work: (store: LocalStore) => Promise<unknown>): Promise<void> {
  const store = await openLocalStore({ file: file() });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

const start = async (to: TestDatabase = database): Promise<TestController> =>
  (controller = await startTestController({
    ...{ 'data.dir': folder, 'sqlserver.connectionString': to.connectionString, 'sqlserver.syncMs': '100' },
    ...{ 'sqlserver.lookupMs': '1500', 'log.level': 'info' },
  }));
const says = (one: TestController, text: string) =>
  eventually(() => Promise.resolve(one.logged().includes(text) ? true : null), patienceMs);

async function dial(one: TestController, code: string) {
  const simulator = createSimulator({ controllers: `127.0.0.1:${one.port}`, paceMs: 0 });
  try {
    return await simulator.placeCall({ dialled: '9', keys: [`${code}**8016424655#`], outOfKeys: 'hang-up' }).finished;
  } finally {
    simulator.close();
  }
}

describe('a directory that was made here', () => {
  it('stays as it is when an empty SQL Server is configured, serves calls, and says what to do', async () => {
    await locally(async (store) => {
      await store.addAccount(plainAccount('111'));
      await store.addAccount(plainAccount('222'));
    });
    const one = await start();
    await says(one, 'billing-codes move-to-sqlserver');
    const call = await dial(one, '111');
    expect(call.answered).toBe(true);
    // Longer than the next look at SQL Server.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect((await one.store.listAccounts()).map(({ code }) => code)).toEqual(['111', '222']);
    expect(await count('CallRecords')).toBe(0);
    expect(one.logged().match(/move-to-sqlserver/g)).toHaveLength(1);
    expect(one.logged()).not.toContain('SQL Server is reachable');
  });

  it('is not mixed with what SQL Server has: its codes are unknown here', async () => {
    await locally((store) => store.addAccount(plainAccount('111')));
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('999', N'Another payer')`);
    const one = await start();
    await says(one, 'billing-codes move-to-sqlserver');
    expect((await dial(one, '999')).answered).toBe(false);
    expect((await one.store.listAccounts()).map(({ code }) => code)).toEqual(['111']);
    expect(await count('CallRecords')).toBe(0);
  });
});

describe('a new file', () => {
  it('becomes a copy, and stays one of this database when another one is configured', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', N'Smith & Co')`);
    const first = await start();
    await eventually(async () => ((await first.store.directoryPosition()) === null ? null : true), patienceMs);
    expect(await first.store.freshAtMs()).not.toBeNull();
    expect((await first.store.copyOrigin()).source?.databaseId).toMatch(/^[0-9a-f-]{36}$/);
    await first.stop(0);
    const other = await createDatabase();
    try {
      await other.pool.request().batch(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('777', N'Jones')`);
      const second = await start(other);
      await says(second, 'a copy of another database');
      expect((await second.store.listAccounts()).map(({ code }) => code)).toEqual(['12345']);
      const call = await dial(second, '12345');
      expect(call.answered ? [] : [call, second.logged()]).toEqual([]);
      await second.stop(0);
      const third = await start();
      await says(third, 'SQL Server is reachable');
      await eventually(async () => ((await count('CallRecords')) === 1 ? true : null), patienceMs);
    } finally {
      await other.drop();
    }
  });
});

describe('a copy of an earlier version, which noted no source', () => {
  const forgetSource = (): void => {
    const db = new Database(file());
    db.prepare("DELETE FROM settings WHERE name = 'copy.source'").run();
    db.close();
  };

  async function copied(): Promise<void> {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', N'Smith & Co'), ('54321', N'Jones')`);
    const first = await start();
    await eventually(async () => ((await first.store.listAccounts()).length === 2 ? true : null), patienceMs);
    await eventually(async () => ((await first.store.directoryPosition()) === null ? null : true), patienceMs);
    await first.stop(0);
    forgetSource();
  }

  it('goes on with the database that has its rows, also where some changed meanwhile', async () => {
    await copied();
    await run(`UPDATE dbo.Accounts SET Enabled = 0, Code = '12346' WHERE Code = '12345'`);
    const second = await start();
    await says(second, 'SQL Server is reachable');
    await eventually(async () => ((await second.store.findAccountByCode('12346'))?.enabled === false ? true : null));
    expect(await second.store.findAccountByCode('54321')).not.toBeNull();
  });

  it('is left alone by a database that does not have them', async () => {
    await copied();
    await run('DELETE FROM dbo.Accounts');
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', N'Another payer')`);
    const second = await start();
    await says(second, 'billing-codes move-to-sqlserver');
    expect((await second.store.listAccounts()).map(({ code }) => code)).toEqual(['12345', '54321']);
  });
});
