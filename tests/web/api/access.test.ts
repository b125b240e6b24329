import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { areas } from '../../../src/web/access/areas.ts';
import { isApi, type ApiRoute } from '../../../src/web/route.ts';
import { routes } from '../../../src/web/routes.ts';
import { roles, scopes } from '../../../src/words/console.ts';
import { seed, type Seeded } from '../console/seed.ts';
import { startTestConsole, type TestConsole } from '../console/test-console.ts';

let console: TestConsole;
let seeded: Seeded;
beforeAll(async () => {
  console = await startTestConsole({ flags: { 'console.apiRequestsPerMinute': '1000000' } });
  seeded = await seed(console.store);
  console.live.push(seeded.Sales.live, seeded.Legal.live);
});
afterAll(() => console.dispose());

const ruled = routes.filter(isApi);

/** The path of a route about something of a department. */
const pathOf = ({ path }: ApiRoute, of: Seeded['Sales']): string =>
  path
    .replace('/api/v1', '')
    .replace(':callId', path.includes('/live-calls') ? of.live.callId : of.callId)
    .replace(':number', of.extension)
    .replace(':name', 'usage-by-account')
    .replace(':id', String(path.includes('/departments') ? of.departmentId : of.accountId))
    .replace(/\/explain$/, '/explain?number=8016424655');

/** That would change something of their own department. */
const goodBodies: Readonly<Record<string, object>> = {
  moveCall: { account: 'Sales account', reason: 'x' },
  setLiveCallAccount: { account: 'Sales account' },
};

/** Bodies that change nothing: they are wrong, and nobody who may not gets as far as that. */
const bodyOf = ({ operation }: ApiRoute): unknown => (operation.body === undefined ? undefined : { nothing: 1 });
const changes = ({ method, path }: ApiRoute): boolean => method !== 'GET' && !/\/(?:enable|disable|end)$/.test(path);

describe('the routes of the API', () => {
  it('have a rule of access/areas.ts each, and are there once', () => {
    const known = Object.values(areas).map(({ may, within }) => JSON.stringify({ may, within }));
    for (const { may, within, path } of ruled)
      expect([path, known.includes(JSON.stringify({ may, within }))]).toEqual([path, true]);
    const all = ruled.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(ruled.map(({ operation }) => operation.id)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(20);
  });

  it('let nobody change anything who is no manager or administrator, and need a scope to write for it', () => {
    for (const { method, may, path, operation } of ruled) {
      if (method === 'GET') continue;
      expect([path, may.filter((role) => role !== 'manager' && role !== 'administrator')]).toEqual([path, []]);
      expect([path, operation.scope.endsWith(':write')]).toEqual([path, true]);
    }
  });

  it('answer nobody without a token, and no session of a browser', async () => {
    const browser = await console.as('administrator', { name: 'in-a-browser' });
    const cookie = `billing-session=${browser.cookie('session') ?? browser.cookie('billing-session') ?? ''}`;
    const program = await console.program('administrator');
    for (const route of ruled.slice(0, 12)) {
      const sent = await program.send(route.method, pathOf(route, seeded.Sales), bodyOf(route), {
        authorization: '',
        cookie,
      });
      expect([route.path, sent.status]).toEqual([route.path, 401]);
      expect(sent.headers.get('content-type')).toContain('application/problem+json');
    }
  });
});

describe.each(roles)('a program of a %s', (role) => {
  it.each([
    ['without a department', null],
    ['with a department', 'Sales'],
  ] as const)('%s may use what the table says, and nothing else', async (_what, department) => {
    const departmentId = department === null ? null : seeded[department].departmentId;
    const program = await console.program(role, { departmentId, name: `${role}-${department ?? 'none'}` });
    const hasDepartment = departmentId !== null || role === 'viewer' || role === 'caller';
    for (const route of ruled) {
      const isRefused = !route.may.includes(role) || (route.within === 'whole' && hasDepartment);
      const { status } = await program.send(route.method, pathOf(route, seeded.Sales), bodyOf(route));
      const expected = isRefused ? [403] : changes(route) ? [404, 422, 428] : [200, 404];
      expect([route.method, route.path, expected.includes(status) ? 'as the table says' : status]).toEqual([
        ...[route.method, route.path, 'as the table says'],
      ]);
    }
  });

  it('with a department sees nothing of another one, and changes nothing there', async () => {
    const { departmentId } = seeded.Sales;
    const program = await console.program(role, { departmentId, name: `${role}-Sales` });
    const before = [...console.cutOff];
    for (const route of ruled) {
      const body = goodBodies[route.operation.id] ?? (route.method === 'PATCH' ? {} : bodyOf(route));
      const sent = await program.send(route.method, pathOf(route, seeded.Legal), body, { 'if-match': '*' });
      expect([route.path, /Legal (?:account|client|phone)/.test(sent.text)]).toEqual([route.path, false]);
      if (/:(?:id|number|callId)/.test(route.path) && route.within === 'department' && route.may.includes(role))
        expect([route.path, sent.status]).toEqual([route.path, 404]);
    }
    expect([console.cutOff, console.wishes]).toEqual([before, []]);
  });
});

describe('a scope', () => {
  it('only narrows: without that of the route, not even an administrator', async () => {
    for (const route of ruled) {
      const others = scopes.filter((scope) => scope !== route.operation.scope);
      const program = await console.program('administrator', { name: 'chief', scopes: others });
      const sent = await program.send(route.method, pathOf(route, seeded.Sales), bodyOf(route));
      expect([route.path, sent.status, sent.json['detail']]).toEqual([
        ...[route.path, 403, `This token has no scope "${route.operation.scope}".`],
      ]);
    }
  });

  it('is of some route each', () => {
    expect([...new Set(ruled.map(({ operation }) => operation.scope))].sort()).toEqual([...scopes].sort());
  });
});

it.each([
  [
    'revoked',
    async () => {
      const [last] = await console.parts.people.listTokens();
      const entry = {
        atMs: 0,
        who: '',
        address: '',
        action: 'token-revoked',
        subject: '',
        before: null,
        after: null,
      } as const;
      await console.parts.people.revokeToken(last?.id ?? 0, Date.now(), entry);
    },
    {},
  ],
  ['too old', () => Promise.resolve(), { expiresAtMs: 1 }],
  [
    'of a user who may not sign in any more',
    async () => {
      const user = await console.parts.people.findUser('leaver');
      await console.parts.people.changeUser(user?.id ?? 0, { isEnabled: false }, null);
    },
    {},
  ],
])('a token that is %s is good for nothing', async (_what, spoil, more) => {
  const program = await console.program('administrator', { name: 'leaver', ...more });
  await spoil();
  const sent = await program.send('GET', '/accounts');
  expect([sent.status, sent.json['title']]).toEqual([401, 'Not signed in']);
});
