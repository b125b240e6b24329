import { expect, it } from '@jest/globals';
import { allRights, rightText } from '../../../src/store/sqlserver/rights.ts';
import { listMigrations } from '../../../src/store/sqlserver/migrate.ts';

/** Of dbo.usp_ShortenCalls, which hours of retention run, and which says itself what it lacks. */
const ofRetention = new Set([
  'UPDATE on dbo.CallArchive',
  'SELECT on dbo.CallCorrections',
  'UPDATE on dbo.CallCorrections',
]);

it('a controller is told of every right on a table that the migrations give it', () => {
  const texts = listMigrations().flatMap(({ batches }) => batches);
  const granted = texts.flatMap((text) =>
    [...text.matchAll(/^GRANT ([A-Z, ]+) ON (dbo\.\w+) TO billing_controller/gm)].flatMap(
      ([, kinds = '', table = '']) => kinds.split(',').map((kind) => `${kind.trim()} on ${table}`),
    ),
  );
  const needed = granted.filter((right) => !right.startsWith('EXECUTE') && !ofRetention.has(right));
  const asked = allRights.map(rightText);
  expect(needed.length).toBeGreaterThan(40);
  expect([...asked].sort()).toEqual([...new Set(needed)].sort());
});
