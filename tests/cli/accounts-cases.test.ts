import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { accountsCommand } from '../../src/cli/accounts/accounts.ts';
import { linesOf, onLocalStore } from './directory.ts';

/** Lists of accounts as offices have them, each of which was once taken wrongly or refused without need. */
const caseText = (name: string): string => readFileSync(join(import.meta.dirname, '..', 'cases', name), 'utf8');
const { run, store, importText } = onLocalStore(accountsCommand);

describe('an office’s list of accounts', () => {
  it('is refused where a prefix can be read in two ways', async () => {
    const { code, err } = await importText(caseText('accounts-blocked-float.csv'));
    expect(code).toBe(2);
    expect(linesOf(err)).toEqual([
      'FILE:2: blocked prefixes: "44.0" can be read in two ways: write 44, if a spreadsheet has made a number of it, or 440',
      'FILE:3: blocked prefixes: "1,900" can be read in two ways: write 1900 for one, or "1, 900" for 2',
      'Nothing was imported: 2 lines are wrong.',
    ]);
    expect(await store().listAccounts()).toEqual([]);
  });

  it('is warned about where a code differs from one of the same name only by zeros before it', async () => {
    await run('add', '--code', '00123', '--name', 'smith');
    const { code, out, err } = await importText(caseText('accounts-leading-zeros.csv'));
    expect({ code, out }).toEqual({ code: 0, out: 'Added 1 and changed 0 accounts.\n' });
    expect(linesOf(err)).toEqual([
      'FILE:2: warning: the code differs from that of an account that is there already with the same name only by zeros before it: ' +
        'if a spreadsheet has left them out, format the column as text',
    ]);
    expect((await importText(caseText('accounts-leading-zeros.csv'))).err).toBe('');
    expect((await importText('code,name\n0124,Jones\n124,Jones\n0125,A\n125,B\n')).err).toMatch(
      /^FILE:3: warning: .* line 2 /,
    );
  });

  it('is warned about where codes are shorter than all others and none begins with a zero', async () => {
    const list = (...codes: string[]) => `code,name\n${codes.map((code) => `${code},A${code}\n`).join('')}`;
    const long = ['10231', '20412', '44120', '51201', '61200', '81201'];
    const { code, err } = await importText(list(...long, '312', '7201'));
    expect({ code, err }).toEqual({
      code: 0,
      err:
        'FILE:8: warning: the code here, and in 1 more, is shorter than the 5 digits of the others, of which none begins with 0: ' +
        'if a spreadsheet has left zeros out, format the column as text\n',
    });
    expect((await importText(list(...long, '312'))).err).toBe('');
    expect((await importText(list(...long, '313', '00314'))).err).toBe('');
  });

  it('may have numbers in groups and limits with decimals', async () => {
    const { code } = await importText('code,name,allowed numbers,money a day\n1,a,"2345-6789, 801-642-4655",2.125\n');
    expect(code).toBe(0);
  });

  it('may have empty columns', async () => {
    expect((await importText(caseText('accounts-trailing-commas.csv'))).out).toBe('Added 1 and changed 0 accounts.\n');
    expect((await importText('code,name,,\n1,a,,x\n')).err).toContain('FILE:2: 4 fields, but the header has 2');
    expect((await importText('code,,name\n1,,a\n')).err).toContain('unknown column ""');
  });

  it('may have names of any script', async () => {
    const { code } = await importText(caseText('accounts-names.csv'));
    expect(code).toBe(0);
    expect((await store().findAccountByCode('1004'))?.name).toBe('شركة السلام');
  });

  it.each([
    ['code,name\n5003.0,a\n', 'code was made a number by a spreadsheet'],
    ['code,name\n5.003E+12,a\n', 'code was made a number by a spreadsheet'],
    ['code,name,customer numbers\n1,a,8015550100.0\n', '"8015550100.0" can be read in two ways: write 8015550100'],
    [
      'code,name,allowed prefixes\n1,a,"44, 1.0"\n',
      '"1.0" can be read in two ways: write 1, if a spreadsheet has made a number of it, or 10',
    ],
    ['code,name,allowed prefixes\n1,a,"1,684,555"\n', 'write 1684555 for one, or "1, 684, 555" for 3'],
    [
      'code,name,blocked prefixes\n1,a,44-46\n',
      '"44-46" can be read in two ways: write 4446 for one, or each from 44 to 46',
    ],
    ['code,name,allowed numbers\n1,a,101-105\n', 'write 101105 for one, or each from 101 to 105'],
    [
      'code,name,blocked prefixes\n1,a,1900.5\n',
      '"1900.5" can be read in two ways: write 19005, or more zeros behind it',
    ],
    [
      'code,name,blocked prefixes\n1,a,"44,0"\n',
      'write 44, if a spreadsheet has made a number of it, or "44, 0" for 2',
    ],
    [
      'code,name,money a month\n1,a,1.000\n',
      '"1.000" can be read in two ways: write 1000, without a sign between thousands, or 1',
    ],
    ['code,name,money a day\n1,a,2.500\n', 'write 2500, without a sign between thousands, or 2.5'],
    ['code,name,money a day\n1,a,1.234.500\n', 'write 1234500, without a sign between thousands'],
    ['code,name,blocked prefixes\n1,a,1\u00a0900\n', 'write 1900 for one, or "1, 900" for 2'],
  ])('%j is refused', async (text, why) => {
    const { code, err } = await importText(text);
    expect(code).toBe(2);
    expect(err).toContain(why);
    expect(err.split('\n')[0]).not.toContain('5003');
  });
});
