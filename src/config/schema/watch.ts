import { parseLevels, watchRules } from '../../policy/watch/settings.ts';
import { parseHours } from '../../words/hours.ts';
import { integer, listOf, oneOf, text } from '../format.ts';
import { setting } from '../setting.ts';
import { callTypeList } from './formats.ts';

const levels = text(
  'two numbers such as 10/30: from the first on it is a warning, from the second on critical; 0 for never',
  (value) => parseLevels(value) !== null,
);

/** Of each account and phone, or of all together. */
const levelSettings = (whose: string, usual: Readonly<Record<keyof ReturnType<typeof docsOf>, string>>) => {
  const docs = docsOf(whose);
  return {
    newDestinations: setting(docs.newDestinations, levels, usual.newDestinations),
    riskyCalls: setting(docs.riskyCalls, levels, usual.riskyCalls),
    shortCalls: setting(docs.shortCalls, levels, usual.shortCalls),
    sequentialNumbers: setting(docs.sequentialNumbers, levels, usual.sequentialNumbers),
    offHoursCalls: setting(docs.offHoursCalls, levels, usual.offHoursCalls),
    volume: setting(docs.volume, levels, usual.volume),
    destinationsAtOnce: setting(docs.destinationsAtOnce, levels, usual.destinationsAtOnce),
  };
};

const docsOf = (whose: string) => ({
  newDestinations: `Countries and ranges called for the first time ever in 24 hours, ${whose}`,
  riskyCalls: `Calls to premium numbers, satellite networks and ranges of watch.rangesFile in 24 hours, ${whose}`,
  shortCalls: `Conversations shorter than watch.shortSeconds in an hour, ${whose}`,
  sequentialNumbers: `Numbers in sequence called in an hour, ${whose}`,
  offHoursCalls: `Calls abroad and to risky numbers outside watch.officeHours in 24 hours, ${whose}`,
  volume: `How many times as many calls or minutes today as on the busiest day of four weeks, ${whose}`,
  destinationsAtOnce: `Countries abroad called at the same time, ${whose}`,
});

const count = integer(1, 1_000_000);

export const watch = {
  ...levelSettings('by an account or a phone', {
    ...{ newDestinations: '1/5', riskyCalls: '1/5', shortCalls: '10/30', sequentialNumbers: '4/8' },
    ...{ offHoursCalls: '3/10', volume: '2/5', destinationsAtOnce: '3/5' },
  }),
  usualCalls: setting('Calls a day of an account or a phone that are never a sudden volume', count, 30),
  shortSeconds: setting('Conversations that are shorter count as short calls', integer(1, 600), 10),
  officeHours: setting(
    'Times that are neither night nor weekend (site.timeZone); empty: all are office hours',
    listOf(
      text('a time of the week', (value) => parseHours(value).ok && value.trim() !== ''),
      'times of the week such as "Mon-Fri 07:00-19:00"',
    ),
    ['Mon-Fri 07:00-19:00'],
  ),
  callTypes: setting('Call types that are watched', callTypeList, [
    ...(['local', 'national', 'mobile', 'international', 'premium'] as const),
  ]),
  rangesFile: setting(
    'CSV file of high-fraud ranges with the columns prefix and name (docs/watch.md); empty for none',
    text('a file, or empty'),
    '',
  ),
  block: setting(
    'Rules that refuse a call at their critical level, of an account, a phone or the site; the others only tell of it',
    listOf(oneOf(...watchRules), `some of ${watchRules.join(', ')}`),
    [],
  ),
};

export const watchSite = {
  ...levelSettings('by the whole site', {
    ...{ newDestinations: '1/5', riskyCalls: '5/20', shortCalls: '100/300', sequentialNumbers: '6/12' },
    ...{ offHoursCalls: '20/60', volume: '2/4', destinationsAtOnce: '8/15' },
  }),
  usualCalls: setting('Calls a day of the whole site that are never a sudden volume', count, 300),
};
