import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium } from '../../scripts/console/chromium.ts';
import { openConsoleSite, type ConsoleSite } from '../../scripts/console/site.ts';
import { welcome } from '../../scripts/console/pages.ts';

/** A controller with its console, and a browser in which its first administrator is signed in. */
export type SignedIn = {
  site: ConsoleSite;
  browser: Browser;
  context: BrowserContext;
  page: Page;
  close(): Promise<void>;
};

export async function openSignedIn(settings: Readonly<Record<string, string>> = {}): Promise<SignedIn> {
  const site = await openConsoleSite({
    'site.timeZone': 'America/Denver',
    'entry.firstDigitMs': '120000',
    ...{ 'oidc.issuer': 'http://127.0.0.1:9', 'oidc.clientId': 'console', 'oidc.name': 'Office Login' },
    'oidc.groups': '[{"group":"lawyers","role":"manager"}]',
    ...settings,
  });
  const browser = await openChromium();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  const page = await context.newPage();
  await welcome(page, site.origin, site.welcome);
  return {
    ...{ site, browser, context, page },
    async close() {
      await browser.close();
      await site.stop();
    },
  };
}
