import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { goTo, pages } from '../../scripts/console/pages.ts';
import { addPeople } from '../../scripts/console/people.ts';
import { makeSample, placeLiveCalls } from '../../scripts/console/sample.ts';
import { openSignedIn, type SignedIn } from './signed-in.ts';

let signedIn: SignedIn;
let simulator: { close(): void };
beforeAll(async () => {
  signedIn = await openSignedIn();
  await makeSample(signedIn.site.controller);
  simulator = placeLiveCalls(signedIn.site.controller);
  await addPeople(signedIn.site.controller);
});
afterAll(async () => {
  simulator.close();
  await signedIn.close();
});

/** Run in the page: what is on the screen and would not be on paper. */
const missing = `[...document.querySelectorAll('main table')]
  .filter((one) => one.closest('details:not([open])') === null && one.getBoundingClientRect().height === 0)
  .map((one) => one.querySelector('caption')?.innerText ?? one.outerHTML.slice(0, 80))`;
/** Run in the page: a title with nothing below it, as of a form that is not printed. */
const alone = `[...document.querySelectorAll('main h2')]
  .filter((one) => one.getBoundingClientRect().height > 0)
  .filter((one) => {
    const next = one.nextElementSibling;
    return next === null || (next.matches('form') && next.getBoundingClientRect().height === 0);
  })
  .map((one) => one.innerText)`;

it('every list of every page is printed, and no title of what is not', async () => {
  const { page, site } = signedIn;
  await page.emulateMedia({ media: 'print' });
  const wrong: string[] = [];
  for (const [name, path] of Object.entries(pages)) {
    await page.emulateMedia({ media: 'screen' });
    await goTo(page, site.origin, path);
    await page.emulateMedia({ media: 'print' });
    for (const what of [missing, alone]) {
      const found = await page.evaluate<string[]>(what);
      wrong.push(...found.map((text) => `${name}: ${text}`));
    }
  }
  expect(wrong).toEqual([]);
});
