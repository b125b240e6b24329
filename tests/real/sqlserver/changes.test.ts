import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.empty());

const run = (text: string) => database.pool.request().batch(text);
const changes = async (): Promise<number> => {
  const { recordset } = await database.pool
    .request()
    .query<{ n: number }>('SELECT COUNT(*) AS n FROM dbo.DirectoryChanges');
  return recordset[0]?.n ?? -1;
};
const start = (flags: Record<string, string> = {}): Promise<TestController> =>
  startTestController({ 'sqlserver.connectionString': database.connectionString, 'sqlserver.syncMs': '200', ...flags });
const names = async ({ store }: TestController): Promise<string[]> =>
  (await store.listAccounts()).map(({ name }) => name);
const untilIt = (controller: TestController, knows: string[]): Promise<true> =>
  eventually(async () => (JSON.stringify(await names(controller)) === JSON.stringify(knows) ? true : null));

describe('dbo.usp_PruneChanges', () => {
  it('removes changes older than given, and keeps the newest', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('1', 'a'), ('2', 'b'), ('3', 'c')`);
    await run('EXEC dbo.usp_PruneChanges @Days = 1');
    expect(await changes()).toBe(3);
    await run('UPDATE dbo.DirectoryChanges SET ChangedAt = DATEADD(DAY, -31, ChangedAt)');
    await run('EXEC dbo.usp_PruneChanges');
    expect(await changes()).toBe(1);
    await expect(run('EXEC dbo.usp_PruneChanges @Days = 0')).rejects.toThrow('@Days is a number from 1');
  });
});

describe('a controller that comes back', () => {
  it('continues where it stopped, reading only what changed meanwhile', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('1', 'a'), ('2', 'b')`);
    const first = await start();
    await untilIt(first, ['a', 'b']);
    await first.stop(0);
    await run(`UPDATE dbo.Accounts SET Name = 'changed' WHERE Code = '1'; DELETE FROM dbo.Accounts WHERE Code = '2'`);
    const second = await start({ 'data.dir': first.folder });
    await untilIt(second, ['changed']);
    expect(second.logged()).not.toContain('copying the directory');
    await second.dispose();
    await first.dispose();
  });

  it('copies everything again if the changes since then were pruned', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('1', 'a'), ('2', 'b')`);
    const first = await start();
    await untilIt(first, ['a', 'b']);
    await first.stop(0);
    await run(
      `DELETE FROM dbo.Accounts WHERE Code = '1'; UPDATE dbo.Accounts SET Name = 'c'; UPDATE dbo.Accounts SET Name = 'd'`,
    );
    await run('UPDATE dbo.DirectoryChanges SET ChangedAt = DATEADD(DAY, -31, ChangedAt)');
    await run('EXEC dbo.usp_PruneChanges');
    const second = await start({ 'data.dir': first.folder });
    await untilIt(second, ['d']);
    await second.dispose();
    await first.dispose();
  });

  it('copies everything again if an older backup of the database was restored', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('1', 'a'), ('2', 'b')`);
    const first = await start();
    await untilIt(first, ['a', 'b']);
    await first.stop(0);
    // As a restore leaves it: rows and their changes are gone together.
    await run(
      `DELETE FROM dbo.Accounts WHERE Code = '2'; DELETE FROM dbo.DirectoryChanges WHERE Id > (SELECT MIN(Id) FROM dbo.DirectoryChanges)`,
    );
    const second = await start({ 'data.dir': first.folder });
    await untilIt(second, ['a']);
    await second.dispose();
    await first.dispose();
  });
});
