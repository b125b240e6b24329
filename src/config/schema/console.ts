import { secondFactorPolicies } from '../../words/console.ts';
import { integer, listOf, oneOf, text } from '../format.ts';
import { setting } from '../setting.ts';
import { address } from './formats.ts';

export const webConsole = {
  port: setting('TCP port of the web console; -1 for none, 0 for any free port', integer(-1, 65_535), 8085),
  bindAddress: setting(
    'Address of the web console; 0.0.0.0 lets other machines reach it (docs/console.md)',
    address,
    '127.0.0.1',
  ),
  trustedProxies: setting(
    'Addresses of proxies in front of the web console, whose X-Forwarded-For, -Proto and -Host are believed',
    listOf(
      text('an address or network', (value) => /^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/.test(value)),
      'addresses',
    ),
    [],
  ),
  idleMinutes: setting(
    'Minutes after which somebody who did nothing in the web console is signed out',
    integer(1, 1_440),
    30,
  ),
  secondFactor: setting(
    'Whose password is not enough to sign in to the web console: a code of an app on the phone is asked for as well (docs/console.md)',
    oneOf(...secondFactorPolicies),
    'optional',
  ),
  apiRequestsPerMinute: setting(
    'How many requests a minute each token of the API may make (docs/api.md)',
    integer(1, 1_000_000),
    600,
  ),
  sessionHours: setting('Hours after which everybody is signed out of the web console', integer(1, 168), 12),
};
