import { afterEach, expect, it } from '@jest/globals';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { openBrowser, type Browser } from '../web/console/browser.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

let controller: TestController;
afterEach(() => controller.dispose());

const password = 'correct horse battery';

/** What the first administrator is shown first. */
async function firstRun(settings: Record<string, string> = {}): Promise<{ browser: Browser; text: string }> {
  controller = await startTestController({ 'console.port': '0', ...settings });
  await controller.console.ready();
  const link = await eventually(() => Promise.resolve(/\/welcome\/[\w-]+/.exec(controller.logged())?.[0] ?? null));
  const browser = openBrowser(`http://127.0.0.1:${controller.console.address()?.port ?? 0}`);
  await browser.get(link);
  const { text } = await browser.post(link, { name: 'anna', password, again: password });
  return { browser, text };
}

const stepsOf = (text: string): string[] =>
  [...text.matchAll(/<h2>(\d)[^<]*<span class="badge \w+">([^<]+)</g)].map(
    ([, at = '', state = '']) => `${at} ${state}`,
  );

it('leads from nothing to the record of a call, and shows how each step stands', async () => {
  const { browser, text } = await firstRun();
  expect(stepsOf(text)).toEqual(['1 done', '2 to do', '3 to do', '4 as you like']);
  expect(text).toContain(`127.0.0.1:${controller.port}`);
  await controller.store.addAccount(account('12345', { name: 'Smith & Co' }));
  const record = await browser.post('/guide/call', { account: 'Smith & Co', number: '801 642-4655', extension: '202' });
  expect(record.text).toContain('this is its record');
  expect(record.text).toContain('+18016424655');
  expect(record.text).toContain('Smith &amp; Co');
  const [call] = await controller.store.listCallRecords();
  expect(call).toMatchObject({
    outcome: 'answered',
    extension: '202',
    accountName: 'Smith & Co',
    switchName: 'simulator',
  });
  expect(record.path.startsWith(`/calls/${call?.callId ?? '-'}`)).toBe(true);
  const after = await browser.get('/guide');
  expect(stepsOf(after.text)).toEqual(['1 done', '2 to do', '3 done', '4 as you like']);
  expect(after.text).toContain('1 accepted');
});

it('sees the first call of FreeSWITCH, and what its event socket says', async () => {
  const switching = createSimulator({ controllers: '127.0.0.1:1' });
  const { port } = await switching.listen('secret');
  const settings = { 'freeswitch.host': '127.0.0.1', 'freeswitch.port': String(port), 'freeswitch.password': 'secret' };
  const { browser } = await firstRun(settings);
  const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, name: 'pbx-1' });
  await simulator.placeCall({ dialled: '9', keys: ['1**8016424655#'], outOfKeys: 'hang-up' }).finished;
  const text = await eventually(async () => {
    const page = await browser.get('/guide');
    return page.text.includes('pbx-1') ? page.text : null;
  });
  expect(stepsOf(text)[1]).toBe('2 done');
  switching.close();
  simulator.close();
});

it('says what is wrong with an event socket that lets nobody in', async () => {
  const switching = createSimulator({ controllers: '127.0.0.1:1' });
  const { port } = await switching.listen('secret');
  const { text } = await firstRun({ 'freeswitch.host': '127.0.0.1', 'freeswitch.port': String(port) });
  expect(stepsOf(text)[1]).toBe('2 look at this');
  expect(text).toContain('wrong password (freeswitch.password)');
  switching.close();
});

it.each([
  ['an emergency number', { account: 'Smith & Co', number: '911' }, 'This is an emergency number'],
  ['no account', { account: '', number: '8016424655' }, 'Enter the account that pays'],
  [
    'an account that there is not',
    { account: '999', number: '8016424655' },
    'no account has this billing code or name',
  ],
  ['keys that are none', { account: 'Smith & Co', number: '80164#*1' }, 'Enter a number of 1 to 30 digits'],
])('places no call to %s', async (_what, fields, problem) => {
  const { browser } = await firstRun();
  await controller.store.addAccount(account('12345', { name: 'Smith & Co' }));
  const page = await browser.post('/guide/call', { extension: '202', ...fields });
  expect([page.status, page.text.includes(problem)]).toEqual([422, true]);
  expect(await controller.store.listCallRecords()).toEqual([]);
});
