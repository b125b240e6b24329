import { expect, it } from '@jest/globals';
import { destinationFields } from '../../../src/words/directory.ts';
import { readDestinations } from '../../../src/store/sqlserver/replication/directory.ts';
import type { Row } from '../../../src/store/sqlserver/directory/rows.ts';

/** As the server answers it: nothing is limited where nothing is said. */
const rowOf = (more: Readonly<Record<string, string | number | null>>): Row => ({
  ...Object.fromEntries(Object.keys(destinationFields).map((name) => [name, null])),
  ...{ id: 4, name: 'Abroad', callTypes: '', prefixes: '', callingHours: '', ...more },
});
const read = (row: Row) => {
  const problems: string[] = [];
  return { kept: readDestinations([row], (text) => problems.push(text)), problems };
};
const closed = { callingHours: [expect.any(String)] };

it('is where its rows say, with its limits', () => {
  const { kept, problems } = read(rowOf({ prefixes: '53,52', minutesPerDay: 10 }));
  expect(kept).toMatchObject([{ prefixes: ['53', '52'], minutesPerDay: 10, callingHours: [] }]);
  expect(problems).toEqual([]);
});

it.each([
  ['prefixes', { prefixes: '53;5x2,52' }, { prefixes: ['53', '52'], callTypes: [] }],
  ['call types', { callTypes: 'international,mobil' }, { prefixes: [], callTypes: ['international'] }],
  ['call types beside prefixes', { callTypes: 'mobil', prefixes: '53' }, { prefixes: ['53'], callTypes: [] }],
])('lets no call to what can be read of its %s, where a part of them cannot', (_, more, kept) => {
  expect(read(rowOf({ ...more, minutesPerDay: 10 }))).toEqual({
    kept: [expect.objectContaining({ ...kept, ...closed })],
    problems: [expect.stringContaining('no call may go there until this is fixed')],
  });
});

it('keeps its limits without a name', () => {
  const { kept, problems } = read(rowOf({ name: '', prefixes: '53', minutesPerDay: 3 }));
  expect(kept).toMatchObject([{ name: '? (4)', prefixes: ['53'], minutesPerDay: 3, callingHours: [] }]);
  expect(problems).toEqual([expect.stringMatching(/dbo\.Destinations, Id 4, Name: it is empty; it has none/)]);
});

it.each([
  ['nothing of it can be read', { prefixes: 'x', callTypes: 'y' }, 'Prefixes'],
  ['it says nothing', {}, 'CallTypes'],
])('is named and left out where %s', (_, more, column) => {
  const { kept, problems } = read(rowOf(more));
  expect(kept).toEqual([]);
  expect(problems.at(-1)).toMatch(/dbo\.Destinations, Id 4, CallTypes and Prefixes: .*counts as not there/);
  expect(problems.join('\n')).toContain(column);
});
