import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { makeSample, placeLiveCalls } from '../../scripts/console/sample.ts';
import { addPeople, type SamplePeople } from '../../scripts/console/people.ts';
import { goTo, pages, signInPages } from '../../scripts/console/pages.ts';
import type { Simulator } from '../../src/simulator/freeswitch.ts';
import { openSignedIn, type SignedIn } from './signed-in.ts';

const axe = readFileSync(createRequire(import.meta.filename).resolve('axe-core/axe.min.js'), 'utf8');

let signedIn: SignedIn;
let simulator: Simulator;
let people: SamplePeople;
beforeAll(async () => {
  signedIn = await openSignedIn();
  await makeSample(signedIn.site.controller, 300);
  people = await addPeople(signedIn.site.controller);
  simulator = placeLiveCalls(signedIn.site.controller);
});
afterAll(async () => {
  simulator.close();
  await signedIn.close();
});

/** Run in the page: what has the focus, whether anything covers it, and how it is marked. Of what is taller than the window, a part is seen. */
const focused = `(() => {
  const active = document.activeElement;
  if (active.tagName === 'BODY') return null;
  const { x, y, width, height } = active.getBoundingClientRect();
  const top = Math.max(y, 0);
  const on = document.elementFromPoint(x + Math.min(width / 2, 20), top + Math.min((y + height - top) / 2, 10));
  const isThere = on !== null && (active.contains(on) || on.contains(active));
  return { html: active.outerHTML.slice(0, 120), isThere, outline: getComputedStyle(active).outlineStyle };
})()`;

type Found = { passes: unknown[]; violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] };

/** What axe finds against WCAG 2.2 AA. The page's policy lets no script in but the console's own, so it is run from outside of it. */
async function problemsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await page.evaluate(`axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(tags)} } })`);
  const { passes, violations } = found as Found;
  if (passes.length < 10) return [`axe looked at nearly nothing: ${passes.length} rules`];
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  it.each(Object.entries(pages))('axe finds nothing wrong with %s', async (_name, path) => {
    const { page, site } = signedIn;
    await page.emulateMedia({ colorScheme });
    await goTo(page, site.origin, path);
    expect(await problemsOf(page)).toEqual([]);
  });

  it('nor with signing in, and with a second factor', async () => {
    const page = await (await signedIn.browser.newContext({ colorScheme })).newPage();
    const problems: string[] = [];
    await signInPages(page, signedIn.site.origin, people, async (name) => {
      problems.push(...(await problemsOf(page)).map((problem) => `${name}: ${problem}`));
    });
    expect(problems).toEqual([]);
  });
});

describe('what is new in WCAG 2.2', () => {
  const each = Object.entries(pages);

  it.each(each)('2.4.11 and 2.4.7: on %s every focus is seen, and covered by nothing', async (_name, path) => {
    const { page, site } = signedIn;
    await goTo(page, site.origin, path);
    const unseen: string[] = [];
    for (let at = 0; at < 60; at += 1) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate<{ html: string; isThere: boolean; outline: string } | null>(focused);
      if (seen === null) break;
      if (!seen.isThere || seen.outline === 'none') unseen.push(`${seen.outline} ${seen.html}`);
    }
    expect(unseen).toEqual([]);
  });

  it('2.5.7: nothing is dragged', async () => {
    const script = readFileSync(new URL('../../src/web/assets/console.js', `file://${import.meta.filename}`), 'utf8');
    expect(script).not.toMatch(/drag|pointermove|mousemove|touchmove/);
    for (const [, path] of each) {
      await goTo(signedIn.page, signedIn.site.origin, path);
      expect(await signedIn.page.locator('[draggable=true]').count()).toBe(0);
    }
  });

  it.each(each)('2.5.8: on %s everything to press is 24 pixels high, or part of a sentence', async (_name, path) => {
    const { page, site } = signedIn;
    await page.setViewportSize({ width: 390, height: 844 });
    await goTo(page, site.origin, path);
    // Run in the page: what is not shown has no box.
    const small =
      await page.evaluate(`[...document.querySelectorAll('button, .button, select, input:not([type=hidden]), nav a, summary')]
      .map((one) => ({ box: one.getBoundingClientRect(), html: one.outerHTML.slice(0, 120) }))
      .filter(({ box }) => box.height > 0 && (box.height < 24 || box.width < 24))
      .map(({ html }) => html)`);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(small).toEqual([]);
  });

  it('3.2.6: the ways out of a page stand at the same place, in the same order', async () => {
    const orders = new Set<string>();
    for (const [, path] of each) {
      await goTo(signedIn.page, signedIn.site.origin, path);
      orders.add((await signedIn.page.locator('header a, header button').allInnerTexts()).join('|'));
    }
    expect(orders.size).toBe(1);
  });

  it('3.3.7: nothing is asked twice', async () => {
    const { browser, site } = signedIn;
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${site.origin}/sign-in`);
    await page.getByLabel('User name').fill('somebody');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByLabel('User name').inputValue()).toBe('somebody');
    await signedIn.page.goto(`${site.origin}/accounts/new`);
    await signedIn.page.getByLabel('Name', { exact: true }).fill('Kept');
    await signedIn.page.getByRole('button', { name: 'Save' }).click();
    expect(await signedIn.page.getByLabel('Name', { exact: true }).inputValue()).toBe('Kept');
  });

  it('3.3.8: a password may be pasted, and a password manager knows the field', async () => {
    const page = await (await signedIn.browser.newContext()).newPage();
    await page.goto(`${signedIn.site.origin}/sign-in`);
    expect(await page.getByLabel('Password').getAttribute('autocomplete')).toBe('current-password');
    expect(await page.getByLabel('User name').getAttribute('autocomplete')).toBe('username');
    await page.getByLabel('Password').focus();
    await page.keyboard.insertText('pasted');
    expect(await page.getByLabel('Password').inputValue()).toBe('pasted');
  });
});

/** Run in the page: what data may fill gets a word as long as a path of a file, or a name without spaces. */
const longWords = `for (const one of document.querySelectorAll('main :is(p, dd, dd a, h1, td, td a, th[scope=row], th[scope=row] a)')) {
  if (one.childElementCount === 0) one.textContent += ' ' + 'abcdefghij'.repeat(7);
}`;

it.each([
  ['as it is', ''],
  ['with long words', longWords],
])('is wide enough for no page: nothing is cut off at 320 pixels, %s', async (_what, change) => {
  const page = await signedIn.context.newPage();
  await page.setViewportSize({ width: 320, height: 700 });
  const wide: string[] = [];
  for (const [name, path] of Object.entries(pages)) {
    await goTo(page, signedIn.site.origin, path);
    await page.evaluate(change);
    const over = Number(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    );
    if (over > 0) wide.push(`${name}: ${over}`);
  }
  expect(wide).toEqual([]);
});

it('a code is made by keyboard alone', async () => {
  const { page, site } = signedIn;
  await page.goto(`${site.origin}/overview`);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.className')).toBe('skip');
  const tabTo = async (name: string): Promise<void> => {
    for (let at = 0; at < 80; at += 1) {
      await page.keyboard.press('Tab');
      const text = await page.evaluate(
        'document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText',
      );
      if (text === name) return;
    }
    throw new Error(`the keyboard does not reach ${name}`);
  };
  await tabTo('Accounts');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/accounts');
  await tabTo('Add an account');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/accounts/new');
  await tabTo('Code');
  await page.keyboard.type('70707');
  await tabTo('Name');
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Enter');
  await page.getByRole('status').waitFor();
  expect(await page.locator('h1').innerText()).toContain('By keyboard');
});
