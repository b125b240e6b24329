import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
beforeAll(async () => (console = await startTestConsole()));
afterAll(() => console.dispose());

describe('a form', () => {
  it.each([
    ['of another site', { origin: 'https://evil.example' }],
    ['that says no origin', {}],
    ['of no origin', { origin: 'null' }],
    ['of another site, as the browser says', { origin: 'SELF', 'sec-fetch-site': 'cross-site' }],
  ])('%s does nothing', async (_what, headers) => {
    const browser = await console.as('reporter');
    const { text } = await browser.get('/you');
    const token = /name="form-token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === 'SELF' ? console.origin : value]),
    );
    const answer = await fetch(`${console.origin}/sign-out`, {
      ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams({ 'form-token': token }) },
      headers: { ...own, cookie: `billing-session=${browser.cookie('billing-session') ?? ''}` },
    });
    expect(answer.status).toBe(403);
    expect((await browser.get('/you')).status).toBe(200);
  });

  it('without its token, or with that of somebody else, does nothing', async () => {
    const browser = await console.as('reporter');
    const other = await console.as('auditor');
    const { text } = await other.get('/you');
    const token = /name="form-token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    for (const fields of [{ 'form-token': '' }, { 'form-token': token }]) {
      expect((await browser.post('/sign-out', fields)).status).toBe(403);
    }
    expect((await browser.get('/you')).path).toBe('/you');
  });
});

describe('every answer', () => {
  it.each(['/sign-in', '/nothing-here', '/overview', '/%00', '/..%2f..%2fetc/passwd'])(
    '%s is protected',
    async (path) => {
      const { headers, status } = await fetch(`${console.origin}${path}`, { redirect: 'manual' });
      expect(status).toBeLessThan(500);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it('marks cookies as of TLS where a trusted proxy says so, and believes no other', async () => {
    const trusting = await startTestConsole({ flags: { 'console.trustedProxies': '127.0.0.1' } });
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'console.example' };
    const of = async (origin: string): Promise<string> =>
      (await fetch(`${origin}/sign-in`, { headers })).headers.getSetCookie().join();
    expect(await of(trusting.origin)).toContain('Secure');
    expect(await of(console.origin)).not.toContain('Secure');
    await trusting.dispose();
  });

  it('has no script and no style in a page', async () => {
    const browser = await console.as('administrator');
    const { text } = await browser.get('/overview');
    expect(text).not.toMatch(/<script(?![^>]* src=")|<style| style="| on\w+="/);
  });
});

describe('a page that moves by itself', () => {
  const streamOf = async (name: string): Promise<Response> => {
    const browser = await console.as('manager', { name });
    return fetch(`${console.origin}/live/events`, {
      headers: { cookie: `billing-session=${browser.cookie('billing-session') ?? ''}`, accept: 'text/event-stream' },
    });
  };
  const idOf = async (name: string) => (await console.parts.people.findUser(name))?.id ?? 0;

  it.each([
    ['signed out', (id: number) => console.parts.people.endSessions({ userId: id, tokenHash: null, idleSinceMs: 0 })],
    ['disabled', (id: number) => console.parts.people.changeUser(id, { isEnabled: false }, null)],
    ['of another role', (id: number) => console.parts.people.changeUser(id, { role: 'caller' }, null)],
    ['of another department', (id: number) => console.parts.people.changeUser(id, { departmentId: 7 }, null)],
  ])(
    'stops within seconds for somebody who is %s meanwhile',
    async (what, change) => {
      const name = what.replaceAll(' ', '-');
      const reader = (await streamOf(name)).body?.getReader();
      expect((await reader?.read())?.done).toBe(false);
      await change(await idOf(name));
      const endsAt = Date.now() + 8_000;
      let isDone = false;
      while (!isDone && Date.now() < endsAt) isDone = (await reader?.read())?.done === true;
      expect(isDone).toBe(true);
    },
    20_000,
  );
});
