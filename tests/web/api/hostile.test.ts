import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJson } from '../../../src/web/api/json.ts';
import { accountFields, departmentFields, extensionFields } from '../../../src/words/directory.ts';
import { jsonNameOf } from '../../../src/directory/showing.ts';
import { routes } from '../../../src/web/routes.ts';
import { isApi } from '../../../src/web/route.ts';
import { seed } from '../console/seed.ts';
import { startTestConsole, type TestConsole } from '../console/test-console.ts';
import type { Program } from './program.ts';

let console: TestConsole;
let program: Program;
beforeAll(async () => {
  console = await startTestConsole({ flags: { 'console.apiRequestsPerMinute': '1000000' } });
  await seed(console.store);
  program = await console.program('administrator');
});
afterAll(() => console.dispose());

const api = routes.filter(isApi);

const hostile: readonly unknown[] = [
  ...[
    "' OR '1'='1",
    "1'; DROP TABLE accounts; --",
    '../../../../etc/passwd',
    '<script>alert(1)</script>',
    '{{7*7}}',
    '%',
  ],
  ...['\u0000', '\uFFFF', '\uD800', '\u202E', '💥'.repeat(60), 'A'.repeat(501), '=1+1', '-1', '1e309', '__proto__'],
  ...[null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, [], [[]], {}, { a: 1 }, [null], [1], ['a,b'], ['\u0000']],
];

/** All that could have changed. */
const state = async (): Promise<string> => {
  const { store } = console;
  const all = [
    store.listAccounts(),
    store.listExtensions(),
    store.listDepartmentUse(),
    store.listCallRecords(),
    store.listMoves(),
  ];
  return JSON.stringify(
    [...(await Promise.all<unknown>(all)), await store.listUsers(), await store.listTokens()].map(withoutUse),
  );
};
const withoutUse = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/"usedAtMs":\d+/g, '"usedAtMs":0'));

describe('every field of what is kept', () => {
  it.each([
    ['accounts', accountFields, { code: '5', name: 'x' }],
    ['extensions', extensionFields, { number: '5' }],
    ['departments', departmentFields, { name: 'x' }],
  ] as const)('of %s takes only what it is for, and never fails', async (path, fields, needed) => {
    let made = 0;
    for (const name of Object.values(fields).map(jsonNameOf)) {
      for (const value of hostile) {
        made += 1;
        const key =
          path === 'accounts'
            ? { code: `6${made}` }
            : path === 'extensions'
              ? { number: `6${made}` }
              : { name: `d${made}` };
        const sent = await program.send('POST', `/${path}`, { ...needed, ...key, [name]: value });
        expect([name, value, [201, 422].includes(sent.status), sent.text]).toEqual([name, value, true, sent.text]);
        expect(sent.headers.get('content-type')).toMatch(/^application\/(?:problem\+)?json/);
      }
    }
    expect(console.problems).toEqual([]);
  });
});

describe('bodies that are not as they should be', () => {
  const bodies: readonly (readonly [string, string, number])[] = [
    ['no JSON', '{"code": ', 400],
    ['a key twice', '{"code":"1","name":"a","code":"2"}', 400],
    ['a key twice, written in another way', '{"code":"1","name":"a","c\\u006fde":"2"}', 400],
    ['a key twice, deep in a list', '{"code":"1","name":"a","address":[{"a":1,"a":2}]}', 400],
    ['a prototype', '{"code":"1","name":"a","__proto__":{"isEnabled":true}}', 400],
    ['a prototype, written in another way', '{"code":"1","name":"a","__\\u0070roto__":{"x":1}}', 400],
    ['a constructor', '{"code":"1","name":"a","constructor":{"prototype":{"x":1}}}', 422],
    ['a field that there is not', '{"code":"1","name":"a","id":1}', 422],
    ['nested deeply', `{"code":"1","name":${'['.repeat(500)}${']'.repeat(500)}}`, 400],
    ['a list', '[{"code":"1","name":"a"}]', 422],
    ['a text', '"code"', 422],
    ['null', 'null', 422],
    ['nothing', '', 400],
    ['too large', JSON.stringify({ code: '1', name: 'a'.repeat(70_000) }), 413],
  ];

  it.each(bodies)('%s', async (_what, body, status) => {
    const before = await state();
    const sent = await program.raw('POST', '/accounts', body);
    expect([sent.status, sent.json['status'], typeof sent.json['detail']]).toEqual([status, status, 'string']);
    expect(String(sent.json['detail'])).not.toContain('\n');
    expect(await state()).toBe(before);
    expect(({} as Record<string, unknown>)['isEnabled']).toBeUndefined();
  });

  it('of another type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await program.raw('POST', '/accounts', '{"code":"1","name":"a"}', { 'content-type': type })).status).toBe(
        415,
      );
  });
});

it('hostile texts in every place of every route change nothing', async () => {
  const before = await state();
  const names = ['q', 'limit', 'after', 'from', 'account', 'filter', 'group', '__proto__', 'number', 'seconds'];
  const texts = hostile
    .filter((value): value is string => typeof value === 'string')
    .map((text) => text.toWellFormed());
  let asked = 0;
  for (const { method, path } of api) {
    for (const text of texts) {
      const there = path.replace('/api/v1', '').replaceAll(/:\w+/g, encodeURIComponent(text));
      const name = names[asked % names.length] ?? '';
      asked += 1;
      const query = method === 'GET' ? `?${new URLSearchParams({ [name]: text }).toString()}` : '';
      const headers = {
        'if-match': JSON.stringify(encodeURIComponent(text)),
        'idempotency-key': encodeURIComponent(text).slice(0, 200),
      };
      const body = method === 'GET' ? undefined : { [text]: text };
      const sent = await program.send(method, `${there}${query}`, body, headers);
      expect([path, query, text, sent.status < 500]).toEqual([path, query, text, true]);
    }
  }
  expect(await state()).toBe(before);
  expect(console.problems).toEqual([]);
}, 120_000);

it.each(['?limit=0', '?limit=501', '?limit=1e2', '?limit=5&limit=6', '?nothing=1', '?department=1%20OR%201'])(
  'the query %s is refused',
  async (query) => expect([400, 422]).toContain((await program.send('GET', `/accounts${query}`)).status),
);

it('tokens that are none are refused, and soon wait', async () => {
  const own = await startTestConsole();
  const statuses = new Set<number>();
  for (const authorization of ['Bearer', 'Bearer x', `Bearer ${'a'.repeat(5000)}`, 'Basic YTpi', 'Bearer bcode_', '']) {
    statuses.add((await fetch(`${own.origin}/api/v1/accounts`, { headers: { authorization } })).status);
  }
  expect([...statuses]).toEqual([401]);
  for (let request = 0; request < 60; request += 1) await fetch(`${own.origin}/api/v1/accounts`);
  expect((await fetch(`${own.origin}/api/v1/accounts`)).status).toBe(429);
  const good = await own.program('administrator');
  expect((await good.send('GET', '/accounts')).status).toBe(200);
  await own.dispose();
});

it('JSON is read as JSON.parse reads it, and refused only where a key stands twice', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify(value);
      const read = readJson(text);
      if (text.includes('"__proto__":')) expect(read.ok).toBe(false);
      else expect(read).toEqual({ ok: true, value: JSON.parse(text) as unknown });
    }),
  );
  fc.assert(
    fc.property(fc.string(), fc.jsonValue({ maxDepth: 2 }), (key, value) => {
      const member = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
      expect(readJson(`{"a1":[1,{${member}, "other \\"{": 1 ,${member}}]}`).ok).toBe(false);
    }),
  );
});
