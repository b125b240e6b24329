import { expect, it } from '@jest/globals';
import { pages } from '../../../scripts/console/pages.ts';
import { isPage } from '../../../src/web/route.ts';
import { routes } from '../../../src/web/routes.ts';

/** What is no page, or is reached by a link of another one. */
const others = ['/', '/live/events', '/reports/:name/download', '/audit/export'];
others.push('/live/:callId/end', '/live/:callId/account', '/unsent/:key');
const factor = ['/you/second-factor/codes', '/you/second-factor/off'];

it('every page is among those that screenshots and axe look at', () => {
  const paths = Object.values(pages).map((path) => path.split('?')[0] ?? '');
  const missing = routes
    .filter(isPage)
    .filter(({ method, may, path }) => method === 'GET' && may !== 'anyone' && ![...others, ...factor].includes(path))
    .filter(({ path }) => !paths.some((one) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`).test(one)))
    .map(({ path }) => path);
  expect(missing).toEqual([]);
});
