import { expect, it } from '@jest/globals';
import { isKin, standingOf } from '../../../src/store/replication/origin.ts';

const server = { databaseId: 'a', historyId: 'h' };
const file = { fileId: 'f', source: null, hasCopied: false, hasDirectory: false, isMadeHere: false, again: null };

it('tells a copy of this database from another one’s and from a directory that was made here', () => {
  expect(standingOf(file, server)).toBe('new');
  expect(standingOf({ ...file, hasDirectory: true }, server)).toBe('local');
  expect(standingOf({ ...file, hasDirectory: true, hasCopied: true }, server)).toBe('unnoted');
  expect(standingOf({ ...file, hasDirectory: true, hasCopied: true, source: server }, server)).toBe('ours');
  const former = { databaseId: 'b', historyId: 'h' };
  expect(standingOf({ ...file, hasDirectory: true, hasCopied: true, source: former }, server)).toBe('other');
  // Even where it is empty: its records have the ids of the other database.
  expect(standingOf({ ...file, source: former }, server)).toBe('other');
  // Interrupted in its first copy.
  expect(standingOf({ ...file, source: server, hasDirectory: true }, server)).toBe('ours');
});

it('takes a copy for kin where at least half of its rows are there with the same ids', () => {
  const rows = [1, 2, 3, 4].map((id) => ({ id, key: `code ${id}` }));
  expect(isKin(rows, rows)).toBe(true);
  expect(isKin(rows, rows.slice(0, 2))).toBe(true);
  expect(isKin(rows, rows.slice(0, 1))).toBe(false);
  expect(isKin(rows, [])).toBe(false);
  // The same codes, numbered otherwise.
  expect(
    isKin(
      rows,
      rows.map(({ id, key }) => ({ id: 5 - id, key })),
    ),
  ).toBe(false);
  expect(isKin([], rows)).toBe(true);
});
