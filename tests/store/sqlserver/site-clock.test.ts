import { expect, it } from '@jest/globals';
import { zoneNamed } from '../../../src/words/zone.ts';
import { clockChanges } from '../../../src/store/sqlserver/site-clock.ts';

const shown = (zone: string) =>
  clockChanges(zoneNamed(zone)).map(
    ({ fromMs, offsetMinutes }) => `${new Date(fromMs).toISOString()} ${offsetMinutes}`,
  );

it('a zone’s clock changes are found, to the minute', () => {
  const denver = shown('America/Denver');
  expect(denver[0]).toBe('2000-01-01T00:00:00.000Z -420');
  expect(denver).toContain('2026-03-08T09:00:00.000Z -360');
  expect(denver).toContain('2026-11-01T08:00:00.000Z -420');
  // Twice a year, and where they stand at first.
  expect(denver).toHaveLength(121);
  // Half an hour, at 02:00 local time.
  expect(shown('Australia/Lord_Howe')).toContain('2026-04-04T15:00:00.000Z 630');
  expect(shown('UTC')).toEqual(['2000-01-01T00:00:00.000Z 0']);
  expect(shown('Asia/Kathmandu')).toEqual(['2000-01-01T00:00:00.000Z 345']);
});
