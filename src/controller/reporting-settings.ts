import type { Config } from '../config/schema.ts';
import type { Mail } from '../notify/mail.ts';
import type { ReportSite } from '../reports/site.ts';
import type { ReportSchedule } from '../reports/schedule/settings.ts';
import type { ControllerIdentity } from '../store/sqlserver/replication/controllers.ts';
import type { poolConfig } from '../store/sqlserver/settings.ts';

/** What the reporting thread is started with. */
export type ReportingSettings = {
  controller: Pick<ControllerIdentity, 'name' | 'host' | 'folder'>;
  /** The local file. */
  file: string;
  /** The system of record; null: the local file is. */
  sqlServer: ReturnType<typeof poolConfig> | null;
  timeZone: string;
  site: ReportSite;
  mail: Mail;
  schedules: readonly ReportSchedule[];
  reminders: Config['reminders'];
};
