import { countryName } from '../../../../words/country.ts';
import { quarterMs } from '../../../../reports/report.ts';
import type { Grouping, SummaryPiece } from '../../../../reports/report.ts';
import { hourMs } from './hours.ts';
import type { HourField, HourOfCalls } from './hours.ts';
import type { Names } from './names.ts';
import type { Words } from './words.ts';

export type Key = SummaryPiece['keys'][number];
type Numbers = ArrayLike<number>;

/** How calls are grouped: the fields it needs, a number for the group of each call, and what the number stands for. */
export type Level = {
  fields: readonly HourField[];
  groupsOf: (hour: HourOfCalls, clock: (quarter: number) => number) => Numbers;
  keyOf: (group: number, words: Words, names: Names) => Key;
  /** Two of these numbers may stand for the same. */
  isAmbiguous?: true;
  /** Makes ready for the names of very many. */
  prepare?: (groups: readonly number[], names: Names) => void;
};

const noNumbers: Numbers = [];
const quartersPerHour = hourMs / quarterMs;

const idLevel = (field: 'account' | 'department'): Level => ({
  ...(field === 'account' ? { prepare: (ids: readonly number[], names: Names) => names.readAccounts(ids) } : {}),
  fields: [field],
  groupsOf: (hour) => hour[field] ?? noNumbers,
  keyOf: (id, _words, names) => (id === 0 ? { key: null, label: null } : { key: id, label: names[field](id) }),
});

const wordLevel = (field: HourField, labelOf: (word: string, names: Names) => string | null = () => null): Level => ({
  fields: [field],
  groupsOf: (hour) => hour[field] ?? noNumbers,
  keyOf(id, words, names) {
    const word = words.wordOf(id);
    return { key: word, label: word === null ? null : labelOf(word, names) };
  },
});

const clockLevel: Level = {
  fields: ['started'],
  groupsOf({ hour, started = noNumbers }, clock) {
    const quarters = Array.from({ length: quartersPerHour }, (_, at) => clock(hour * quartersPerHour + at));
    return Array.from(started, (ms) => quarters[Math.floor(ms / quarterMs)] ?? 0);
  },
  keyOf: (quarter) => ({ key: quarter, label: null }),
};

const destinationLevel: Level = {
  isAmbiguous: true,
  fields: ['destination', 'country'],
  // Even: what the rate says. Odd: the country, where no rate says anything.
  groupsOf: ({ destination = noNumbers, country = noNumbers }) =>
    Array.from(destination, (own, row) => (own === 0 ? (country[row] ?? 0) * 2 + 1 : own * 2)),
  keyOf(group, words) {
    const word = words.wordOf(Math.floor(group / 2));
    return { key: word === null || group % 2 === 0 ? word : countryName(word), label: null };
  },
};

export const levels: Record<Grouping, Level> = {
  account: idLevel('account'),
  department: idLevel('department'),
  extension: wordLevel('extension', (number, names) => names.extension(number)),
  destination: destinationLevel,
  country: wordLevel('country'),
  'call-type': wordLevel('call_type'),
  day: clockLevel,
  week: clockLevel,
  month: clockLevel,
  hour: clockLevel,
  outcome: wordLevel('outcome'),
  reason: wordLevel('reason'),
  entry: wordLevel('entry'),
};

const sumFields = ['currency', 'flags', 'billable', 'cost', 'charge'] as const satisfies readonly HourField[];

/** The fields that sums by these groupings need. */
export function fieldsOfSums(groupings: readonly Grouping[]): HourField[] {
  return [...sumFields, ...groupings.flatMap((grouping) => levels[grouping].fields)];
}
