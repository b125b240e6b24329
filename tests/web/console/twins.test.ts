import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { areas } from '../../../src/web/access/areas.ts';
import { stepAt, totpCode } from '../../../src/web/access/totp.ts';
import { html } from '../../../src/web/html.ts';
import { post, type Answer } from '../../../src/web/route.ts';
import { routes } from '../../../src/web/routes.ts';
import { happens } from '../../support/controller.ts';
import type { Browser, Page } from './browser.ts';
import { password, startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let begun = 0;
let gate = Promise.withResolvers<undefined>();
const slow = post('/slow', areas.own, async (visit): Promise<Answer> => {
  begun += 1;
  const which = begun;
  await gate.promise;
  return { kind: 'page', title: 'Slow', body: html`${visit.form.get('what') ?? ''}, time ${which}` };
});

/** How many requests of somebody who is signed in have come. */
let asked = 0;
beforeEach(async () => {
  [begun, asked, gate] = [0, 0, Promise.withResolvers<undefined>()];
  console = await startTestConsole({ routes: [...routes, slow] });
  const { people } = console.parts;
  console.parts.people = {
    ...people,
    findSession(hash) {
      asked += 1;
      return people.findSession(hash);
    },
  };
});
afterEach(() => console.dispose());

/** Sends them one after the other while none is answered, and gives what they are answered. */
async function sent(browser: Browser, forms: readonly (readonly [path: string, fields: object])[]): Promise<Page[]> {
  const pages: Promise<Page>[] = [];
  for (const [path, fields] of forms) {
    const before = asked;
    pages.push(browser.post(path, { ...fields }));
    await happens(() => asked > before);
    // From there on nothing is waited for but the work itself.
    await setImmediate();
  }
  gate.resolve(undefined);
  return Promise.all(pages);
}

it('a form that is sent twice at the same moment is done once, and both have the one answer', async () => {
  const browser = await console.as('reporter');
  await browser.get('/you');
  const pages = await sent(browser, [
    ['/slow', { what: 'one' }],
    ['/slow', { what: 'one' }],
    ['/slow', { what: 'another' }],
  ]);
  expect(pages.map(({ text }) => /\w+, time \d/.exec(text)?.[0])).toEqual([
    ...['one, time 1', 'one, time 1', 'another, time 2'],
  ]);
  const again = await browser.post('/slow', { what: 'one' });
  expect(again.text).toContain('one, time 3');
});

it('nobody has the answer that somebody else was given', async () => {
  const [one, other] = [await console.as('reporter'), await console.as('auditor')];
  await one.get('/you');
  await other.get('/you');
  const first = one.post('/slow', { what: 'mine' });
  await happens(() => begun === 1);
  const second = other.post('/slow', { what: 'mine' });
  await happens(() => begun === 2);
  gate.resolve(undefined);
  await Promise.all([first, second]);
});

it('whoever clicks twice while setting up a second factor sees the recovery codes and stays signed in', async () => {
  const browser = await console.as('reporter');
  const { text } = await browser.get('/you/second-factor');
  const secret = (/class="code secret">([A-Z2-7 ]+)</.exec(text)?.[1] ?? '').replaceAll(' ', '');
  const fields = {
    ...{ key: /name="key" value="([^"]+)"/.exec(text)?.[1] ?? '', current: password },
    code: totpCode(secret, stepAt(Date.now())),
  };
  const id = (await console.parts.people.findUser('reporter'))?.id ?? 0;
  // As long as the password takes to be looked at on a busy machine.
  const busy = console.parts.inTurn(`second factor ${id}`, () => gate.promise);
  const pages = await sent(browser, [
    ['/you/second-factor', fields],
    ['/you/second-factor', fields],
  ]);
  await busy;
  const codes = pages.map((page) => [...page.text.matchAll(/<li class="code">([^<]+)</g)].map(([, code]) => code));
  expect(codes[0]).toHaveLength(10);
  expect(codes[1]).toEqual(codes[0]);
  expect((await browser.get('/you')).path).toBe('/you');
});
