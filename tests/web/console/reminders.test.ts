import { afterAll, beforeAll, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { remindersOf } from '../../../src/controller/reminding.ts';
import { plainSite } from '../../../src/reports/site.ts';
import { openReminders } from '../../../src/store/sqlite/reports/reminders.ts';
import { phoneLink } from '../../../src/web/access/phone-link.ts';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { zoneNamed } from '../../../src/words/zone.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import { aCall, seed } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

/** Reminders by a real mail server, and the links in them in a browser that is not signed in. */

const dayMs = 86_400_000;
let console: TestConsole;
let server: MailServer;
beforeAll(async () => {
  console = await startTestConsole({ flags: { 'mail.url': 'smtp://127.0.0.1:9', 'mail.from': 'billing@example.org' } });
  server = await startMailServer();
  await seed(console.store);
  await console.store.updateDepartment('Sales', { mail: 'sales@example.org' });
  await console.store.updateExtension('201', { mail: 'anna@example.org' });
});
afterAll(async () => {
  await server.close();
  await console.dispose();
});

const uncoded = (callId: string, ageDays: number, more: Partial<CallRecord> = {}) => {
  const startedAtMs = Date.now() - ageDays * dayMs;
  const times = { startedAtMs, answeredAtMs: startedAtMs + 1000, endedAtMs: startedAtMs + 61_000 };
  return console.store.save(
    aCall(callId, { extension: '201', accountId: null, accountName: null, uncoded: true, ...times, ...more }),
  );
};
const warned: string[] = [];
const reminders = (url = server.url) =>
  remindersOf(
    {
      ...{
        controller: { name: 'one', host: 'here', folder: '/data' },
        file: console.file,
        sqlServer: null,
        site: plainSite,
      },
      mail: { url, from: 'billing@example.org' },
      reminders: { at: '09:00', consoleUrl: console.origin, deadlineDays: 7, escalateTo: [] },
    },
    { zone: zoneNamed('UTC'), warn: (line) => warned.push(line) },
  );
const send = (url?: string) => reminders(url).send(new AbortController().signal);
const received = () => server.received.splice(0).map(({ to, text }) => ({ to, text: text.replaceAll('=\r\n', '') }));
const linkIn = (text: string): string => /http:\/\/127\.0\.0\.1:\d+(\/my-calls\/by-link\/\S+)/.exec(text)?.[1] ?? '';
const accountOf = async (callId: string) => (await console.store.findCallRecord(callId))?.accountName ?? null;
const key = (): Uint8Array => {
  const reminders = openReminders(console.file);
  const found = reminders.linkKey();
  reminders.close();
  return found;
};

it('a caller is reminded once, and assigns the call by the link without signing in', async () => {
  await uncoded('one', 1);
  await expect(send('smtp://127.0.0.1:9')).rejects.toThrow(/anna@example\.org: the mail server did not accept it/);
  await send();
  await send();
  const [mail, ...more] = received();
  expect(more).toEqual([]);
  expect(mail?.to).toEqual(['anna@example.org']);
  expect(mail?.text).toMatch(/^Subject: whose call was this\? Extension 201/m);
  const link = linkIn(mail?.text ?? '');
  const browser = console.browser();
  expect((await browser.get(link)).text).toContain('Whose calls were these?');
  const done = await browser.post(`${link}/one`, { like: 'call-Sales' });
  expect(done.text).toContain('The call was assigned.');
  expect(await accountOf('one')).toBe('Sales account');
  expect((await console.store.listMoves({ callId: 'one' }))[0]).toMatchObject({ movedBy: 'extension 201, by link' });
  expect((await console.parts.people.listAudit({ limit: 1 }))[0]).toMatchObject({ who: 'extension 201, by link' });
});

it('a reminder that cannot be noted is not sent again, and one that was stopped is not taken for sent', async () => {
  await uncoded('two', 1, { calledE164: '+18016420199' });
  const ended = new AbortController();
  ended.abort();
  await expect(reminders().send(ended.signal)).rejects.toThrow('the controller was stopped');
  expect(received()).toEqual([]);
  const db = new Database(console.file);
  db.exec("CREATE TRIGGER full BEFORE INSERT ON call_reminders BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  const sending = reminders();
  for (let tries = 0; tries < 3; tries += 1) {
    await expect(sending.send(new AbortController().signal)).rejects.toThrow(/disk full/);
  }
  db.exec('DROP TRIGGER full');
  db.close();
  await sending.send(new AbortController().signal);
  expect(received().map(({ to }) => to)).toEqual([['anna@example.org']]);
  await send();
  expect(received()).toEqual([]);
});

it('past the deadline the department is told, once', async () => {
  await uncoded('late', 8);
  await send();
  await send();
  const mails = received();
  expect(mails.map(({ to }) => to)).toEqual([['sales@example.org']]);
  expect(mails[0]?.text).toContain(`${console.origin}/calls/late`);
  await uncoded('elsewhere', 8, { extension: '299' });
  await send();
  expect(warned.splice(0)).toEqual([expect.stringMatching(/^1 calls without a code are past their deadline/)]);
});

it('a link is good for its phone and its time alone', async () => {
  await uncoded('two', 1);
  await uncoded('of another', 1, { extension: '202' });
  const good = { extension: '201', untilMs: Date.now() + dayMs };
  const signing = { key: key(), mail: 'anna@example.org' };
  const path = (link: string) => `/my-calls/by-link/${link}`;
  const browser = console.browser();
  const link = phoneLink(good, signing);
  expect((await browser.get(path(link))).status).toBe(200);
  expect((await browser.get(`${path(link)}/of%20another`)).status).toBe(404);
  expect((await browser.post(`${path(link)}/of%20another`, { like: 'call-Sales' })).status).toBe(404);
  const [, until = '', signature = ''] = link.split('.');
  const other = Buffer.from('202').toString('base64url');
  const bad = [
    phoneLink({ ...good, untilMs: Date.now() - 1 }, signing),
    phoneLink(good, { ...signing, key: new Uint8Array(32) }),
    phoneLink(good, { ...signing, mail: 'other@example.org' }),
    phoneLink({ ...good, extension: '' }, { ...signing, mail: '' }),
    phoneLink({ ...good, extension: '999' }, { ...signing, mail: '' }),
    [other, until, signature].join('.'),
    [link.split('.')[0], (good.untilMs + dayMs).toString(36), signature].join('.'),
    `${link}x`,
    link.toUpperCase(),
    'x',
  ];
  for (const one of bad) {
    expect([one, (await browser.get(path(one))).status]).toEqual([one, 404]);
    expect((await browser.post(`${path(one)}/two`, { like: 'call-Sales' })).status).toBe(404);
  }
  expect(await accountOf('two')).toBeNull();
  await console.store.updateExtension('201', { mail: 'new@example.org' });
  expect((await browser.get(path(link))).status).toBe(404);
  await console.store.updateExtension('201', { mail: 'anna@example.org' });
});

it('codes that are tried by links wait as those of users do', async () => {
  await uncoded('three', 1);
  const link = phoneLink({ extension: '201', untilMs: Date.now() + dayMs }, { key: key(), mail: 'anna@example.org' });
  const answers: string[] = [];
  for (const code of ['1', '2', '3', '12341']) {
    const browser = console.browser();
    await browser.get(`/my-calls/by-link/${link}`);
    const { text } = await browser.post(`/my-calls/by-link/${link}/three`, { code });
    answers.push(/No account has|Too many wrong/.exec(text)?.[0] ?? '');
  }
  expect(answers).toEqual(['No account has', 'No account has', 'No account has', 'Too many wrong']);
});
