import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { areas } from '../../../src/web/access/areas.ts';
import { routes } from '../../../src/web/routes.ts';
import { isPage, type PageRoute, type Route } from '../../../src/web/route.ts';
import { roles } from '../../../src/words/console.ts';
import type { Browser } from './browser.ts';
import { startSeededConsole, type Seeded } from './seed.ts';
import type { TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
beforeAll(async () => {
  ({ console, seeded } = await startSeededConsole());
});
afterAll(() => console.dispose());

type Ruled = Exclude<PageRoute, { may: 'anyone' }>;
const isRuled = (route: PageRoute): route is Ruled => route.may !== 'anyone';
// Those of the API: tests/web/api/access.test.ts.
const pages = routes.filter(isPage);
const ruled = pages.filter(isRuled);

/** The path of a route about something of a department. */
function pathOf({ path }: Route, of: Seeded['Sales']): string {
  const id = path.startsWith('/accounts') ? of.accountId : path.startsWith('/departments') ? of.departmentId : 1;
  return path
    .replace(':callId', path.startsWith('/live') ? of.live.callId : of.callId)
    .replace(':number', of.extension)
    .replace(':name', 'usage-by-account')
    .replace(':id', String(id))
    .replace(/\/download$/, '/download?format=csv');
}

/** A form without its token does nothing, but nobody who may not use it gets as far as that. */
async function statusOf(browser: Browser, route: Route, of: Seeded['Sales']): Promise<string> {
  const path = pathOf(route, of);
  if (path === '/live/events') return 'not asked';
  const page = route.method === 'GET' ? await browser.get(path) : await browser.post(path, { 'form-token': 'x' });
  if (page.text.includes('You may not do this')) return 'refused';
  if (page.text.includes('This form is from an earlier session')) return 'may';
  return page.status < 500 ? (page.status === 404 ? 'nothing' : 'may') : `error ${page.status}`;
}

describe('the table of routes', () => {
  it('has a rule of access/areas.ts for every route but those of signing in', () => {
    const known = Object.values(areas).map(({ may, within }) => JSON.stringify({ may, within }));
    for (const { may, within, path } of ruled)
      expect([path, known.includes(JSON.stringify({ may, within }))]).toEqual([path, true]);
    const open = pages.filter((route) => !isRuled(route)).map(({ path }) => path.replace(/-[0-9a-f]{12}\./, '.'));
    expect([...new Set(open)].sort()).toEqual(
      [
        '/api/v1/openapi.json',
        '/assets/console.css',
        '/assets/console.js',
        '/assets/icon.svg',
        '/invited/:secret',
        '/my-calls/by-link/:link',
        '/my-calls/by-link/:link/:callId',
        '/sign-in',
        '/sign-in/code',
        '/sign-in/provider',
        '/sign-in/provider/back',
        '/signed-out',
        '/welcome/:secret',
      ].sort(),
    );
  });

  it('lets those who must set up a second factor do that, change their password and sign out', () => {
    const paths = ruled.filter(({ isSetUp }) => isSetUp === true).map(({ path }) => path);
    expect([...new Set(paths)].sort()).toEqual([
      ...['/sign-out', '/you/password', '/you/second-factor', '/you/second-factor/codes', '/you/second-factor/off'],
      '/you/sign-in',
    ]);
  });

  it('lets nobody change anything who is no manager or administrator, but their own things', () => {
    for (const { method, may, within, path } of ruled) {
      if (method !== 'POST' || within === 'own') continue;
      expect([path, may.filter((role) => role !== 'manager' && role !== 'administrator')]).toEqual([path, []]);
    }
  });

  it('has each path once', () => {
    const all = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(all).size).toBe(all.length);
  });

  it('sends whoever is not signed in to the sign-in page, by every route', async () => {
    for (const route of ruled) {
      const browser = console.browser();
      await browser.get('/sign-in');
      const path = pathOf(route, seeded.Sales);
      const page = route.method === 'GET' ? await browser.get(path) : await browser.post(path);
      expect([path, page.path.startsWith('/sign-in')]).toEqual([path, true]);
    }
  });
});

describe.each(roles)('a %s', (role) => {
  it.each([
    ['without a department', null],
    ['with a department', 'Sales'],
  ] as const)('%s may use what the table says, and nothing else', async (_what, department) => {
    const departmentId = department === null ? null : seeded[department].departmentId;
    const browser = await console.as(role, { departmentId, name: `${role}-${department ?? 'none'}` });
    const hasDepartment = departmentId !== null || role === 'viewer' || role === 'caller';
    for (const route of ruled) {
      if (route.path === '/sign-out' || route.path === '/you/sessions') continue;
      const isRefused = !route.may.includes(role) || (route.within === 'whole' && hasDepartment);
      const status = await statusOf(browser, route, seeded.Sales);
      if (status === 'not asked') continue;
      const expected = isRefused ? ['refused'] : ['may', 'nothing'];
      expect([route.method, route.path, expected.includes(status) ? 'as the table says' : status]).toEqual([
        ...[route.method, route.path, 'as the table says'],
      ]);
    }
  });

  it('with a department sees nothing of another one', async () => {
    const browser = await console.as(role, { departmentId: seeded.Sales.departmentId, name: `${role}-Sales` });
    for (const route of ruled) {
      if (route.method !== 'GET' || route.path === '/live/events') continue;
      const page = await browser.get(pathOf(route, seeded.Legal));
      expect([route.path, /Legal (?:account|client|phone)/.test(page.text)]).toEqual([route.path, false]);
      if (/:(?:id|number|callId)/.test(route.path) && route.within === 'department' && route.may.includes(role)) {
        expect([route.path, page.status]).toEqual([route.path, 404]);
      }
    }
  });
});

it('a manager of a department changes nothing of another one', async () => {
  const browser = await console.as('manager', { departmentId: seeded.Sales.departmentId, name: 'manager-Sales' });
  await browser.get('/you');
  const { accountId, extension, callId, live } = seeded.Legal;
  const bulk = { id: String(accountId), apply: 'yes', state: 'disabled' };
  for (const path of [
    `/accounts/${accountId}/enabled`,
    `/accounts/${accountId}/code`,
    `/accounts/${accountId}/edit`,
    `/extensions/${extension}/remove`,
    `/calls/${callId}/move`,
    `/live/${live.callId}/end`,
    `/live/${live.callId}/account`,
    `/accounts/bulk`,
  ]) {
    expect([
      path,
      (await browser.post(path, { ...bulk, account: 'Sales account', why: 'x', name: 'x' })).status,
    ]).toEqual([path, 404]);
  }
  const added = await browser.post('/accounts', { code: '777', name: 'x', departmentId: 'Legal' });
  expect(added.status).toBe(403);
  expect([console.cutOff, console.wishes]).toEqual([[], []]);
  expect((await console.store.findAccountById(accountId))?.enabled).toBe(true);
});
