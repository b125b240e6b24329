import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/words/clock.ts';
import { openBrowser, type Browser } from './browser.ts';
import { password, startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
beforeEach(async () => (console = await startTestConsole()));
afterEach(() => console.dispose());

describe('the first administrator', () => {
  it('is made by the link of the log, once, and is signed in then', async () => {
    const { secret } = console.parts.firstRun;
    const browser = console.browser();
    const link = `/welcome/${secret ?? ''}`;
    expect((await browser.get(link)).text).toContain('Make the first administrator');
    const page = await browser.post(link, { name: 'Anna', password, again: password });
    expect(page.status).toBe(200);
    expect((await console.parts.people.listUsers()).map(({ name, role }) => [name, role])).toEqual([
      ['Anna', 'administrator'],
    ]);
    expect((await browser.get('/overview')).text).toContain('<h1>Overview</h1>');
    expect((await console.browser().get(link)).status).toBe(404);
  });

  it('is one, however many use the link at the same moment', async () => {
    const link = `/welcome/${console.parts.firstRun.secret ?? ''}`;
    const browsers = [console.browser(), console.browser(), console.browser()];
    for (const browser of browsers) await browser.get(link);
    await Promise.all(browsers.map((browser, at) => browser.post(link, { name: `a${at}`, password, again: password })));
    expect(await console.parts.people.listUsers()).toHaveLength(1);
  });

  it.each([
    ['a short password', { name: 'a', password: 'short', again: 'short' }, 'at least 12 characters'],
    ['two that differ', { name: 'a', password, again: `${password}x` }, 'not the same'],
    ['no name', { name: ' ', password, again: password }, 'Enter a user name'],
    [
      'a password that is the name',
      { name: 'administrator', password: 'Administrator', again: 'Administrator' },
      'must not be your user name',
    ],
  ])('is not made with %s', async (_what, fields, problem) => {
    const browser = console.browser();
    const link = `/welcome/${console.parts.firstRun.secret ?? ''}`;
    await browser.get(link);
    const page = await browser.post(link, fields);
    expect(page.status).toBe(422);
    expect(page.text).toContain(problem);
    expect(await console.parts.people.listUsers()).toEqual([]);
  });

  it('is not made by a guessed link, nor where somebody is there already', async () => {
    expect((await console.browser().get('/welcome/AAAA')).status).toBe(404);
    await console.as('auditor');
    expect((await console.browser().get('/welcome/null')).status).toBe(404);
  });
});

describe('signing in', () => {
  it('leads to the page that was asked for, and to no other site', async () => {
    await console.as('reporter');
    for (const [from, path] of [
      ['/you', '/you'],
      ['//evil.example', '/overview'],
      ['https://evil.example', '/overview'],
      ['/\\evil.example', '/overview'],
    ] as const) {
      const browser = console.browser();
      await browser.get(`/sign-in?from=${encodeURIComponent(from)}`);
      const page = await browser.post('/sign-in', { name: 'reporter', password, from });
      expect(page.path).toBe(path);
    }
  });

  it('in one tab lets the form of another one through to the console', async () => {
    await console.as('reporter');
    const browser = console.browser();
    const { text } = await browser.get('/sign-in');
    const older = /name="form-token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    await browser.post('/sign-in', { name: 'reporter', password });
    const page = await browser.post('/sign-in', { 'form-token': older, name: 'reporter', password });
    expect([page.status, page.path]).toEqual([200, '/overview']);
    // Any other form is of the session that it was made in.
    expect((await browser.post('/sign-out', { 'form-token': older })).status).toBe(403);
  });

  it('gets slower with each wrong password, for the name as for the address', async () => {
    await console.as('reporter');
    const browser = console.browser();
    await browser.get('/sign-in');
    const statuses: number[] = [];
    for (let tried = 0; tried < 5; tried += 1) {
      statuses.push((await browser.post('/sign-in', { name: 'reporter', password: 'wrong' })).status);
    }
    expect(statuses).toEqual([403, 403, 403, 429, 429]);
    const right = await browser.post('/sign-in', { name: 'reporter', password });
    expect(right.status).toBe(429);
    expect(right.text).toContain('Too many wrong tries. Wait 2 seconds');
  });

  it('says the same of a wrong name and of a wrong password, and notes both', async () => {
    await console.as('reporter');
    const answers: string[] = [];
    for (const name of ['reporter', 'nobody']) {
      const browser = console.browser();
      await browser.get('/sign-in');
      const { text } = await browser.post('/sign-in', { name, password: 'wrong' });
      answers.push(text.replaceAll(name, 'NAME').replaceAll(/value="[\w-]{43}"/g, ''));
    }
    expect(answers[0]).toBe(answers[1]);
    const refused = await console.parts.people.listAudit({ action: 'sign-in-refused', limit: 10 });
    expect(refused.map(({ subject }) => subject)).toEqual(['nobody', 'reporter']);
  });

  it('gives a new session each time: a cookie that was planted before is worth nothing', async () => {
    await console.as('reporter');
    const planted = 'x'.repeat(43);
    const first = await fetch(`${console.origin}/sign-in`, { headers: { cookie: `billing-session=${planted}` } });
    const token = /name="form-token" value="([^"]+)"/.exec(await first.text())?.[1] ?? '';
    const visit = /billing-visit=([^;]+)/.exec(first.headers.getSetCookie().join())?.[1] ?? '';
    const answer = await fetch(`${console.origin}/sign-in`, {
      ...{
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ 'form-token': token, name: 'reporter', password }),
      },
      headers: { cookie: `billing-session=${planted}; billing-visit=${visit}`, origin: console.origin },
    });
    const given = answer.headers.getSetCookie().find((line) => line.startsWith('billing-session='));
    expect(given).toMatch(/HttpOnly; SameSite=Lax/);
    expect(given).not.toContain(planted);
    const stale = openBrowser(console.origin);
    expect((await stale.get('/you', { cookie: `billing-session=${planted}` })).path).toMatch(/^\/sign-in/);
  });

  it('ends with signing out, with the password, and where the user is disabled', async () => {
    const one = await console.as('reporter');
    const other = await console.as('reporter');
    await one.post('/sign-out');
    expect((await one.get('/you')).path).toMatch(/^\/sign-in/);
    expect((await other.get('/you')).status).toBe(200);
    const third = await console.as('reporter');
    await third.get('/you/password');
    const changed = 'a new passphrase, longer';
    expect(
      (await third.post('/you/password', { current: password, password: changed, again: changed })).path,
    ).toContain('/you');
    expect((await other.get('/you')).path).toMatch(/^\/sign-in/);
    const [user] = await console.parts.people.listUsers();
    await console.parts.people.changeUser(user?.id ?? 0, { isEnabled: false }, null);
    expect((await third.get('/you')).path).toMatch(/^\/sign-in/);
  });
});

describe('a session', () => {
  it('ends without use, and in any case after its hours; a page that moves by itself is no use', async () => {
    let nowMs = Date.now();
    const timed = await startTestConsole({ clock: { ...systemClock, nowMs: () => nowMs } });
    const minute = 60_000;
    const pass = (minutes: number): void => void (nowMs += minutes * minute);
    const isIn = async (browser: Browser): Promise<boolean> => (await browser.get('/you')).path === '/you';
    const used = await timed.as('reporter');
    for (let at = 0; at < 28; at += 1) {
      pass(25);
      expect(await isIn(used)).toBe(true);
    }
    pass(25);
    expect(await isIn(used)).toBe(false);
    const watching = await timed.as('reporter');
    pass(20);
    const stream = await fetch(`${timed.origin}/live/events`, {
      headers: { accept: 'text/event-stream', cookie: `billing-session=${watching.cookie('billing-session') ?? ''}` },
    });
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
    pass(11);
    expect(await isIn(watching)).toBe(false);
    await timed.dispose();
  });
});
