import { areas } from './access/areas.ts';
import { may } from './access/may.ts';
import { assetRoutes } from './assets.ts';
import { overviewRoutes } from './pages/overview.ts';
import { passwordRoutes } from './pages/passwords.ts';
import { signInRoutes } from './pages/sign-in.ts';
import { youRoutes } from './pages/you.ts';
import { get, type Route } from './route.ts';

const home = get('/', areas.own, ({ user }) =>
  Promise.resolve({ kind: 'redirect', to: may(user, 'overview') ? '/overview' : '/my-calls' }),
);

/** Everything that the console answers. */
export const routes: readonly Route[] = [
  home,
  ...assetRoutes,
  ...signInRoutes,
  ...passwordRoutes,
  ...youRoutes,
  ...overviewRoutes,
];
