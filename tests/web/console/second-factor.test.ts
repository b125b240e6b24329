import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeQR } from 'qr/decode.js';
import { stepAt, totpCode } from '../../../src/web/access/totp.ts';
import { systemClock } from '../../../src/words/clock.ts';
import type { Browser, Page } from './browser.ts';
import { password, startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let nowMs: number;
const clock = { ...systemClock, nowMs: () => nowMs };
beforeEach(async () => {
  nowMs = Date.now();
  console = await startTestConsole({ clock });
});
afterEach(() => console.dispose());

const codeNow = (secret: string, by = 0): string => totpCode(secret, stepAt(nowMs) + by);
const nextStep = (): void => void (nowMs += 30_000);

/** The secret as the page gives it to be entered by hand. */
const secretIn = ({ text }: Page): string =>
  (/class="code secret">([A-Z2-7 ]+)</.exec(text)?.[1] ?? '').replaceAll(' ', '');
const keyIn = ({ text }: Page): string => /name="key" value="([^"]+)"/.exec(text)?.[1] ?? '';
const recoveryIn = ({ text }: Page): string[] =>
  [...text.matchAll(/<li class="code">([^<]+)</g)].map(([, one]) => one ?? '');

async function setUp(browser: Browser): Promise<{ secret: string; recovery: string[] }> {
  const page = await browser.get('/you/second-factor');
  const secret = secretIn(page);
  const done = await browser.post('/you/second-factor', { key: keyIn(page), code: codeNow(secret), current: password });
  expect([done.status, done.text.includes('The second factor is on')]).toEqual([200, true]);
  nextStep();
  return { secret, recovery: recoveryIn(done) };
}

/** As far as the password leads. */
async function withPassword(name = 'reporter'): Promise<{ browser: Browser; page: Page }> {
  const browser = console.browser();
  await browser.get('/sign-in');
  return { browser, page: await browser.post('/sign-in', { name, password, from: '/you' }) };
}

const actions = async (): Promise<string[]> =>
  (await console.parts.people.listAudit({ limit: 100 })).map(({ action }) => action);

describe('setting up a second factor', () => {
  it('takes a code of the app and the password, and shows recovery codes once', async () => {
    const browser = await console.as('reporter');
    const page = await browser.get('/you/second-factor');
    const key = keyIn(page);
    const code = codeNow(secretIn(page));
    for (const wrong of [
      { code, current: 'wrong' },
      { code: '000000', current: password },
    ]) {
      const refused = await browser.post('/you/second-factor', { key, ...wrong });
      expect([refused.status, secretIn(refused)]).toEqual([422, secretIn(page)]);
    }
    const done = await browser.post('/you/second-factor', { key, code, current: password });
    expect(recoveryIn(done)).toHaveLength(10);
    expect(done.headers.get('cache-control')).toBe('no-store');
    expect((await browser.get('/you/sign-in')).text).toContain('10 recovery codes are left');
    expect(await actions()).toContain('second-factor-set');
  });

  it('shows a picture that says the same as the text', async () => {
    const browser = await console.as('reporter');
    const page = await browser.get('/you/second-factor');
    const side = Number(/viewBox="0 0 (\d+) /.exec(page.text.slice(page.text.indexOf('class="qr"')))?.[1]);
    const scale = 4;
    const data = new Uint8Array((side * scale) ** 2 * 4).fill(255);
    const path = /<path d="(M[^"]+)"/.exec(page.text.slice(page.text.indexOf('class="qr"')))?.[1] ?? '';
    for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h/g)) {
      for (let at = 0; at < scale ** 2; at += 1) {
        const pixel = (Number(y) * scale + Math.floor(at / scale)) * side * scale + Number(x) * scale + (at % scale);
        data.fill(0, pixel * 4, pixel * 4 + 3);
      }
    }
    const uri = new URL(decodeQR({ width: side * scale, height: side * scale, data }));
    expect(uri.searchParams.get('secret')).toBe(secretIn(page));
    expect(decodeURIComponent(uri.pathname)).toContain('Billing codes:reporter');
  });

  it('ends every session that was opened with the password alone', async () => {
    const browser = await console.as('reporter');
    const other = await console.as('reporter');
    await setUp(browser);
    expect((await other.get('/you')).path).toMatch(/^\/sign-in/);
    expect((await browser.get('/you')).path).toBe('/you');
  });

  it('takes the secret of nobody else, and none twice', async () => {
    const anna = await console.as('reporter');
    const mallory = await console.as('auditor');
    const page = await mallory.get('/you/second-factor');
    await anna.get('/you');
    const theirs = await anna.post('/you/second-factor', {
      ...{ key: keyIn(page), code: codeNow(secretIn(page)), current: password },
    });
    expect(theirs.status).toBe(422);
    expect((await console.parts.people.findUser('reporter'))?.totpSecret).toBeNull();
    const { secret } = await setUp(mallory);
    await mallory.get('/you');
    const again = await mallory.post('/you/second-factor', {
      key: keyIn(page),
      code: codeNow(secret),
      current: password,
    });
    expect(again.path).toBe('/you/sign-in');
  });
});

describe('signing in with a second factor', () => {
  it('asks for a code after the password, and for nothing without', async () => {
    const { secret } = await setUp(await console.as('reporter'));
    const { browser, page } = await withPassword();
    expect([page.path, browser.cookie('billing-session')]).toEqual(['/sign-in/code', null]);
    expect((await browser.get('/you')).path).toMatch(/^\/sign-in\?/);
    await browser.get('/sign-in/code');
    const signedIn = await browser.post('/sign-in/code', {
      code: ` ${codeNow(secret).slice(0, 3)} ${codeNow(secret).slice(3)}`,
    });
    expect([signedIn.path, browser.cookie('billing-signing-in')]).toEqual(['/you', null]);
    expect((await console.browser().get('/sign-in/code')).path).toMatch(/^\/sign-in\?said=sign-in-again/);
  });

  it('refuses a code that was used, also at the same moment, and takes the next one', async () => {
    const { secret } = await setUp(await console.as('reporter'));
    const both = [await withPassword(), await withPassword()];
    for (const { browser } of both) await browser.get('/sign-in/code');
    const code = codeNow(secret);
    const pages = await Promise.all(both.map(({ browser }) => browser.post('/sign-in/code', { code })));
    expect(pages.map(({ path }) => path).sort()).toEqual(['/sign-in/code', '/you']);
    nextStep();
    const { browser } = await withPassword();
    await browser.get('/sign-in/code');
    expect((await browser.post('/sign-in/code', { code })).status).toBe(403);
    expect((await browser.post('/sign-in/code', { code: codeNow(secret) })).path).toBe('/you');
  });

  it.each([
    [-2, 403],
    [-1, 200],
    [1, 200],
    [2, 403],
  ])('with a phone that is %d steps off is answered %d', async (by, status) => {
    const { secret } = await setUp(await console.as('reporter'));
    nextStep();
    nextStep();
    const { browser } = await withPassword();
    await browser.get('/sign-in/code');
    expect((await browser.post('/sign-in/code', { code: codeNow(secret, by) })).status).toBe(status);
  });

  it('takes each recovery code once, and says how many are left', async () => {
    const { recovery } = await setUp(await console.as('reporter'));
    const [code = ''] = recovery;
    for (const path of ['/you', '/sign-in/code']) {
      const { browser } = await withPassword();
      await browser.get('/sign-in/code?recovery=1');
      expect((await browser.post('/sign-in/code', { code, recovery: '1' })).path).toBe(path);
      if (path === '/you') expect((await browser.get('/you/sign-in')).text).toContain('9 recovery codes are left');
    }
    expect(await actions()).toEqual(expect.arrayContaining(['recovery-code-used', 'second-factor-refused']));
  });

  it('gets slower with each wrong code, and the right password makes it no quicker', async () => {
    const { secret } = await setUp(await console.as('reporter'));
    const statuses: number[] = [];
    for (let tried = 0; tried < 5; tried += 1) {
      const { browser } = await withPassword();
      await browser.get('/sign-in/code');
      statuses.push((await browser.post('/sign-in/code', { code: '000000' })).status);
    }
    expect(statuses).toEqual([403, 403, 403, 429, 429]);
    const { browser } = await withPassword();
    await browser.get('/sign-in/code');
    const right = await browser.post('/sign-in/code', { code: codeNow(secret) });
    expect([right.status, right.text.includes('Too many wrong tries')]).toEqual([429, true]);
  });

  it('is over where password or user changed meanwhile', async () => {
    const { secret } = await setUp(await console.as('reporter'));
    const { people } = console.parts;
    for (const changes of [{ isEnabled: false }, { isEnabled: true, passwordHash: 'argon2id$x$y' }]) {
      const user = await people.findUser('reporter');
      const { browser } = await withPassword();
      await browser.get('/sign-in/code');
      await people.changeUser(user?.id ?? 0, changes, null);
      expect((await browser.post('/sign-in/code', { code: codeNow(secret) })).path).toMatch(/^\/sign-in\?said/);
      await people.changeUser(user?.id ?? 0, { isEnabled: true, passwordHash: user?.passwordHash ?? null }, null);
    }
  });

  it('leads to no other site', async () => {
    const { secret } = await setUp(await console.as('reporter'));
    const browser = console.browser();
    await browser.get('/sign-in');
    await browser.post('/sign-in', { name: 'reporter', password, from: '//evil.example' });
    await browser.get('/sign-in/code');
    expect((await browser.post('/sign-in/code', { code: codeNow(secret) })).path).toBe('/overview');
  });
});

describe('a second factor that there is', () => {
  it('is turned off, and its recovery codes are made anew, with a code alone', async () => {
    const browser = await console.as('reporter');
    const { secret, recovery } = await setUp(browser);
    for (const path of ['/you/second-factor/codes', '/you/second-factor/off']) {
      await browser.get(path);
      expect((await browser.post(path, { code: '000000' })).status).toBe(403);
    }
    await browser.get('/you/second-factor/codes');
    const made = recoveryIn(await browser.post('/you/second-factor/codes', { code: codeNow(secret) }));
    expect(made).toHaveLength(10);
    await browser.get('/you/second-factor/off');
    expect((await browser.post('/you/second-factor/off', { code: recovery[0] ?? '' })).status).toBe(403);
    await browser.get('/you/second-factor/off');
    const off = await browser.post('/you/second-factor/off', { code: made[0] ?? '' });
    expect(off.text).toContain('The second factor is off');
    expect((await withPassword()).page.path).toBe('/you');
    expect(await actions()).toEqual(expect.arrayContaining(['recovery-codes-made', 'second-factor-removed']));
  });
});

describe('where the configuration asks for it', () => {
  it.each([
    ['administrators', 'administrator', true],
    ['administrators', 'manager', false],
    ['everyone', 'caller', true],
    ['optional', 'administrator', false],
  ] as const)('%s: a %s must set it up before anything else: %s', async (policy, role, isAsked) => {
    await console.dispose();
    console = await startTestConsole({ clock, flags: { 'console.secondFactor': policy } });
    const browser = await console.as(role);
    for (const path of ['/', '/my-calls', '/you']) {
      expect([path, (await browser.get(path)).path === '/you/sign-in']).toEqual([path, isAsked]);
    }
    await browser.get('/you/sign-in');
    const changed = await browser.post('/you/sessions');
    expect(changed.path.startsWith('/you/sign-in')).toBe(isAsked);
    if (isAsked) {
      await setUp(browser);
      expect((await browser.get('/you')).path).toBe('/you');
    }
    await browser.get('/you/sign-in');
    expect((await browser.post('/sign-out')).path).toMatch(/^\/sign-in/);
  });
});

describe('an administrator', () => {
  it('removes the second factor of a user, whose sessions end, but not the own one', async () => {
    const user = await console.as('reporter');
    await setUp(user);
    const administrator = await console.as('administrator');
    const own = await setUp(administrator);
    const idOf = async (name: string): Promise<number> => (await console.parts.people.findUser(name))?.id ?? 0;
    const page = await administrator.get(`/users/${await idOf('reporter')}`);
    expect(page.text).toContain('Remove the second factor');
    await administrator.post(`/users/${await idOf('reporter')}/second-factor`);
    expect((await user.get('/you')).path).toMatch(/^\/sign-in/);
    expect((await withPassword()).page.path).toBe('/you');
    expect((await administrator.post(`/users/${await idOf('administrator')}/second-factor`)).status).toBe(403);
    expect((await console.parts.people.findUser('administrator'))?.totpSecret).toBe(own.secret);
    const [line] = await console.parts.people.listAudit({ action: 'second-factor-reset', limit: 5 });
    expect([line?.who, line?.subject]).toEqual(['administrator', 'user reporter']);
  });
});

it('no secret and no code stands in the audit trail, in the log or on another page', async () => {
  const browser = await console.as('administrator');
  const { secret, recovery } = await setUp(browser);
  const code = codeNow(secret);
  const { browser: other } = await withPassword('administrator');
  await other.get('/sign-in/code');
  await other.post('/sign-in/code', { code: recovery[0] ?? '' });
  const trail = JSON.stringify(await console.parts.people.listAudit({ limit: 1000 }));
  const pages = ['/you', '/you/sign-in', '/users', '/users/1', '/audit', '/settings'];
  const texts = [trail, ...console.problems];
  for (const path of pages) texts.push((await browser.get(path)).text);
  for (const text of texts) {
    for (const hidden of [secret, code, ...recovery]) expect(text).not.toContain(hidden);
  }
});
