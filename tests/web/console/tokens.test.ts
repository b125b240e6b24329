import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openProgram } from '../api/program.ts';
import type { Browser } from './browser.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let browser: Browser;
beforeAll(async () => {
  console = await startTestConsole();
  browser = await console.as('administrator', { name: 'anna' });
});
afterAll(() => console.dispose());

const idOf = async (name: string): Promise<string> => String((await console.parts.people.findUser(name))?.id ?? '');

it('a token is shown once, works until it is revoked, and is kept as a hash', async () => {
  await browser.get('/tokens/new');
  const made = await browser.post('/tokens', {
    name: 'ERP',
    user: await idOf('anna'),
    scope: 'accounts:read',
    days: '30',
  });
  const token = /bcode_[\w-]{43}/.exec(made.text)?.[0] ?? '';
  const program = openProgram(console.origin, token);
  expect((await program.send('GET', '/accounts')).status).toBe(200);
  expect((await program.send('GET', '/extensions')).status).toBe(403);
  const [kept] = await console.parts.people.listTokens();
  expect(JSON.stringify(kept)).not.toContain(token);
  expect(kept).toMatchObject({ name: 'ERP', scopes: ['accounts:read'] });
  expect(kept?.usedAtMs).toBeGreaterThan(Date.now() - 60_000);
  const page = await browser.get('/tokens');
  expect([page.text.includes('ERP'), page.text.includes('bcode_')]).toEqual([true, false]);
  const revoked = await browser.post(`/tokens/${kept?.id ?? 0}/revoke`);
  expect(revoked.text).toContain('The token was revoked');
  expect((await program.send('GET', '/accounts')).status).toBe(401);
  const trail = await console.parts.people.listAudit({ subject: 'token ERP', limit: 5 });
  expect(trail.map(({ action }) => action)).toEqual(['token-revoked', 'token-added']);
});

it('what is missing is said at its field', async () => {
  await browser.get('/tokens/new');
  const page = await browser.post('/tokens', { name: ' ', user: '4711', days: '0' });
  expect(page.status).toBe(422);
  for (const name of ['name', 'user', 'scope', 'days']) expect(page.text).toContain(`href="#field-${name}"`);
});
