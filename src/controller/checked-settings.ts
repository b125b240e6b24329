import type { Config } from '../config/schema.ts';
import { createEmergencyNotifier, type EmergencyNotifier } from '../notify/emergency.ts';
import { isWebhookUrl } from '../notify/webhook.ts';
import { zoneNamed } from '../words/zone.ts';
import { readSchedules } from '../reports/schedule/settings.ts';
import { isConfigured, poolConfig } from '../store/sqlserver/connect.ts';
import type { Clock } from '../words/clock.ts';
import { databaseFile } from './database-file.ts';
import type { Log } from './log.ts';
import type { ReportingSettings } from './reporting-settings.ts';

/*
 * Settings that are wrong together though each is right by itself: whoever starts the controller hears of them before anything is
 * opened.
 */

const canMail = ({ mail }: Config): boolean => mail.url !== '' && mail.from !== '';

/** Throws where nobody could be told. */
export function emergencyOf(config: Config, log: Log, clock: Clock): EmergencyNotifier {
  const { mailTo, webhook, webhookSecret } = config.emergency;
  if (mailTo.length > 0 && !canMail(config)) throw new Error('emergency.mailTo needs mail.url and mail.from');
  if (webhook !== '' && !isWebhookUrl(webhook)) {
    throw new Error('emergency.webhook must be an http or https URL without user name and password');
  }
  return createEmergencyNotifier({
    ...{ mail: config.mail, mailTo, clock, log },
    webhook: webhook === '' ? null : { url: webhook, secret: webhookSecret },
  });
}

/** Throws where a schedule is wrong. */
export function reportingOf(config: Config, log: Log): ReportingSettings {
  const { timeZone, ...site } = config.site;
  const schedules = readSchedules(config.reports.schedules, {
    ...{ zone: zoneNamed(timeZone), fiscalYearStart: site.fiscalYearStart },
    ...{ canMail: canMail(config), warn: (line) => log.warn(line, {}) },
  });
  const sqlServer = isConfigured(config.sqlserver) ? poolConfig(config.sqlserver) : null;
  return { file: databaseFile(config), sqlServer, timeZone, site, mail: config.mail, schedules };
}

/** Whether FreeSWITCH can tell the end of a conversation to the next run of this controller, or to another one. */
export function endsAreToldLater({ cdr, freeswitch }: Config): boolean {
  return cdr.dir !== '' || cdr.password !== '' || freeswitch.host !== '';
}
