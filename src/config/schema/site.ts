import { hostname } from 'node:os';
import { z } from 'zod';
import { isTimeZone } from '../../reports/period.ts';
import { jsonList, listOf, text } from '../format.ts';
import { secret, setting } from '../setting.ts';
import { anyText } from './formats.ts';

export const controller = {
  name: setting(
    'Name of this controller, stored in every record it writes',
    text('a name', (v) => /^\S{1,60}$/.test(v)),
    hostname(),
  ),
};

export const site = {
  timeZone: setting(
    'Time zone for the days and hours in reports',
    text('a time zone such as America/Denver', isTimeZone),
    'UTC',
  ),
  name: setting('Your organization’s name, printed at the top of statements', anyText, ''),
  address: setting('Address lines printed below that name', listOf(anyText, 'lines'), []),
  logo: setting('Logo printed above that name, a PNG or JPEG file; empty for none', anyText, ''),
};

export const mail = {
  url: secret(
    'Mail server for reports and notifications, such as smtp://user:password@host:587; empty for none',
    anyText,
    '',
  ),
  from: setting('Sender address of that mail', anyText, ''),
};

export const emergency = {
  mailTo: setting(
    'Addresses to notify of every emergency call; needs mail.url and mail.from',
    listOf(
      text('an address', (value) => z.email().safeParse(value).success),
      'e-mail addresses',
    ),
    [],
  ),
  webhook: secret('http or https URL to post every emergency call to, as JSON; empty for none', anyText, ''),
  webhookSecret: secret(
    'Sent to the webhook as "Authorization: Bearer …"; empty for none',
    text('visible characters, or empty', (value) => /^[\x21-\x7e]*$/.test(value)),
    '',
  ),
};

export const reports = {
  schedules: setting('Reports to produce and deliver on a schedule (docs/reports.md)', jsonList, []),
};

export const data = {
  dir: setting(
    'Folder for the local database',
    text('a folder', (value) => value !== ''),
    'data',
  ),
};
