import { eventually, type TestController } from '../support/controller.ts';
import { openBrowser, type Browser } from '../web/console/browser.ts';

const password = 'correct horse battery';

/** The browser of the first administrator, who was made by the link in the log. */
export async function firstAdministrator(controller: TestController): Promise<Browser> {
  await controller.console.ready();
  const address = controller.console.address();
  const link = await eventually(() => Promise.resolve(/\/welcome\/[\w-]+/.exec(controller.logged())?.[0] ?? null));
  const browser = openBrowser(`http://127.0.0.1:${address?.port ?? 0}`);
  await browser.get(link);
  await browser.post(link, { name: 'anna', password, again: password });
  return browser;
}
