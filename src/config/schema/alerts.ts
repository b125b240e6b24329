import { alertLevels } from '../../words/alert.ts';
import { isMailAddress } from '../../words/mail-address.ts';
import { integer, listOf, oneOf, text } from '../format.ts';
import { secret, setting } from '../setting.ts';
import { anyText } from './formats.ts';

export const alerts = {
  mailTo: setting(
    'Addresses that get alerts: of the watch, limits, guessing and health (docs/alerts.md); needs mail.url and mail.from',
    listOf(text('an address', isMailAddress), 'e-mail addresses'),
    [],
  ),
  webhook: secret('http or https URL to post every alert to, as JSON; empty for none', anyText, ''),
  webhookSecret: secret(
    'Signs each post to alerts.webhook (HMAC-SHA256, standardwebhooks.com); whsec_ and Base64, or any other text of at least 16 characters',
    text('visible characters, or empty', (value) => /^[\x21-\x7e]*$/.test(value)),
    '',
  ),
  level: setting('Minimum level that is mailed and posted; the log has them all', oneOf(...alertLevels), 'warning'),
  healthAfterMinutes: setting(
    'Minutes after which a problem or warning of /healthz is an alert, and another one when it is over; 0 for none',
    integer(0, 1440),
    5,
  ),
  retryHours: setting(
    'Hours during which delivery of an alert is tried again, emergency notifications too',
    integer(1, 720),
    24,
  ),
};
