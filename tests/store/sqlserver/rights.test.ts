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

/** Where codes stand: `Code`, or JSON of which it is a field. */
const withCodes = ['Accounts', 'AccountsImport', 'CallRecords', 'CallCorrections', 'ConsoleRows'];

it('nobody but controllers and administrators may read billing codes', () => {
  const readers = new Set<string>();
  for (const text of listMigrations().flatMap(({ batches }) => batches)) {
    const changes = text.matchAll(/(GRANT|REVOKE) ([^;]*?) ON dbo\.(\w+) (?:TO|FROM) (billing_\w+)/g);
    for (const [, verb, kinds = '', table = '', role = ''] of changes) {
      const isOfCodes = /\bSELECT\b(?! ?\()|\bSELECT \([^)]*\bCode\b/.test(kinds);
      if (!withCodes.includes(table) || !isOfCodes) continue;
      if (verb === 'GRANT') readers.add(`${role} ${table}`);
      else readers.delete(`${role} ${table}`);
    }
  }
  const roles = [...readers].map((reader) => reader.split(' ')[0] ?? '');
  expect(new Set(roles)).toEqual(new Set(['billing_controller', 'billing_admin']));
});
