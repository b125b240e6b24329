import { expect, it } from '@jest/globals';
import { checkNames } from '../../src/reports/known-names.ts';
import { openLocalReports } from '../../src/store/sqlite/reports/reports.ts';
import { plainAccount } from '../store/records.ts';
import { temporaryStores } from '../store/sqlite/temporary.ts';

const { aFile, open } = temporaryStores();

it('a name that is known is found without reading the others, of which there may be a million', async () => {
  const file = aFile();
  const store = await open({ file });
  await store.addAccount(plainAccount('1001', 'Smith & Co'));
  await store.addAccount(plainAccount('1002', 'Élan'));
  const source = openLocalReports(file);
  let read = 0;
  const counting = {
    ...source,
    accounts: () => {
      read += 1;
      return source.accounts();
    },
  };
  try {
    for (const name of ['Smith & Co', 'SMITH & co', 'Élan', 'élan'])
      expect(await checkNames({ account: name, authorizedBy: name }, counting)).toEqual({ ok: true, value: null });
    // Of letters beyond A to Z, SQLite does not know which are the same.
    expect(read).toBe(2);
    const unknown = await checkNames({ account: 'Smiht & Co' }, counting);
    expect(unknown.ok ? null : unknown.problem((field) => field)).toContain('did you mean "Smith & Co"?');
  } finally {
    await source.close();
  }
});
