import { hostname } from 'node:os';
import { isDayOfYear } from '../../reports/period.ts';
import { parseHolidays } from '../../rating/scope.ts';
import { isTimeZone } from '../../words/zone.ts';
import { papers } from '../../reports/site.ts';
import { isTaxPercent } from '../../reports/statements/tax.ts';
import { isLocale } from '../../words/locale.ts';
import { isMailAddress } from '../../words/mail-address.ts';
import { jsonList, listOf, oneOf, text } from '../format.ts';
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
    'Time zone for days, hours and dates: of reports, rates and accounts',
    text('a time zone such as America/Denver', isTimeZone),
    'UTC',
  ),
  holidays: setting(
    'Days that count as Sundays for calling hours and watch.officeHours: 12-25 for every year, or 2026-11-26',
    listOf(
      text('a day', (value) => value.trim() !== '' && parseHolidays(value).ok),
      'days such as 12-25 or 2026-11-26',
    ),
    [],
  ),
  name: setting('Your organization’s name, printed at the top of statements', anyText, ''),
  address: setting('Address lines printed below that name', listOf(anyText, 'lines'), []),
  taxName: setting(
    'What the tax on statements is called',
    text('a name', (value) => value !== ''),
    'Tax',
  ),
  taxPercent: setting(
    'Percent of tax that statements add, such as 8.1; empty for none',
    text('a percentage such as 8.1, or empty', isTaxPercent),
    '',
  ),
  taxNumber: setting('Your number with the tax office, for statements and exports to accounting', anyText, ''),
  paper: setting('Paper of reports in PDF', oneOf(...papers), 'A4'),
  locale: setting(
    'Language and region in which printed reports write dates and numbers, such as de-CH; empty for 2026-01-31 and 1234.50',
    text('a language and region such as de-CH, or empty', (value) => value === '' || isLocale(value)),
    '',
  ),
  fiscalYearStart: setting(
    'First day of fiscal years, month and day',
    text('a month and day such as 04-06', isDayOfYear),
    '01-01',
  ),
  fonts: setting(
    'Font files (TTF, OTF) for what reports in PDF cannot write otherwise, such as Chinese, Japanese and Korean',
    listOf(anyText, 'files'),
    [],
  ),
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
    listOf(text('an address', isMailAddress), 'e-mail addresses'),
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
