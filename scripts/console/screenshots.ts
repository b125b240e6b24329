// Pictures of every page of the web console, light and dark, wide and narrow: `node scripts/console/screenshots.ts FOLDER [NAME …]`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openChromium } from './chromium.ts';
import { pages, welcome } from './pages.ts';
import { makeSample, placeLiveCalls } from './sample.ts';
import { openConsoleSite } from './site.ts';

const widths = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } } as const;

async function main([folder = '', ...names]: string[]): Promise<void> {
  if (folder === '') throw new Error('give the FOLDER for the pictures');
  mkdirSync(folder, { recursive: true });
  const site = await openConsoleSite({
    'site.name': 'Keller & Partners',
    'site.timeZone': 'America/Denver',
    'entry.firstDigitMs': '120000',
  });
  await makeSample(site.controller);
  const simulator = placeLiveCalls(site.controller);
  const browser = await openChromium();
  try {
    const signedIn = await browser.newContext();
    await welcome(await signedIn.newPage(), site.origin, site.welcome);
    const storageState = await signedIn.storageState();
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [width, viewport] of Object.entries(widths)) {
        const context = await browser.newContext({ storageState, colorScheme, viewport, deviceScaleFactor: 1 });
        const page = await context.newPage();
        for (const [name, path] of Object.entries(pages)) {
          if (names.length > 0 && !names.includes(name)) continue;
          await page.goto(`${site.origin}${path}`);
          await page.screenshot({
            path: join(folder, `${name}-${width}-${colorScheme}.png`),
            fullPage: width === 'narrow' || name !== 'calls',
          });
        }
        await context.close();
        const outside = await browser.newContext({ colorScheme, viewport });
        const first = await outside.newPage();
        await first.goto(`${site.origin}/sign-in`);
        if (names.length === 0) await first.screenshot({ path: join(folder, `sign-in-${width}-${colorScheme}.png`) });
        await outside.close();
      }
    }
  } finally {
    await browser.close();
    simulator.close();
    await site.stop();
  }
}

await main(process.argv.slice(2));
