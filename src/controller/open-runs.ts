import type { SharedRuns } from '../reports/schedule/shared-runs.ts';
import type { ReportingSettings } from './reporting-settings.ts';

/** What tells the controllers of one SQL Server who makes a scheduled report; null: there is none. SQL Server's driver is loaded only here. */
export const openRunsOf = async ({
  sqlServer,
  controller,
}: Pick<ReportingSettings, 'sqlServer' | 'controller'>): Promise<SharedRuns | null> =>
  sqlServer === null ? null : (await import('../store/sqlserver/reports/runs.ts')).openRuns(sqlServer, controller);
