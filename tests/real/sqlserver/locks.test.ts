import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sqlServerLocks } from '../../../src/store/sqlserver/locks/locks.ts';
import { quickest, underLoad } from '../../support/load.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { oneAtATime } from './one-at-a-time.ts';
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
});
afterAll(async () => {
  for (const controller of controllers) await controller.dispose();
  await database.drop();
});

const phonesLockedAt = async ({ store }: TestController): Promise<string[]> =>
  (await store.listLocks(Date.now())).map(({ phone }) => phone);

it('a phone that one controller locks is locked by the other, until it is released in SQL Server', async () => {
  const [first, second] = controllers as [TestController, TestController];
  for (const controller of controllers) {
    await eventually(() => Promise.resolve(controller.logged().includes('SQL Server is reachable') ? true : null));
  }
  const lock = (phone: string) => ({ phone, sinceMs: Date.now(), untilMs: Date.now() + 600_000, controller: 'first' });
  const isShared = (phone: string) =>
    eventually(async () => ((await phonesLockedAt(second)).includes(phone) ? true : null));
  // The first statements of a new connection take longer.
  await first.store.keepLock(lock('200'));
  await isShared('200');
  let locked = 1;
  const tookMs = await oneAtATime(() =>
    quickest(underLoad(600), async (nth) => {
      const began = performance.now();
      await first.store.keepLock(lock(String(201 + nth)));
      locked += 1;
      await isShared(String(201 + nth));
      return performance.now() - began;
    }),
  );
  expect(tookMs).toBeLessThan(underLoad(600));
  await eventually(() => Promise.resolve(second.logged().includes('a lock was released') ? null : true));
  expect(await sqlServerLocks(database.pool, database.name).releaseLocks(null)).toBe(locked);
  for (const controller of controllers) {
    await eventually(async () => ((await phonesLockedAt(controller)).length === 0 ? true : null));
    await eventually(() => Promise.resolve(controller.logged().includes('a lock was released') ? true : null));
  }
});
