import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Alert } from '../../../src/words/alert.ts';
import { seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
const day = 86_400_000;
const alert = (id: string, more: Partial<Alert> = {}): Alert => ({
  ...{
    id,
    kind: 'limit',
    level: 'warning',
    atMs: Date.now(),
    controller: 'one',
    callId: null,
    text: id,
    fields: { of: 'account <u>7</u>', callBackNumber: '+1', place: null },
  },
  ...more,
});

beforeAll(async () => {
  console = await startTestConsole();
  seeded = await seed(console.store);
  const { store } = console;
  await store.keepAlert(alert('8 days old', { atMs: Date.now() - 8 * day }), []);
  await store.keepAlert(alert('80 % of the money of <b>Smith</b> is used'), ['e-mail']);
  await store.noteDelivery({
    alertId: '80 % of the money of <b>Smith</b> is used',
    way: 'e-mail',
    kind: 'delivered',
    atMs: 1,
  });
  const { callId } = seeded.Sales;
  await store.keepAlert(alert('premium range', { level: 'critical', callId, kind: 'destination-watch' }), ['webhook']);
  const given = { tries: 9, error: '<i>410 Gone</i>', atMs: 1 };
  await store.noteDelivery({ alertId: 'premium range', way: 'webhook', kind: 'given-up', ...given });
});
afterAll(() => console.dispose());

it('are on the security page, the latest first, with level, call, and who was told', async () => {
  const { text } = await (await console.as('manager')).get('/security');
  const [, list = ''] = text.split('<h2 id="alerts">');
  expect(list).toContain('80 % of the money of &lt;b&gt;Smith&lt;/b&gt; is used');
  expect(list).toContain('of: account &lt;u&gt;7&lt;/u&gt;; call back number: +1<');
  expect(list).toContain('e-mail: delivered');
  expect(list).toContain('webhook: given up, &lt;i&gt;410 Gone&lt;/i&gt;');
  expect(list).toContain('the log alone');
  expect(list).toContain(`/calls/${encodeURIComponent(seeded.Sales.callId)}`);
  expect(list.indexOf('premium range')).toBeLessThan(list.indexOf('8 days old'));
  expect([list.includes('Warning'), list.includes('Critical')]).toEqual([true, true]);
});

it('of the last days are on the overview of those who may see them, and of nobody else', async () => {
  for (const role of ['manager', 'administrator', 'auditor'] as const) {
    const { text } = await (await console.as(role)).get('/overview');
    expect(text).toContain('premium range');
    expect(text).not.toContain('8 days old');
  }
  for (const [role, departmentId] of [
    ['reporter', null],
    ['manager', seeded.Sales.departmentId],
  ] as const) {
    const { text, status } = await (
      await console.as(role, { departmentId, name: `${role} ${departmentId}` })
    ).get('/overview');
    expect(status).toBe(200);
    expect(text).not.toContain('premium range');
  }
});

it('name the controller where another one saw one of them, be it all of them', async () => {
  const manager = await console.as('manager');
  const listOf = (text: string): string => text.split('<h2 id="alerts">')[1] ?? '';
  expect(listOf((await manager.get('/security')).text)).not.toContain('>Controller<');
  await console.store.keepAlert(alert('of another', { controller: 'two <b>' }), []);
  const list = listOf((await manager.get('/security')).text);
  expect(list).toContain('>Controller<');
  expect(list).toContain('>two &lt;b&gt;<');
});

it('name the controller where it is another one for all of them', async () => {
  const alone = await startTestConsole();
  try {
    await alone.store.keepAlert(alert('of another', { controller: 'two' }), []);
    expect((await (await alone.as('manager')).get('/security')).text).toContain('>Controller<');
  } finally {
    await alone.dispose();
  }
});
