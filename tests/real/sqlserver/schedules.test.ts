import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as payers from '../../reports/schedule/payers.ts';
import { anna, ben, carl, daily, dayMs } from '../../reports/schedule/payers.ts';
import { call } from '../../reports/site.ts';
import { plainAccount } from '../../store/records.ts';
import { eventually, happens, startTestController, type TestController } from '../../support/controller.ts';
import { newUser } from '../../../src/web/new-user.ts';
import { openRuns } from '../../../src/store/sqlserver/reports/runs.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import { openOffice } from './office.ts';
import { createDatabase, type TestDatabase } from './server.ts';

const longMs = 120_000;
const mails = [anna, ben, carl];
const begun: (() => Promise<unknown>)[] = [];
let database: TestDatabase;
let server: MailServer;

beforeAll(async () => {
  database = await createDatabase();
  begun.push(() => database.drop());
  server = await startMailServer();
  begun.push(() => server.close());
  const office = await openOffice(database.config);
  for (const [index, mail] of mails.entries()) {
    const account = await office.addAccount({ ...plainAccount(`100${index}`, `Client ${index + 1}`), mail });
    const paid = { accountId: account.id, calledE164: '+18016424655', billableMs: 60_000 };
    await office.save(call(`call-${index}`, Date.now() - 3 * dayMs, paid));
  }
  await office.close();
}, 300_000);
afterAll(async () => {
  for (const end of begun.reverse()) await end();
}, 120_000);

/** A controller with this configuration, for which the last statements are due. */
async function controller(
  name: string,
  schedule: string,
  settings: Record<string, string> = {},
): Promise<TestController> {
  const started = await startTestController({
    ...{ 'controller.name': name, 'sqlserver.connectionString': database.connectionString, 'sqlserver.syncMs': '200' },
    ...{ 'mail.url': server.url, 'mail.from': 'billing@example.org', 'site.timeZone': 'UTC' },
    'reports.schedules': JSON.stringify([{ ...daily, name: schedule }]),
    ...settings,
  });
  begun.push(() => started.dispose());
  payers.missed(join(started.folder, 'billing-codes.db'), schedule);
  return started;
}

const receivers = (): string[] => server.received.map(({ to }) => to.join()).sort();

describe('a schedule in the configuration of two controllers', () => {
  it('sends each client one statement, and either controller knows that it was sent', async () => {
    const both = [await controller('first', 'daily'), await controller('second', 'daily')];
    await happens(() => both.every((one) => one.logged().includes('report delivered')), longMs);
    expect(receivers()).toEqual(mails);
    const logs = both.map((one) => one.logged()).join('\n');
    expect(logs.match(/report delivered by another controller/g)).toHaveLength(1);
    expect(logs).not.toContain('report not delivered');
    // Nobody asks any more who had it.
    const { recordset } = await database.pool
      .request()
      .query("SELECT * FROM dbo.ReportRecipients WHERE Schedule = 'daily'");
    expect(recordset).toEqual([]);
    for (const one of both) await one.stop(0);
  }, 300_000);

  it('is taken over from a controller that is gone, for those whose statement it had not sent', async () => {
    server.received.length = 0;
    const dueAtMs = Math.floor(Date.now() / dayMs) * dayMs;
    await database.pool.request().input('due', new Date(dueAtMs))
      .query(`INSERT INTO dbo.Controllers (Name, Host, Folder, ProcessId, ProgramVersion, ConnectedAt, SeenAt)
VALUES (N'gone', N'elsewhere', N'/data', 1, '1', SYSUTCDATETIME(), DATEADD(MINUTE, -2, SYSUTCDATETIME()));
INSERT INTO dbo.ReportRuns (Schedule, DueAt, Controller, ClaimedAt) VALUES (N'later', @due, N'gone', SYSUTCDATETIME());
INSERT INTO dbo.ReportRecipients (Schedule, DueAt, Recipient, Controller, DeliveredAt)
VALUES (N'later', @due, N'account 1 anna@example.org', N'gone', SYSUTCDATETIME())`);
    const heir = await controller('heir', 'later');
    await happens(() => heir.logged().includes('report delivered'), longMs);
    expect(receivers()).toEqual([ben, carl]);
  }, 300_000);

  it('is left to a controller that is making it', async () => {
    server.received.length = 0;
    server.hangsAt = carl;
    const maker = await controller('maker', 'shared');
    await happens(() => server.begun.length > 0 && receivers().length === 2, longMs);
    const other = await controller('other', 'shared');
    await happens(() => other.logged().includes('another controller makes the report'), longMs);
    expect(receivers()).toEqual([anna, ben]);
    // It is stopped: the other one goes on where it was.
    await maker.stop(0);
    server.hangsAt = null;
    await happens(() => other.logged().includes('report delivered'), longMs);
    expect(receivers()).toEqual(mails);
    expect(maker.logged()).not.toContain('report delivered');
  }, 300_000);
});

describe('a schedule that was made in the console of one of two controllers', () => {
  it('is known to the other, and sent once', async () => {
    server.received.length = 0;
    const both = [
      await controller('maker-of-it', 'none', { 'reports.schedules': '[]' }),
      await controller('its-twin', 'none', { 'reports.schedules': '[]' }),
    ];
    const [first, second] = both as [TestController, TestController];
    const entry = { atMs: Date.now(), who: 'anna', address: '', action: 'report-scheduled', subject: 'usage' } as const;
    const kept = { ...entry, before: null, after: null };
    const { id: userId } = await first.store.addUser({ ...newUser('anna', 1), role: 'manager' }, kept);
    const asked = { userId, name: 'Usage', report: 'usage-by-account', query: '', madeAtMs: 1, schedule: null };
    const { id, key } = await first.store.saveReport(asked, kept);
    const schedule = {
      name: `Usage-${key.slice(0, 8)}`,
      report: 'usage-by-account',
      preset: 'yesterday',
      every: 'day',
    };
    await first.store.scheduleReport(id, { ...schedule, at: '00:00', format: 'csv', mailTo: [anna] }, kept);
    await eventually(
      async () => ((await second.store.listSavedReports(null))[0]?.schedule?.['name'] === schedule.name ? true : null),
      longMs,
    );
    for (const { folder } of both) payers.missed(join(folder, 'billing-codes.db'), schedule.name);
    await happens(() => both.every((one) => one.logged().includes('report delivered')), longMs);
    expect(receivers()).toEqual([anna]);
    const logs = both.map((one) => one.logged()).join('\n');
    expect(logs.match(/report delivered by another controller/g)).toHaveLength(1);
    for (const one of both) await one.stop(0);
  }, 300_000);
});

describe('reminders of calls without a code on two controllers', () => {
  const name = 'reminders of calls without a code';
  const settings = {
    'reports.schedules': '[]',
    'reminders.at': '00:00',
    'reminders.consoleUrl': 'https://billing.example',
  };

  it('come from one of them, and not again from the other once that one is gone', async () => {
    server.received.length = 0;
    const office = await openOffice(database.config);
    await office.addExtension({ number: '201', mail: 'phone@example.org' });
    const waiting = { extension: '201', uncoded: true, accountId: null, billableMs: 60_000 };
    await office.save(call('uncoded', Date.now() - 3_600_000, waiting));
    await office.close();
    const both = [await controller('one', name, settings), await controller('two', name, settings)];
    await happens(() => both.every((one) => one.logged().includes('report delivered')), longMs);
    expect(receivers()).toEqual(['phone@example.org']);
    for (const one of both) await one.stop(0);
    const heir = await controller('three', name, settings);
    await happens(() => heir.logged().includes('report delivered'), longMs);
    expect(receivers()).toEqual(['phone@example.org']);
    expect(heir.logged()).not.toContain('by another controller');
  }, 300_000);

  it('is not made by a controller whose name another one has, until that one is gone', async () => {
    const [one, other] = await Promise.all(
      ['here', 'there'].map((host) => openRuns(database.config, { name: 'twin', host, folder: '/data' })),
    );
    const seen = (at: string) =>
      database.pool.request().batch(`DELETE FROM dbo.Controllers WHERE Name = 'twin';
INSERT INTO dbo.Controllers (Name, Host, Folder, ProcessId, ProgramVersion, ConnectedAt, SeenAt)
VALUES ('twin', N'here', N'/data', 1, '1', SYSUTCDATETIME(), ${at})`);
    const dueAtMs = Date.parse('2026-10-01T00:00:00Z');
    try {
      await seen('SYSUTCDATETIME()');
      expect(await other?.claim('twins', dueAtMs)).toBe('under-way');
      expect(typeof (await one?.claim('twins', dueAtMs))).toBe('object');
      expect(await other?.claim('twins', dueAtMs)).toBe('under-way');
      await seen('DATEADD(MINUTE, -2, SYSUTCDATETIME())');
      expect(typeof (await other?.claim('twins', dueAtMs))).toBe('object');
    } finally {
      await one?.close();
      await other?.close();
    }
  });
});
