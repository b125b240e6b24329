import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sqlServerLocks } from '../../../src/store/sqlserver/locks/locks.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { createDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
const controllers: TestController[] = [];
beforeAll(async () => {
  database = await createDatabase();
  for (const name of ['first', 'second']) {
    controllers.push(
      await startTestController({
        ...{
          'controller.name': name,
          'sqlserver.connectionString': database.connectionString,
          'sqlserver.syncMs': '200',
        },
      }),
    );
  }
}, 120_000);
afterAll(async () => {
  for (const controller of controllers) await controller.dispose();
  await database.drop();
});

const phonesLockedAt = async ({ store }: TestController): Promise<string[]> =>
  (await store.listLocks(Date.now())).map(({ phone }) => phone);

it('a phone that one controller locks is locked by the other, until it is released in SQL Server', async () => {
  const [first, second] = controllers as [TestController, TestController];
  const untilMs = Date.now() + 600_000;
  await first.store.keepLock({ phone: '201', sinceMs: Date.now(), untilMs, controller: 'first' });
  const began = performance.now();
  await eventually(async () => ((await phonesLockedAt(second)).includes('201') ? true : null), 20_000);
  process.stdout.write(`shared after ${Math.round(performance.now() - began)} ms\n`);
  await eventually(() => Promise.resolve(second.logged().includes('a lock was released') ? null : true));
  expect(await sqlServerLocks(database.pool, database.name).releaseLocks('201')).toBe(1);
  for (const controller of controllers) {
    await eventually(async () => ((await phonesLockedAt(controller)).length === 0 ? true : null), 20_000);
    await eventually(() => Promise.resolve(controller.logged().includes('a lock was released') ? true : null), 5_000);
  }
}, 60_000);
