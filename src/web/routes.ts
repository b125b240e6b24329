import { areas } from './access/areas.ts';
import { may } from './access/may.ts';
import { apiRoutes } from './api/routes.ts';
import { assetRoutes } from './assets.ts';
import { auditRoutes } from './pages/admin/audit.ts';
import { securityRoutes } from './pages/admin/security.ts';
import { guideRoutes } from './pages/admin/guide.ts';
import { settingRoutes } from './pages/admin/settings.ts';
import { tokenRoutes } from './pages/admin/tokens.ts';
import { userRoutes } from './pages/admin/users.ts';
import { callRoutes } from './pages/calls/routes.ts';
import { accountRoutes } from './pages/directory/accounts.ts';
import { departmentRoutes } from './pages/directory/departments.ts';
import { destinationRoutes } from './pages/directory/destinations.ts';
import { extensionRoutes } from './pages/directory/extensions.ts';
import { accountFileRoutes } from './pages/directory/files.ts';
import { templateRoutes } from './pages/directory/templates.ts';
import { mySignInRoutes } from './pages/my-sign-in.ts';
import { overviewRoutes } from './pages/overview.ts';
import { passwordRoutes } from './pages/passwords.ts';
import { providerRoutes } from './pages/provider-sign-in.ts';
import { rateRoutes } from './pages/rates/rates.ts';
import { reportRoutes } from './pages/reports/reports.ts';
import { signInRoutes } from './pages/sign-in.ts';
import { unsentRoutes } from './pages/unsent.ts';
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
  ...providerRoutes,
  ...passwordRoutes,
  ...youRoutes,
  ...unsentRoutes,
  ...mySignInRoutes,
  ...overviewRoutes,
  ...callRoutes,
  ...reportRoutes,
  ...accountFileRoutes,
  ...accountRoutes,
  ...templateRoutes,
  ...departmentRoutes,
  ...destinationRoutes,
  ...extensionRoutes,
  ...rateRoutes,
  ...securityRoutes,
  ...auditRoutes,
  ...userRoutes,
  ...tokenRoutes,
  ...settingRoutes,
  ...guideRoutes,
  ...apiRoutes,
];
