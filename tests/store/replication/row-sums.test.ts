import { describe, expect, it } from '@jest/globals';
import { summedTables, type RowSums } from '../../../src/store/ports/row-sums.ts';
import { differenceOf, judge } from '../../../src/store/replication/row-sums.ts';

const none = { rows: 0, ids: 0 };
const sums = (changes: Partial<RowSums>): RowSums => ({
  ...(Object.fromEntries(summedTables.map((table) => [table, none])) as RowSums),
  ...changes,
});

describe('a copy that has other rows than the database', () => {
  it('is seen by their number, and by their ids where the number is the same', () => {
    const there = sums({ accounts: { rows: 3, ids: 6 } });
    expect(differenceOf(there, there)).toBe('');
    expect(differenceOf(there, sums({}))).toBe('accounts 3 6');
    expect(differenceOf(there, sums({ accounts: { rows: 3, ids: 60 }, rates: { rows: 1, ids: 9 } }))).toBe(
      'accounts 0 -54, rates -1 -9',
    );
  });

  it.each<[string, Parameters<typeof judge>, ReturnType<typeof judge>]>([
    ['is copied again where two looks see the same', ['a', 'a', ''], { verdict: 'copy-again', left: 'a' }],
    ['is looked at again where one saw it', ['a', '', ''], { verdict: 'look-again', left: '' }],
    ['is looked at again where it is the first look', ['a', null, ''], { verdict: 'look-again', left: '' }],
    ['is looked at again while it changes', ['b', 'a', ''], { verdict: 'look-again', left: '' }],
    ['is left alone where a whole copy left the same', ['a', 'a', 'a'], { verdict: 'same', left: 'a' }],
    ['is whole once what could not be read can be', ['', 'a', 'a'], { verdict: 'same', left: '' }],
    ['is copied again where more is missing than that', ['b', 'b', 'a'], { verdict: 'copy-again', left: 'b' }],
  ])('%s', (_, [difference, before, left], judged) => {
    expect(judge(difference, before, left)).toEqual(judged);
  });
});
