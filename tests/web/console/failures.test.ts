import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
beforeEach(async () => {
  console = await startTestConsole();
  seeded = await seed(console.store);
});
afterEach(() => console.dispose());

describe('a file that lacks what it should have', () => {
  it('is told the log, and strangers no more than that it cannot be done', async () => {
    const browser = await console.as('manager');
    const db = new Database(console.file);
    db.exec('DROP TABLE console_sessions');
    db.close();
    for (const path of ['/overview', '/sign-in', '/nothing-here']) {
      const page = await browser.get(path);
      expect([path, page.status, page.text.includes(console.file)]).toEqual([
        ...[path, path === '/nothing-here' ? 404 : 503, false],
      ]);
      expect(page.headers.get('content-type')).toContain('text/html');
    }
    expect(console.problems.join()).toContain('console_sessions');
    const posted = await browser.post('/sign-in', { name: 'manager', password: 'x' });
    expect([posted.status, posted.text.includes('cannot be done at the moment')]).toEqual([503, true]);
  });
});

describe('what nobody can read', () => {
  it('is answered to whoever is signed in with a page that has the menu', async () => {
    const browser = await console.as('manager');
    const cookie = `billing-session=${browser.cookie('billing-session') ?? ''}`;
    for (const [type, body, status] of [
      ['application/x-www-form-urlencoded', 'a'.repeat(300_000), 413],
      ['application/json', '{}', 415],
    ] as const) {
      const headers = { cookie, origin: console.origin, 'content-type': type };
      const answer = await fetch(`${console.origin}/accounts`, { method: 'POST', headers, body });
      const text = await answer.text();
      expect([answer.status, text.includes('aria-label="Main menu"'), text.includes('Something went wrong')]).toEqual([
        ...[status, true, false],
      ]);
    }
  });
});

describe('a form that does not say what is wanted', () => {
  it('changes nothing', async () => {
    const browser = await console.as('manager');
    await browser.get(`/accounts/${seeded.Sales.accountId}`);
    for (const fields of [{}, { enabled: '' }, { enabled: 'perhaps' }]) {
      expect((await browser.post(`/accounts/${seeded.Sales.accountId}/enabled`, fields)).status).toBe(404);
    }
    expect((await console.store.findAccountById(seeded.Sales.accountId))?.enabled).toBe(true);
    expect((await browser.post('/security/release')).status).toBe(404);
  });

  it('finds no account by a text of any length', async () => {
    const browser = await console.as('manager');
    await browser.get('/extensions/new');
    const page = await browser.post('/extensions', { number: '399', defaultAccountId: 'a'.repeat(60_000) });
    expect([page.status, page.text.includes('no account has this billing code or name')]).toEqual([422, true]);
  });
});

describe('a list of calls', () => {
  it('shows what it was asked for, also where there is no such department', async () => {
    const browser = await console.as('manager');
    const { text } = await browser.get('/calls?department=Removed');
    expect(text).toMatch(/<option value="Removed"\s+selected/);
  });

  it('says which of its filters is wrong', async () => {
    const browser = await console.as('manager');
    expect((await browser.get('/calls?number=x')).text).toContain('Filter number: &quot;x&quot; is not the beginning');
  });
});
