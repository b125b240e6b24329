import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/words/clock.ts';
import type { Browser, Page } from './browser.ts';
import { seed, type Seeded } from './seed.ts';
import { password, startTestConsole, type TestConsole } from './test-console.ts';

let nowMs = Date.now();
let console: TestConsole;
let seeded: Seeded;
beforeAll(async () => {
  console = await startTestConsole({ clock: { ...systemClock, nowMs: () => nowMs } });
  seeded = await seed(console.store);
});
afterAll(() => console.dispose());

const pass = (minutes: number): void => void (nowMs += minutes * 60_000);
const accounts = async (name: string): Promise<string[]> =>
  (await console.store.listAccounts()).filter((one) => one.name === name).map(({ code }) => code);

/** What the page's last form would send. */
function fieldsIn({ text }: Page): Record<string, string> {
  const [form = ''] = text.match(/<form[^]*?<\/form>/g)?.slice(-1) ?? [];
  const inputs = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]));
}

async function signIn(browser: Browser, page: Page, name: string): Promise<Page> {
  return browser.post('/sign-in', { ...fieldsIn(page), name, password });
}

describe('a form that is sent once the session is over', () => {
  it('does nothing, is kept for whoever typed it, and is sent once more after signing in', async () => {
    const browser = await console.as('manager');
    await browser.get('/accounts/new');
    pass(31);
    const late = await browser.post('/accounts', { code: '70012', name: 'Typed & kept', client: 'C' });
    expect(late.path).toMatch(/^\/sign-in\?from=/);
    expect(late.text).toContain('what you typed is still here');
    const again = await signIn(browser, late, 'manager');
    expect(again.path).toMatch(/^\/unsent\//);
    expect(again.text).toContain('Typed &amp; kept');
    expect(await accounts('Typed & kept')).toEqual([]);
    const sent = await browser.post('/accounts', fieldsIn(again));
    expect(sent.text).toContain('The account was added');
    expect(await accounts('Typed & kept')).toEqual(['70012']);
  });

  it('is shown to nobody else', async () => {
    const browser = await console.as('manager');
    await console.as('administrator');
    await browser.get('/accounts/new');
    pass(31);
    const late = await browser.post('/accounts', { code: '70013', name: 'Not yours' });
    const again = await signIn(browser, late, 'administrator');
    expect(again.status).toBe(404);
    expect(again.text).not.toContain('Not yours');
  });

  it('is not kept where it has a password, a file, or no token of that session', async () => {
    for (const [path, fields, file] of [
      ['/you/password', { current: password, password: 'a new long password', again: 'a new long password' }],
      ['/accounts/import', {}, { field: 'file', name: 'a.csv', content: 'code,name\n1,A\n' }],
      ['/accounts', { 'form-token': 'x', code: '70014', name: 'Of another page' }],
    ] as const) {
      const browser = await console.as('manager');
      await browser.get('/accounts/new');
      pass(31);
      const late = await browser.post(path, fields, file);
      expect([path, late.path]).toEqual([path, '/sign-in?said=session-over']);
      expect(late.text).toContain('Sign in and do it again');
    }
    expect(await accounts('Of another page')).toEqual([]);
  });

  it('is checked as it would have been: what somebody else has changed meanwhile is not overwritten', async () => {
    const browser = await console.as('manager');
    const path = `/accounts/${seeded.Sales.accountId}/edit`;
    const { version = '' } = fieldsIn(await browser.get(path));
    await console.store.updateAccount('12340', { client: 'Changed meanwhile' });
    pass(31);
    const again = await signIn(browser, await browser.post(path, { version, client: 'Mine' }), 'manager');
    const sent = await browser.post(path, fieldsIn(again));
    expect(sent.status).toBe(409);
    expect(sent.text).toContain('Changed meanwhile');
  });
});
