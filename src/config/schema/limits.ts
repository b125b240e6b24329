import { parseHours } from '../../words/hours.ts';
import { integer, listOf, text } from '../format.ts';
import { setting } from '../setting.ts';

const count = integer(0, 1_000_000);

export const limits = {
  callsAtATime: setting('Maximum number of calls of the site at the same time; 0 for no limit', count, 0),
  callsPerMinute: setting('Maximum number of calls of the site in any 60 seconds; 0 for no limit', count, 0),
  minutesPerDay: setting('Minutes of conversation of the site a day (site.timeZone); 0 for no limit', count, 0),
  minutesPerMonth: setting('Minutes of conversation of the site a calendar month; 0 for no limit', count, 0),
  callingHours: setting(
    'When calls may begin (site.timeZone), such as "Mon-Fri 08:00-18:00"; empty for always',
    listOf(
      text('a time of the week', (value) => parseHours(value).ok && value.trim() !== ''),
      'times of the week such as "Mon-Fri 08:00-18:00, Sat 09:00-12:00"',
    ),
    [],
  ),
};
