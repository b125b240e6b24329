import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isPage } from '../../../src/web/route.ts';
import { routes } from '../../../src/web/routes.ts';
import type { Browser } from './browser.ts';
import { seed } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let browser: Browser;
beforeAll(async () => {
  console = await startTestConsole();
  await seed(console.store);
  browser = await console.as('administrator');
});
afterAll(() => console.dispose());

const hostile = [
  ...["' OR '1'='1", "1'; DROP TABLE accounts; --", '../../../../etc/passwd', '%2e%2e%2f', '<script>alert(1)</script>'],
  ...[
    '\u0000',
    '\uFFFF',
    '\uD800',
    '\u202E',
    '💥'.repeat(60),
    'A'.repeat(250),
    '-1',
    '1e309',
    '__proto__',
    '{{7*7}}',
    '%',
  ],
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
  return JSON.stringify([...(await Promise.all<unknown>(all)), await store.listUsers()]);
};

const field = [
  'q',
  'name',
  'code',
  'number',
  'account',
  'why',
  'preset',
  'from',
  'after',
  'before',
  'filter',
  'group',
  'id',
  'key',
  'phone',
  'role',
  'department',
  'said',
  'version',
  'current',
  'recovery',
  'password',
  'state',
  'iss',
  'error',
];

describe('hostile requests', () => {
  it('in every place of every route are refused or are text, and change nothing without a token', async () => {
    const before = await state();
    for (const { method, path } of routes.filter(isPage)) {
      if (path === '/sign-out' || path === '/live/events' || path.startsWith('/assets') || path === '/sign-in')
        continue;
      for (const text of hostile) {
        const there = path.replaceAll(/:\w+/g, encodeURIComponent(text.toWellFormed()));
        const fields = Object.fromEntries(field.map((name) => [name, text.toWellFormed()]));
        const page =
          method === 'GET'
            ? await browser.get(`${there}?${new URLSearchParams(fields).toString()}`)
            : await browser.post(there, { ...fields, 'form-token': text });
        expect([path, text, page.status < 500]).toEqual([path, text, true]);
        expect(page.text).not.toContain('<script>alert');
      }
    }
    expect(await state()).toBe(before);
    expect(console.problems).toEqual([]);
  });

  it.each([
    ['a header that ends too early', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\nb\r\n\r\n'],
    ['two lengths', 'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef'],
    [
      'a length and chunks',
      'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /users HTTP/1.1\r\n\r\n',
    ],
    ['a header of a megabyte', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(1_000_000)}\r\n\r\n`],
    [
      'a form of a megabyte',
      `POST /sign-in HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n\r\n${'a'.repeat(1_000_000)}`,
    ],
    ['no HTTP at all', '\u0016\u0003\u0001\u0002\u0000'],
  ])('%s are refused, and the next one is answered', async (_what, bytes) => {
    const socket = connect(Number(new URL(console.origin).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    const closed = new Promise((resolve) => socket.once('close', resolve).on('error', () => undefined));
    socket.write(bytes, 'latin1');
    setTimeout(() => socket.end(), 500);
    await closed;
    expect(answer).toMatch(/^(?:$|HTTP\/1\.1 4\d\d)/);
    expect((await browser.get('/you')).status).toBe(200);
  });
});
