import type { Config } from '../config/schema.ts';
import { zoneNamed } from '../words/zone.ts';
import { readSchedules } from '../reports/schedule/settings.ts';
import { isConfigured, poolConfig } from '../store/sqlserver/settings.ts';
import { identityOf } from './identity.ts';
import { canMail } from './alerts.ts';
import { databaseFile } from './database-file.ts';
import type { Log } from './log.ts';
import type { ReportingSettings } from './reporting-settings.ts';

/*
 * Settings that are wrong together though each is right by itself: whoever starts the controller hears of them before anything is
 * opened.
 */

/** Throws where a schedule is wrong. */
export function reportingOf(config: Config, log: Log): ReportingSettings {
  const { timeZone, ...site } = config.site;
  const schedules = readSchedules(config.reports.schedules, {
    ...{ zone: zoneNamed(timeZone), fiscalYearStart: site.fiscalYearStart },
    ...{ canMail: canMail(config), warn: (line) => log.warn(line, {}) },
  });
  checkReminders(config);
  const sqlServer = isConfigured(config.sqlserver) ? poolConfig(config.sqlserver) : null;
  return {
    controller: identityOf(config),
    file: databaseFile(config),
    sqlServer,
    timeZone,
    site,
    mail: config.mail,
    schedules,
    reminders: config.reminders,
  };
}

function checkReminders(config: Config): void {
  if (config.reminders.at === '') return;
  if (!canMail(config)) throw new Error('reminders.at needs mail.url and mail.from');
  if (config.reminders.consoleUrl === '') throw new Error('reminders.at needs reminders.consoleUrl');
}

/** Whether FreeSWITCH can tell the end of a conversation to the next run of this controller, or to another one. */
export function endsAreToldLater({ cdr, freeswitch }: Config): boolean {
  return cdr.dir !== '' || cdr.password !== '' || freeswitch.host !== '';
}
