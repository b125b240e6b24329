import { parseHours } from '../../words/hours.ts';
import { parseMicros } from '../../rating/money.ts';
import { integer, listOf, text } from '../format.ts';
import { setting } from '../setting.ts';

const count = integer(0, 1_000_000);
const amountOrEmpty = text(
  'an amount such as 100 or 12.50, or empty',
  (value) => value === '' || parseMicros(value).ok,
);

export const limits = {
  callsAtATime: setting('Maximum number of calls of the site at the same time; 0 for no limit', count, 0),
  callsPerMinute: setting('Maximum number of calls of the site in any 60 seconds; 0 for no limit', count, 0),
  minutesPerDay: setting('Minutes of conversation of the site a day (site.timeZone); 0 for no limit', count, 0),
  minutesPerMonth: setting('Minutes of conversation of the site a calendar month; 0 for no limit', count, 0),
  moneyPerDay: setting(
    'What all calls of the site may cost a day, in the currency of their rates; empty for no limit',
    amountOrEmpty,
    '',
  ),
  moneyPerMonth: setting('What all calls of the site may cost a calendar month; empty for no limit', amountOrEmpty, ''),
  highestPrice: setting('Calls whose minute costs more are refused; empty for no limit', amountOrEmpty, ''),
  reserveMinutes: setting(
    'How many minutes a call reserves the price of at a time, where money is limited; it goes on reserving while there is money',
    integer(1, 1_440),
    10,
  ),
  returnMinutes: setting(
    'Where controllers share an amount: after so many minutes without a call that spends it, one gives back what it has drawn of it and not spent; 0 for only when it stops',
    integer(0, 44_640),
    60,
  ),
  warnSeconds: setting('How long before the money ends the caller hears a tone; 0 for no tone', integer(0, 600), 30),
  warnPercent: setting('Percent of an amount of money at whose use the log warns; 0 for never', integer(0, 100), 80),
  callingHours: setting(
    'When calls may begin (site.timeZone), such as "Mon-Fri 08:00-18:00"; empty for always',
    listOf(
      text('a time of the week', (value) => parseHours(value).ok && value.trim() !== ''),
      'times of the week such as "Mon-Fri 08:00-18:00, Sat 09:00-12:00"',
    ),
    [],
  ),
};
