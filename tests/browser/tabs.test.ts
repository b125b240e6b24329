import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openSignedIn, type SignedIn } from './signed-in.ts';

let signedIn: SignedIn;
beforeAll(async () => (signedIn = await openSignedIn()));
afterAll(() => signedIn.close());

/** As a browser tells a tab that another one is before it. */
const hide = (page: Page, isHidden: boolean): Promise<unknown> =>
  page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} });
    document.dispatchEvent(new Event('visibilitychange'))`);

it('a form on whose button somebody clicks twice is sent once', async () => {
  const { page, site } = signedIn;
  await page.goto(`${site.origin}/accounts/new`);
  const sent: string[] = [];
  // The first answer is on its way for as long as the second click takes.
  await page.route('**/accounts', async (route) => {
    sent.push(route.request().method());
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await page.getByLabel('Code', { exact: true }).fill('12345');
  await page.getByLabel('Name', { exact: true }).fill('Clicked twice');
  await page.getByRole('button', { name: 'Save' }).dblclick();
  expect(await page.getByRole('status').innerText()).toBe('The account was added.');
  expect(sent).toEqual(['POST']);
  await page.unroute('**/accounts');
});

it('a file can be downloaded again from the page that stays', async () => {
  const { page, site } = signedIn;
  await page.goto(`${site.origin}/accounts`);
  const button = page.getByRole('button', { name: 'Export' });
  await Promise.all([page.waitForEvent('download'), button.click()]);
  await page.reload();
  await Promise.all([page.waitForEvent('download'), button.click()]);
});

it('more tabs than a browser has connections show live calls, and the console still answers', async () => {
  const { context, site } = signedIn;
  const tabs: Page[] = [];
  for (let at = 0; at < 8; at += 1) {
    const tab = await context.newPage();
    for (const other of tabs) await hide(other, true);
    await Promise.all([tab.waitForRequest('**/live/events**'), tab.goto(`${site.origin}/live`, { timeout: 20_000 })]);
    tabs.push(tab);
  }
  const [first] = tabs;
  if (first === undefined) throw new Error('no tab');
  await Promise.all([first.waitForResponse('**/live/events**'), hide(first, false)]);
  for (const tab of tabs) await tab.close();
});

it('live calls that have stopped say so, and lead back to where they move', async () => {
  const { browser, site, context } = signedIn;
  const state = await context.storageState();
  const other = await (await browser.newContext({ storageState: state })).newPage();
  await Promise.all([other.waitForResponse('**/live/events**'), other.goto(`${site.origin}/live`)]);
  const stopped = other.getByText('This list does not move any more');
  expect(await stopped.isVisible()).toBe(false);
  const [user] = await site.controller.store.listUsers();
  await site.controller.store.endSessions({ userId: user?.id ?? 0, tokenHash: null, idleSinceMs: 0 });
  await stopped.waitFor({ state: 'visible' });
  await other.getByRole('link', { name: 'Load it again' }).click();
  expect(await other.locator('h1').innerText()).toBe('Sign in');
});
