import { isMailAddress } from '../../words/mail-address.ts';
import { integer, listOf, text } from '../format.ts';
import { setting } from '../setting.ts';

export const reminders = {
  at: setting(
    'When, each day, phones are reminded by e-mail of calls without a code (docs/console.md); empty: never. On one controller alone',
    text('a time such as 09:00, or empty', (value) => value === '' || /^([01]\d|2[0-3]):[0-5]\d$/.test(value)),
    '',
  ),
  consoleUrl: setting(
    'Address at which people open the web console, for the links of reminders, such as https://billing.example',
    text('an address such as https://billing.example, or empty', (value) => value === '' || isConsoleUrl(value)),
    '',
  ),
  deadlineDays: setting(
    'Days during which a caller may be reminded of a call without a code; after that its department is told',
    integer(1, 90),
    7,
  ),
  escalateTo: setting(
    'Addresses told of such calls of phones without a department, or whose department has no mail address',
    listOf(text('an address', isMailAddress), 'e-mail addresses'),
    [],
  ),
};

const isConsoleUrl = (value: string): boolean => /^https?:\/\/[^\s/?#@]+$/.test(value) && URL.canParse(value);
