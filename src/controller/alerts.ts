import type { Config } from '../config/schema.ts';
import { createAlerting, type Alerting, type AlertingOptions, type AlertRecipients } from '../notify/alerts.ts';
import { isSigningSecret, isWebhookUrl, type Webhook } from '../notify/webhook.ts';
import type { AlertStore } from '../store/ports/alerts.ts';
import type { Clock } from '../words/clock.ts';
import { isMailServer } from '../words/mail-server.ts';
import type { Log } from './log.ts';

export const canMail = ({ mail }: Config): boolean => mail.url !== '' && mail.from !== '';

/** Makes what tells people, once there is a store to keep what it could not deliver. Throws where nobody could be told. */
export function alertingOf(
  config: Config,
  log: Pick<Log, 'warn' | 'error'>,
  clock: Clock,
  trying: Partial<Pick<AlertingOptions, 'pausesMs' | 'keepMs'>> = {},
): (keeper: AlertStore) => Alerting {
  const { emergency, alerts } = config;
  if (config.mail.url !== '' && !isMailServer(config.mail.url)) {
    throw new Error(
      'mail.url must be like smtp://user:password@host:587 or smtps://…, with what is odd in user and password percent-encoded (@ is %40)',
    );
  }
  checkGroup('emergency', emergency, config);
  checkGroup('alerts', alerts, config);
  if (alerts.webhook !== '' && alerts.webhookSecret === '') {
    throw new Error('alerts.webhook needs alerts.webhookSecret: without it nobody can tell that a post is from here');
  }
  if (alerts.webhook !== '' && !isSigningSecret(alerts.webhookSecret)) {
    throw new Error(
      'alerts.webhookSecret must be whsec_ and Base64 of at least 24 bytes, or any other text of at least 16 characters',
    );
  }
  const { webhookSecret: token } = emergency;
  const others: AlertRecipients = {
    ...{ mailTo: alerts.mailTo, from: alerts.level },
    webhook: webhookOf(alerts.webhook, { kind: 'signed', secret: alerts.webhookSecret }),
  };
  return (keeper) =>
    createAlerting({
      ...{ mail: config.mail, controller: config.controller.name, keeper, clock, log, others },
      keepMs: alerts.retryHours * 3_600_000,
      ...trying,
      emergency: {
        ...{ mailTo: emergency.mailTo, from: 'warning' },
        webhook: webhookOf(emergency.webhook, token === '' ? { kind: 'none' } : { kind: 'bearer', token }),
      },
    });
}

const webhookOf = (url: string, auth: Webhook['auth']): Webhook | null => (url === '' ? null : { url, auth });

function checkGroup(
  group: 'emergency' | 'alerts',
  { mailTo, webhook }: { mailTo: readonly string[]; webhook: string },
  config: Config,
): void {
  if (mailTo.length > 0 && !canMail(config)) throw new Error(`${group}.mailTo needs mail.url and mail.from`);
  if (webhook !== '' && !isWebhookUrl(webhook)) {
    throw new Error(`${group}.webhook must be an http or https URL without user name and password`);
  }
}
