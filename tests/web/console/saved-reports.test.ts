import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { prepareDelivery } from '../../../src/reports/schedule/deliver.ts';
import { readSchedule } from '../../../src/reports/schedule/settings.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import type { Browser } from './browser.ts';
import { seed } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let mail: MailServer;
let manager: Browser;
beforeAll(async () => {
  mail = await startMailServer();
  console = await startTestConsole({ flags: { 'mail.url': mail.url, 'mail.from': 'billing@example.org' } });
  await seed(console.store);
  manager = await console.as('manager');
});
afterAll(async () => {
  await console.dispose();
  await mail.close();
});

const query = 'preset=last-month&filter=department%3DSales%3B+outcome%3Danswered';
const save = async (browser: Browser, name: string, report = 'usage-by-account') => {
  await browser.get(`/reports/${report}?${query}`);
  return browser.post('/reports/saved', { report, query, name });
};
const good = { preset: 'last-month', every: 'week', on: '2', at: '06:30', format: 'csv', mailTo: 'a@x.org, b@x.org' };
const idOf = (text: string, name: string): string => {
  const [, id = ''] = new RegExp(`${name}</a[\\s\\S]*?/reports/saved/(\\d+)/`).exec(text) ?? [];
  return id;
};

describe('a saved report', () => {
  it('is listed under its name, opened with its filters, and deleted', async () => {
    expect((await save(manager, 'Sales, <answered>')).text).toContain('The report was saved.');
    const list = (await manager.get('/reports/saved')).text;
    expect(list).toContain('Sales, &lt;answered&gt;');
    const [, path = ''] = /href="(\/reports\/usage-by-account\?[^"]*)"/.exec(list) ?? [];
    const opened = await manager.get(path.replaceAll('&amp;', '&'));
    expect(opened.text).toContain('department=Sales; outcome=answered');
    const id = idOf(list, 'answered&gt;');
    await manager.get('/reports/saved');
    expect((await manager.post(`/reports/saved/${id}/delete`)).text).toContain('The report was deleted.');
    expect((await manager.get('/reports/saved')).text).toContain('No reports are saved');
    const audit = (await (await console.as('auditor')).get('/audit')).text;
    expect(audit).toContain('saved a report');
    expect(audit).toContain('deleted a saved report');
  });

  it.each([
    ['', 'Enter a name'],
    ['x'.repeat(61), 'at most 60 characters'],
  ])('named %j is refused', async (name, says) => {
    const page = await save(manager, name);
    expect([page.status, page.text]).toEqual([422, expect.stringContaining(says)]);
  });

  it('has a name of its own, and is its user’s: another reporter neither sees nor deletes it', async () => {
    await save(manager, 'Mine');
    expect((await save(manager, 'MINE')).text).toContain('You have a report called &quot;MINE&quot; already');
    const reporter = await console.as('reporter');
    expect((await save(reporter, 'Mine')).text).toContain('The report was saved.');
    const list = (await manager.get('/reports/saved')).text;
    expect(list).toContain('reporter');
    const id = idOf(list, 'Mine');
    const viewer = await console.as('viewer', { departmentId: 1 });
    await viewer.get('/reports/saved');
    expect((await viewer.post(`/reports/saved/${id}/delete`)).status).toBe(404);
    expect((await reporter.get(`/reports/saved/${id}/schedule`)).status).toBe(403);
    expect((await manager.get('/reports/saved')).text).toContain('Mine');
  });

  it('is scheduled: it is what the configuration could have, and arrives as a mail', async () => {
    await save(manager, 'Überblick Sales');
    const id = idOf((await manager.get('/reports/saved')).text, 'Überblick Sales');
    const path = `/reports/saved/${id}/schedule`;
    expect((await manager.get(path)).text).toContain('department=Sales; outcome=answered');
    for (const [wrong, says] of [
      [{ at: '6 o’clock' }, 'must be a time such as 06:00'],
      [{ mailTo: 'nobody' }, 'must be e-mail addresses'],
      [{ on: '9' }, '&quot;on&quot; is 1 (Monday) to 7 for a week'],
      [{ every: 'hour' }, 'Invalid option'],
    ] as const) {
      const page = await manager.post(path, { ...good, ...wrong });
      expect([page.status, page.text]).toEqual([422, expect.stringContaining(says)]);
    }
    expect((await manager.post(path, good)).text).toContain('The report was scheduled');
    expect((await manager.get('/reports/saved')).text).toContain('every week, day 2 at 06:30, to a@x.org, b@x.org');
    const deliveries = openDeliveries(console.file);
    const [given] = deliveries.ofPeople();
    const zone = console.parts.site.zone;
    const calendar = { zone, fiscalYearStart: '01-01', canMail: true, warn: () => undefined };
    const read = readSchedule(given, calendar);
    if (!read.ok) throw new Error(read.problem);
    expect(read.value).toMatchObject({
      name: expect.stringMatching(/^Uberblick-Sales-[0-9a-f]{8}$/),
      filter: ['department=Sales', 'outcome=answered'],
    });
    await prepareDelivery({
      ...{ zone, site: console.parts.site.report, mail: { url: mail.url, from: 'billing@example.org' } },
      ...{ receipts: deliveries.receipts, issued: deliveries.issued, nowMs: Date.now, warn: () => undefined },
      dataFolder: dirname(console.file),
      openSource: () => Promise.resolve(openLocalReports(console.file)),
    })(read.value, Date.now(), new AbortController().signal);
    deliveries.close();
    expect(
      mail.received
        .map(({ to }) => to)
        .flat()
        .sort(),
    ).toEqual(['a@x.org', 'b@x.org']);
    const sent = await manager.get('/reports/deliveries');
    expect(sent.text).toContain('b@x.org');
    expect((await manager.get('/reports/deliveries?show=failed')).text).not.toContain('b@x.org');
    await manager.get('/reports/saved');
    expect((await manager.post(`/reports/saved/${id}/unschedule`)).text).toContain('not sent any more');
  });

  it('is not sent for somebody who may not sign in any more', async () => {
    const chief = await console.as('administrator', { name: 'chief' });
    await save(chief, 'For the chief');
    const id = idOf((await chief.get('/reports/saved')).text, 'For the chief');
    await chief.get(`/reports/saved/${id}/schedule`);
    await chief.post(`/reports/saved/${id}/schedule`, good);
    const deliveries = openDeliveries(console.file);
    expect(deliveries.ofPeople()).toHaveLength(1);
    const user = await console.store.findUser('chief');
    await console.store.changeUser(user?.id ?? 0, { isEnabled: false }, null);
    expect(deliveries.ofPeople()).toHaveLength(0);
    deliveries.close();
  });
});
