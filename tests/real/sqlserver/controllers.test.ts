import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from '../../cli/run.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

const patienceMs = 120_000;
let database: TestDatabase;
const started: TestController[] = [];

beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.empty());
afterEach(async () => {
  for (const controller of started.splice(0)) await controller.dispose();
});

async function start(name: string): Promise<TestController> {
  const controller = await startTestController({
    'sqlserver.connectionString': database.connectionString,
    'controller.name': name,
    'http.port': '0',
    'log.level': 'info',
  });
  started.push(controller);
  return controller;
}
const logs = (controller: TestController, text: string) =>
  eventually(() => Promise.resolve(controller.logged().includes(text) ? true : null), patienceMs);

type Listed = { name: string; state: string; processId: number; waiting: number; directoryBehind: number | null };
async function listed(): Promise<Listed[]> {
  const ran = await run(['sqlserver', 'controllers', '--json'], {
    BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString,
  });
  return (JSON.parse(ran.stdout) as { controllers: Listed[] }).controllers;
}

type Health = { status: string; problems: { name: string }[]; warnings: { name: string }[]; sqlServer: object | null };
async function health(controller: TestController, path: string): Promise<{ code: number } & Health> {
  const answer = await fetch(`http://127.0.0.1:${controller.webAddress()?.port ?? 0}${path}`);
  return { code: answer.status, ...((await answer.json()) as Health) };
}

describe('dbo.Controllers', () => {
  it('has who is connected, and who was', async () => {
    const one = await start('one');
    await logs(one, 'SQL Server is reachable');
    expect(await listed()).toEqual([
      expect.objectContaining({ name: 'one', state: 'connected', processId: process.pid, waiting: 0 }),
    ]);
    await started.pop()?.dispose();
    expect(await listed()).toEqual([expect.objectContaining({ name: 'one', state: 'stopped' })]);
    // By hand; it keeps nobody from seeing the others.
    await database.pool.request().batch(`UPDATE dbo.Controllers SET Name = N'odd', DirectoryRead = -9223372036854775808,
  RatesRead = 9223372036854775807, SeenAt = '0001-01-01', ConnectedAt = '9999-12-31T23:59:59.999'`);
    await start('two');
    await eventually(async () => ((await listed()).length === 2 ? true : null), patienceMs);
    expect((await listed()).map(({ name }) => name)).toEqual(['odd', 'two']);
  });

  it('has each name once: a second controller of a name is refused, until the first is gone', async () => {
    const one = await start('same');
    await logs(one, 'SQL Server is reachable');
    const two = await start('same');
    await logs(two, 'another controller is named same');
    expect(two.logged()).toContain('controller.name');
    expect(two.logged()).not.toContain('SQL Server is reachable');
    started.splice(0, 1);
    await one.dispose();
    await logs(two, 'SQL Server is reachable');
  });
});

describe('the state of a controller', () => {
  it('says link, age, what waits, and that without any code nobody can call', async () => {
    const one = await start('one');
    await logs(one, 'SQL Server is reachable');
    expect(await health(one, '/readyz')).toMatchObject({ code: 503, status: 'no-codes' });
    await database.pool.request().batch(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', 'Smith')`);
    const ready = await eventually(async () => {
      const now = await health(one, '/readyz');
      return now.code === 200 ? now : null;
    }, patienceMs);
    expect(ready).toMatchObject({
      ...{ status: 'ready', problems: [], warnings: [] },
      sqlServer: { link: 'up', copyAgeMs: expect.any(Number), waiting: 0, waitingSince: null, setAside: 0 },
    });
    expect(await health(one, '/healthz')).toMatchObject({ code: 200, sqlServer: { link: 'up' } });
  });
});
