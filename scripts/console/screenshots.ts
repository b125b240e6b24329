// Pictures of the web console: `node scripts/console/screenshots.ts FOLDER [NAME …]` takes every page, light and dark, wide and narrow;
// `--docs` instead of FOLDER those of docs/console.md.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openChromium } from './chromium.ts';
import { addPeople, type SamplePeople } from './people.ts';
import { formPages, goTo, pages, signInPages, welcome } from './pages.ts';
import { makeSample, placeLiveCalls } from './sample.ts';
import { openConsoleSite } from './site.ts';

type Look = { name: string; width: number; height: number; colorScheme: 'light' | 'dark'; isWhole: boolean };

const sizes = [
  { name: 'wide', width: 1280, height: 800 },
  { name: 'narrow', width: 390, height: 844 },
];
const looks: readonly Look[] = sizes.flatMap(({ name, width, height }) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    name: `-${name}-${colorScheme}`,
    width,
    height,
    colorScheme,
    isWhole: true,
  })),
);
const ofDocs: readonly Look[] = [{ name: '', width: 1280, height: 800, colorScheme: 'light', isWhole: false }];

async function takeAll(
  browser: Browser,
  { origin, folder, people }: { origin: string; folder: string; people: SamplePeople },
  names: readonly string[],
  of: readonly Look[],
  state: State,
): Promise<void> {
  for (const { name, width, height, colorScheme, isWhole } of of) {
    const context = await browser.newContext({ storageState: state, colorScheme, viewport: { width, height } });
    const page = await context.newPage();
    for (const [called, path] of Object.entries(pages)) {
      if (names.length > 0 && !names.includes(called)) continue;
      await goTo(page, origin, path);
      await page.screenshot({ path: join(folder, `${called}${name}.png`), fullPage: isWhole });
    }
    if (names.length === 0)
      await formPages(page, origin, async (called) => {
        await page.screenshot({ path: join(folder, `${called}${name}.png`), fullPage: isWhole });
      });
    await context.close();
    if (names.length > 0) continue;
    const outside = await browser.newContext({ colorScheme, viewport: { width, height } });
    const first = await outside.newPage();
    await signInPages(first, origin, people, async (called) => {
      await first.screenshot({ path: join(folder, `${called}${name}.png`), fullPage: isWhole });
    });
    await outside.close();
  }
}

async function takeFirstRun(browser: Browser, url: string, folder: string): Promise<void> {
  for (const { name, width, height, colorScheme } of looks) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height } });
    await page.goto(url);
    await page.screenshot({ path: join(folder, `welcome${name}.png`) });
    await page.close();
  }
}

type State = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;

async function main([where = '', ...names]: string[]): Promise<void> {
  if (where === '') throw new Error('give the FOLDER for the pictures, or --docs');
  const isDocs = where === '--docs';
  const folder = isDocs ? join(dirname(dirname(import.meta.dirname)), 'docs', 'console') : where;
  mkdirSync(folder, { recursive: true });
  const site = await openConsoleSite({
    ...{ 'site.name': 'Keller & Partners', 'site.timeZone': 'America/Denver', 'entry.firstDigitMs': '120000' },
    ...{ 'oidc.issuer': 'http://127.0.0.1:9', 'oidc.clientId': 'console', 'oidc.name': 'Office Login' },
    'oidc.groups': '[{"group":"lawyers","role":"manager"}]',
  });
  await makeSample(site.controller);
  const simulator = placeLiveCalls(site.controller);
  const browser = await openChromium();
  try {
    if (!isDocs && names.length === 0) await takeFirstRun(browser, `${site.origin}${site.welcome}`, folder);
    const signedIn = await browser.newContext();
    await welcome(await signedIn.newPage(), site.origin, site.welcome);
    const people = await addPeople(site.controller);
    const state = await signedIn.storageState();
    const chosen = isDocs ? ['overview', 'call', 'live'] : names;
    await takeAll(browser, { origin: site.origin, folder, people }, chosen, isDocs ? ofDocs : looks, state);
  } finally {
    await browser.close();
    simulator.close();
    await site.stop();
  }
}

await main(process.argv.slice(2));
