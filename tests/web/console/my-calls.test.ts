import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import type { Browser } from './browser.ts';
import { aCall, seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
let browser: Browser;
beforeAll(async () => {
  console = await startTestConsole();
  seeded = await seed(console.store);
  browser = await console.as('caller', { name: 'carl', extension: '201' });
});
afterAll(() => console.dispose());

const uncoded = (callId: string, more: Partial<CallRecord> = {}) =>
  console.store.save(aCall(callId, { extension: '201', accountId: null, accountName: null, uncoded: true, ...more }));
const accountOf = async (callId: string) => (await console.store.findCallRecord(callId))?.accountName ?? null;

it('a call without a code is assigned by one key, as the number was called before', async () => {
  await uncoded('one');
  const page = await browser.get('/my-calls');
  expect(page.text).toMatch(/name="like" value="call-Sales"[^<]*>\s*<button[^>]*>Sales account</);
  const done = await browser.post('/my-calls/one', { like: 'call-Sales' });
  expect(done.text).toContain('The call was assigned.');
  expect(await accountOf('one')).toBe('Sales account');
  expect(await console.store.listMoves({ callId: 'one' })).toMatchObject([
    { movedBy: 'carl', why: 'assigned by the caller', fromAccountName: null },
  ]);
  const [line] = await console.parts.people.listAudit({ action: 'call-assigned', limit: 1 });
  expect(line).toMatchObject({ who: 'carl', subject: 'call one', after: { account: 'Sales account' } });
});

it('or by a code, with a note; wrong codes soon wait', async () => {
  await uncoded('two');
  await browser.get('/my-calls/two');
  const done = await browser.post('/my-calls/two', { code: '12341', note: 'for Legal' });
  expect(done.text).toContain('The call was assigned.');
  expect(await console.store.listMoves({ callId: 'two' })).toMatchObject([
    { toAccountName: 'Legal account', why: 'for Legal' },
  ]);
  await uncoded('three');
  await browser.get('/my-calls/three');
  const answers: string[] = [];
  for (const code of ['1', '2', '3', '12341'])
    answers.push(
      /No account has|Too many wrong/.exec((await browser.post('/my-calls/three', { code })).text)?.[0] ?? '',
    );
  expect(answers).toEqual(['No account has', 'No account has', 'No account has', 'Too many wrong']);
  expect(await accountOf('three')).toBeNull();
});

it.each([
  ['of another phone', () => uncoded('x', { extension: '202' }), 'x'],
  ['that has an account', () => Promise.resolve(), 'call-Sales'],
  ['that needed no code', () => uncoded('w', { uncoded: false }), 'w'],
  ['that is still up', () => uncoded('y', { endedAtMs: null, outcome: null, closedBy: null }), 'y'],
  ['that there is not', () => Promise.resolve(), 'z'],
])('nobody assigns a call %s', async (_what, make, callId) => {
  await make();
  const before = await accountOf(callId);
  await browser.get('/my-calls');
  expect((await browser.get(`/my-calls/${callId}`)).status).toBe(404);
  expect((await browser.post(`/my-calls/${callId}`, { like: 'call-Sales' })).status).toBe(404);
  expect(await accountOf(callId)).toBe(before);
});

it('nobody takes an account from calls of others, or of another number', async () => {
  await uncoded('four');
  await console.store.save(
    aCall('elsewhere', {
      calledE164: '+442079460000',
      extension: '201',
      accountId: seeded.Legal.accountId,
      accountName: 'Legal account',
    }),
  );
  await browser.get('/my-calls');
  for (const like of [seeded.Legal.callId, 'elsewhere', 'nothing', '']) {
    expect((await browser.post('/my-calls/four', { like })).status).toBe(422);
    expect(await accountOf('four')).toBeNull();
  }
});
