import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../../../src/words/alert.ts';
import type { NewAuditEntry } from '../../../src/words/console.ts';
import { newUser } from '../../../src/web/new-user.ts';
import { liveElsewhere } from '../../../src/words/live-call.ts';
import { openSqlServerStore } from '../../../src/store/sqlserver/store.ts';
import { openRecord } from '../../store/records.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { createDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
const controllers: TestController[] = [];
beforeAll(async () => {
  database = await createDatabase();
  for (const name of ['first', 'second'])
    controllers.push(
      await startTestController({
        ...{ 'controller.name': name, 'sqlserver.connectionString': database.connectionString },
        'sqlserver.syncMs': '200',
      }),
    );
}, 120_000);
afterAll(async () => {
  for (const controller of controllers) await controller.dispose();
  await database.drop();
});

const both = (): [TestController, TestController] => controllers as [TestController, TestController];
const entry = (subject: string): NewAuditEntry => ({
  ...{ atMs: Date.now(), who: 'Łucja', address: '127.0.0.1', action: 'user-changed', subject },
  ...{ before: null, after: { name: 'Анна "A"' } },
});
const seen = <T>(what: () => Promise<T | null>): Promise<T> => eventually(what, 30_000);
const found = async ({ store }: TestController, name: string) => (await store.findUser(name)) ?? null;

describe('the consoles of two controllers', () => {
  it('know the same people and tokens, and end the sessions of whoever is disabled', async () => {
    const [first, second] = both();
    const user = {
      ...newUser('Łucja O’Hara', 1_000),
      passwordHash: '$argon2id$v=19$x',
      totpSecret: 'ABC',
      totpStep: 9,
    };
    const { id } = await first.store.addUser(user, entry('user Łucja'));
    const there = await seen(() => found(second, 'Łucja O’Hara'));
    expect({ ...there, id }).toEqual({ id, ...user });
    await second.store.openSession(
      {
        ...{ tokenHash: 'browser', userId: there.id, method: 'password', createdAtMs: 1, seenAtMs: 1 },
        ...{ address: '', agent: '' },
      },
      entry('signed in'),
    );
    const { id: tokenId } = await second.store.addToken(
      {
        ...{ userId: there.id, name: 'export', tokenHash: 'hash', scopes: ['calls:read'], createdAtMs: 1 },
        ...{ expiresAtMs: 9e12, usedAtMs: null, revokedAtMs: null },
      },
      entry('token export'),
    );
    await seen(() => first.store.findToken('hash'));
    await first.store.changeUser(id, { isEnabled: false }, entry('user disabled'));
    await seen(async () => ((await second.store.findSession('browser')) === null ? true : null));
    expect((await found(second, 'Łucja O’Hara'))?.isEnabled).toBe(false);
    await second.store.revokeToken(tokenId, 5_000, entry('token export'));
    await seen(async () => ((await first.store.findToken('hash'))?.revokedAtMs === 5_000 ? true : null));
    for (const one of [first, second]) expect(one.logged()).not.toContain('console are not shared');
  }, 120_000);

  it('show one audit trail, which nobody changes in SQL Server', async () => {
    const [first, second] = both();
    await first.store.appendAudit({ ...entry('ɸ on the first'), before: { a: '1' } });
    await second.store.appendAudit(entry('ɸ on the second'));
    const trail = async ({ store }: TestController) => {
      const lines = await store.listAudit({ subject: 'ɸ', limit: 10 });
      return lines.length === 2 ? lines.map(({ subject, controller }) => `${subject}: ${controller ?? 'here'}`) : null;
    };
    expect((await seen(() => trail(first))).sort()).toEqual(['ɸ on the first: here', 'ɸ on the second: second']);
    expect((await seen(() => trail(second))).sort()).toEqual(['ɸ on the first: first', 'ɸ on the second: here']);
    const [line] = await second.store.listAudit({ subject: 'ɸ on the first', limit: 1 });
    expect(line).toMatchObject({ who: 'Łucja', before: { a: '1' }, after: { name: 'Анна "A"' } });
    const change = (statement: string) => database.pool.request().batch(statement);
    await expect(change("UPDATE dbo.ConsoleAudit SET Who = N'nobody'")).rejects.toThrow('cannot be changed');
    await expect(change('DELETE FROM dbo.ConsoleAudit')).rejects.toThrow('cannot be changed');
  }, 120_000);

  it('show calls that the other controller serves, as long as it is connected', async () => {
    const [first] = both();
    const record = { ...openRecord('up-on-first'), controller: 'first', startedAtMs: Date.now() };
    await first.store.save(record);
    await first.store.save({ ...openRecord('over'), controller: 'first', outcome: 'busy', endedAtMs: Date.now() });
    const there = await openSqlServerStore(database.config);
    try {
      const shownTo = async (controller: string) =>
        (await there.listRunningElsewhere(controller, 10)).map(({ callId }) => callId);
      await seen(async () => ((await shownTo('second')).length > 0 ? true : null));
      expect(await shownTo('second')).toEqual(['up-on-first']);
      expect(await shownTo('first')).toEqual([]);
      await first.store.save({ ...record, answeredAtMs: Date.now() });
      await seen(async () =>
        liveElsewhere((await there.listRunningElsewhere('second', 1))[0] ?? record).phase === 'talking' ? true : null,
      );
      await database.pool
        .request()
        .batch("UPDATE dbo.Controllers SET StoppedAt = SYSUTCDATETIME() WHERE Name = N'first'");
      expect(await shownTo('second')).toEqual([]);
    } finally {
      await there.close();
    }
  }, 120_000);

  it('show each other’s alerts, which the one that saw them delivers, and which go when they are old', async () => {
    const [first, second] = both();
    const alert = (id: string, text: string): Alert => ({
      ...{ id, kind: 'limit', level: 'warning', atMs: Date.now(), controller: 'first', callId: `call of ${id}` },
      ...{ text, fields: { number: '+18016424655', account: 'Łucja “A”' } },
    });
    const shown = async ({ store }: TestController, id: string) =>
      (await store.listAlerts({ callId: `call of ${id}`, limit: 1 }))[0] ?? null;
    const [old, recent] = [alert('old', '80 % of the money of Łucja is used'), alert('recent', 'all of it')];
    await first.store.keepAlert(old, ['webhook']);
    expect(await seen(() => shown(second, 'old'))).toMatchObject({
      ...old,
      deliveries: [{ way: 'webhook', tries: 0 }],
    });
    await first.store.noteDelivery({ alertId: 'old', way: 'webhook', kind: 'delivered', atMs: 5 });
    await seen(async () => ((await shown(second, 'old'))?.deliveries[0]?.deliveredAtMs === 5 ? true : null));
    expect(await second.store.undelivered({ way: 'webhook', isEmergency: false }, 10)).toEqual([]);

    await second.store.eraseWords({ number: '+18016424655' });
    await seen(async () => ((await shown(first, 'old'))?.text === '(erased)' ? true : null));
    const kept = async () =>
      (
        await database.pool
          .request()
          .query<{ RowKey: string }>("SELECT RowKey FROM dbo.ConsoleRows WHERE Kind = 'alert'")
      ).recordset;
    await database.pool
      .request()
      .batch("UPDATE dbo.ConsoleRows SET ChangedAt = DATEADD(DAY, -401, SYSUTCDATETIME()) WHERE RowKey = 'old'");
    await first.store.keepAlert(recent, []);
    await seen(() => shown(second, 'recent'));
    await seen(async () => ((await kept()).length === 1 ? true : null));
    expect(await kept()).toEqual([{ RowKey: 'recent' }]);
  }, 120_000);

  it('go on with the others where somebody spoils a row', async () => {
    const [first, second] = both();
    await first.store.addUser(newUser('Ben', 1_000), entry('user Ben'));
    await seen(() => found(second, 'Ben'));
    await database.pool.request()
      .batch(`UPDATE dbo.ConsoleRows SET Content = N'{"name": ', Version = 1000 WHERE NameKey = N'ben';
INSERT INTO dbo.ConsoleRows (Kind, RowKey, NameKey, Content, Version, ChangedAt, Controller)
VALUES ('user', 'odd', N'odd', N'{"name":"odd","isEnabled":7}', 1001, SYSUTCDATETIME(), N'by hand');
UPDATE dbo.ConsoleVersion SET Version = 1001`);
    await seen(() =>
      Promise.resolve(
        second.logged().includes('user "odd" (dbo.ConsoleRows, RowKey odd) of the console is not taken') ? true : null,
      ),
    );
    expect(await found(second, 'Ben')).toMatchObject({ isEnabled: true });
    await first.store.addUser(newUser('Carla', 1_000), entry('user Carla'));
    await seen(() => found(second, 'Carla'));
    await database.pool.request()
      .batch(`INSERT INTO dbo.ConsoleRows (Kind, RowKey, NameKey, Content, Version, ChangedAt, Controller)
VALUES ('user', 'beyond', N'beyond', N'{"name":"beyond"}', 9223372036854775807, SYSUTCDATETIME(), N'by hand')`);
    await seen(() => Promise.resolve(/user "beyond" .*, is not from 1 up to/.test(second.logged()) ? true : null));
    await first.store.addUser(newUser('Dora', 1_000), entry('user Dora'));
    await seen(() => found(second, 'Dora'));
  }, 120_000);
});
