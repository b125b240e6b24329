import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is: `BILLING_TEST_CHROMIUM`, or where Debian and others put it. Throws one line that says how to get it. */
export function chromiumPath(): string {
  const found = [process.env['BILLING_TEST_CHROMIUM'] ?? '', ...places].find(
    (place) => place !== '' && existsSync(place),
  );
  if (found !== undefined) return found;
  throw new Error('Chromium is not installed: "apt-get install chromium", or set BILLING_TEST_CHROMIUM to its path');
}

export const openChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--force-color-profile=srgb'] });
