import type { Database } from 'better-sqlite3';
import type { SharedKind } from '../../ports/console-replica.ts';
import { sharedAlerts } from './shared-alerts.ts';
import { sharedReports } from './shared-reports.ts';
import type { SharedTable } from './shared-rows.ts';
import { sharedTemplates, sharedTemplateUses } from './shared-templates.ts';
import { sharedTokens, sharedUsers } from './shared-users.ts';

/** All that is shared of the console, on one connection. */
export const sharedTables = (db: Database): Readonly<Record<SharedKind, SharedTable>> => ({
  user: sharedUsers(db),
  template: sharedTemplates(db),
  token: sharedTokens(db),
  'template-use': sharedTemplateUses(db),
  'saved-report': sharedReports(db),
  alert: sharedAlerts(db),
});
