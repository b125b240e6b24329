import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { underLoad } from '../support/load.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountsCommand } from '../../src/cli/accounts/accounts.ts';
import { northAmerica } from '../support/north-america.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { siteTimeOf, zoneNamed } from '../../src/words/zone.ts';
import type { Store } from '../../src/store/ports/store.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billing-accounts-'));
  store = await openLocalStore({ file: join(folder, 'store.db') });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function accounts(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await accountsCommand(args, {
    ...{ store, plan: northAmerica, stdout, stderr, nowMs: () => now },
    ...{ time: siteTimeOf(zoneNamed('UTC')), guessing: { siteLimit: 20 } },
  });
  const textOf = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, out: textOf(stdout), err: textOf(stderr) };
}
async function importText(text: string, ...options: string[]) {
  const file = join(folder, 'accounts.csv');
  await writeFile(file, text);
  const { code, out, err } = await accounts('import', file, ...options);
  return { code, out, err: err.replaceAll(file, 'FILE') };
}
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

describe('accounts add --generate', () => {
  it('makes a random code of the length that the site needs, shows it once, and keeps away from others', async () => {
    const made = new Set<string>();
    for (const name of ['Smith', 'Jones', 'Brown']) {
      const { code, out, err } = await accounts('add', '--generate', '--name', name);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      made.add(/^Its code: (\d{6})$/m.exec(out)?.[1] ?? '');
    }
    expect([...made].sort()).toEqual((await store.listAccounts()).map(({ code }) => code));
    expect((await accounts('add', '--generate', '--digits', '9', '--name', 'Long')).out).toMatch(/^Its code: \d{9}$/m);
  });

  it.each([
    [['--generate', '--code', '481920'], /--generate makes the code: leave out --code/],
    [['--digits', '8', '--code', '481920'], /--digits belongs to --generate/],
    [['--generate', '--digits', '3'], /--digits must be a whole number from 4 to 20/],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await accounts('add', '--name', 'Smith', ...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(await store.listAccounts()).toEqual([]);
  });
});

describe('accounts audit', () => {
  const codes = ['123456', '201201', '048213', '048231', '311299', '59170386', '74905163', '4417'];
  beforeEach(async () => {
    await store.importAccounts(codes.map((code) => ({ code, name: `Account ${codes.indexOf(code)}` })));
    await store.addExtension({ number: '4417', name: 'Desk' });
  });

  it('names weak codes and why, masked unless asked', async () => {
    const { code, out } = await accounts('audit');
    expect(code).toBe(1);
    expect(linesOf(out).map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'CODE | NAME | STATE | WEAK BECAUSE | NEARLY THAT OF',
      '****13 | Account 2 | enabled | nearly another code | Account 3 (****31)',
      '****31 | Account 3 | enabled | nearly another code | Account 2 (****13)',
      '****56 | Account 0 | enabled | digits in sequence',
      '****01 | Account 1 | enabled | digits that repeat, like a date',
      '****99 | Account 4 | enabled | like a date',
      '***7 | Account 7 | enabled | too short, an extension',
      '6 of 8 codes are weak; codes here need 6 digits.',
    ]);
    expect((await accounts('audit', '--show-codes')).out).toContain('048213');
  });

  it('is JSON for programs', async () => {
    const { out } = await accounts('audit', '--json', '--digits', '8');
    const {
      accounts: count,
      minimumDigits,
      weak,
    } = JSON.parse(out) as {
      accounts: number;
      minimumDigits: number;
      weak: { code: string; weaknesses: string[]; near: object | null }[];
    };
    expect([count, minimumDigits, weak.length]).toEqual([8, 8, 6]);
    expect(weak[0]).toMatchObject({
      ...{ code: '****13', name: 'Account 2', enabled: true, weaknesses: ['short', 'near-another'] },
      near: { code: '****31', name: 'Account 3' },
    });
    expect(out).not.toContain('048213');
  });

  it('finds nothing among codes that it made itself', async () => {
    await store.close();
    store = await openLocalStore({ file: join(folder, 'data', 'other.db') });
    for (let at = 0; at < 20; at += 1) await accounts('add', '--generate', '--name', `Account ${at}`);
    expect(await accounts('audit')).toEqual({
      code: 0,
      out: '0 of 20 codes are weak; codes here need 6 digits.\n',
      err: '',
    });
  });
});

describe('accounts add', () => {
  it('keeps every field, lists in canonical form', async () => {
    const added = await accounts(
      ...['add', '--code', '12345', '--name', 'Smith & Co', '--department', 'Legal', '--number', '+1-801-642-4655'],
      ...[
        '--number',
        '(801)555-0100',
        '--minimum-digits',
        '4',
        '--maximum-digits',
        '11',
        '--blocked-prefixes',
        '1900, 1976 1900',
      ],
      ...['--allowed-prefixes', '1;+44', '--allowed-numbers', '101 102', '--allowed-call-types', 'Local, toll-free'],
      ...['--valid-from', '2026-01-31', '--valid-until', '2026-12-31T18:00-07:00', '--disabled'],
    );
    expect(added).toEqual({ code: 0, out: 'Added Smith & Co.\n', err: '' });
    expect(await store.findAccountByCode('12345')).toMatchObject({
      name: 'Smith & Co',
      customerNumbers: ['+18016424655', '8015550100'],
      enabled: false,
      validFromMs: Date.parse('2026-01-31T00:00:00Z'),
      validUntilMs: Date.parse('2027-01-01T01:00:00Z'),
      restriction: {
        minimumDigits: 4,
        maximumDigits: 11,
        blockedPrefixes: ['1900', '1976'],
        allowedPrefixes: ['1', '+44'],
        allowedNumbers: ['101', '102'],
        allowedCallTypes: ['local', 'toll-free'],
      },
    });
    expect((await store.listDepartments()).map(({ name }) => name)).toEqual(['Legal']);
  });

  it.each([
    ['no code', ['--name', 'x'], /--code is missing/],
    ['no name', ['--code', '1'], /name is missing/],
    ['an emergency number', ['--code', '911', '--name', 'x'], /911 is an emergency number/],
    ['letters in the code', ['--code', '12a', '--name', 'x'], /code must be 1 to 20 digits/],
    ['21 digits', ['--code', '123456789012345678901', '--name', 'x'], /code must be 1 to 20 digits/],
    [
      'a block without effect',
      ['--code', '1', '--name', 'x', '--blocked-prefixes', '1900, 44207'],
      /blocked prefixes: "44207" blocks nothing.*write \+44207/,
    ],
    ['an emergency number behind the outside line', ['--code', '9911', '--name', 'x'], /9911 is an emergency number/],
    ['a bad prefix', ['--code', '1', '--name', 'x', '--blocked-prefixes', '1900, abc'], /blocked prefixes: "abc"/],
    ['a bad number', ['--code', '1', '--name', 'x', '--number', '80x'], /customer numbers: "80x"/],
    ['a bad call type', ['--code', '1', '--name', 'x', '--allowed-call-types', 'lunar'], /"lunar" is not a call type/],
    ['bad digits', ['--code', '1', '--name', 'x', '--maximum-digits', '1e1'], /maximum digits must be a number/],
    [
      'minimum over maximum',
      ['--code', '1', '--name', 'x', '--minimum-digits', '9', '--maximum-digits', '8'],
      /\(9\) is more than/,
    ],
    [
      'a bad date',
      ['--code', '1', '--name', 'x', '--valid-from', '31.1.2026'],
      /valid from: "31.1.2026" is not a date/,
    ],
    ['an escape in the name', ['--code', '1', '--name', 'a\u001b[2J'], /name contains a control character/],
    ['an unknown option', ['--code', '1', '--name', 'x', '--colour', 'red'], /--colour/],
  ])('refuses %s with exit code 2 and changes nothing', async (_what, args, why) => {
    const { code, out, err } = await accounts('add', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
    expect(await store.listAccounts()).toEqual([]);
  });

  it('reports everything that is wrong at once', async () => {
    const { err } = await accounts('add', '--code', 'x', '--name', '', '--minimum-digits', '-');
    expect(linesOf(err)).toEqual([
      'code must be 1 to 20 digits',
      'minimum digits must be a number from 0 to 30',
      'name is missing',
      'See: billing-codes accounts --help',
    ]);
  });

  it('refuses a code that exists, without showing it', async () => {
    await accounts('add', '--code', '12345', '--name', 'first');
    const { code, err } = await accounts('add', '--code', '12345', '--name', 'second');
    expect(code).toBe(2);
    expect(err).toMatch(/exists already/);
    expect(err).not.toContain('12345');
    expect((await store.findAccountByCode('12345'))?.name).toBe('first');
  });
});

describe('accounts change, enable, disable', () => {
  beforeEach(async () => {
    await accounts('add', '--code', '12345', '--name', 'Smith', '--department', 'Legal', '--blocked-prefixes', '1900');
  });

  it('change only the given account and only what was asked', async () => {
    expect(await accounts('disable', '12345')).toMatchObject({ code: 0, out: 'Disabled Smith.\n' });
    expect((await store.findAccountByCode('12345'))?.enabled).toBe(false);
    expect(await accounts('enable', '12345')).toMatchObject({ code: 0, out: 'Enabled Smith.\n' });
    const before = await store.findAccountByCode('12345');
    expect(await accounts('change', '12345', '--code', '777', '--maximum-digits', '7')).toMatchObject({ code: 0 });
    const after = await store.findAccountByCode('777');
    expect(after).toEqual({ ...before, code: '777', restriction: { ...before?.restriction, maximumDigits: 7 } });
    await accounts('change', '777', '--department', '', '--blocked-prefixes', '');
    expect(await store.findAccountByCode('777')).toMatchObject({
      departmentId: null,
      restriction: { blockedPrefixes: [] },
    });
  });

  it('set and clear what the called party is shown', async () => {
    await accounts('change', '12345', '--caller-number', '801 642-0100', '--anonymous', 'yes');
    expect(await store.findAccountByCode('12345')).toMatchObject({ callerNumber: '+18016420100', anonymous: true });
    expect(linesOf((await accounts('show', '12345')).out)).toEqual(
      expect.arrayContaining(['caller number:      +18016420100', 'anonymous:          yes']),
    );
    expect(JSON.parse((await accounts('show', '12345', '--json')).out)).toMatchObject({
      ...{ callerNumber: '+18016420100', anonymous: true },
    });
    await importText('code,name\n12345,Smith\n');
    expect(await store.findAccountByCode('12345')).toMatchObject({ callerNumber: '+18016420100', anonymous: true });
    await importText('code,name,Caller-Number,anonymous\n12345,Smith,,\n5,five,+442079460000,Yes\n');
    expect(await store.findAccountByCode('12345')).toMatchObject({ callerNumber: null, anonymous: false });
    expect(await store.findAccountByCode('5')).toMatchObject({ callerNumber: '+442079460000', anonymous: true });
    const wrong = await accounts('change', '12345', '--caller-number', '911', '--anonymous', 'perhaps');
    expect(wrong.code).toBe(2);
    expect(linesOf(wrong.err).slice(0, 2)).toEqual([
      'caller number: "911" cannot be called back from outside (emergency); write it in E.164, e.g. +18015550100',
      'anonymous must be yes or no',
    ]);
  });

  it.each([['disable'], ['enable'], ['show'], ['change']])('%s of an unknown code: exit code 1', async (command) => {
    expect(await accounts(command, '999')).toEqual({ code: 1, out: '', err: 'No account has this code.\n' });
  });

  it.each([['disable'], ['show', '1', '2'], ['import'], ['frobnicate'], ['list', '--limit', '0'], ['list', 'x']])(
    '%s …: exit code 2',
    async (...args) => {
      const { code, err } = await accounts(...args);
      expect(code).toBe(2);
      expect(err).toMatch(/See: billing-codes accounts --help\n$/);
    },
  );
});

describe('accounts list and show', () => {
  beforeEach(async () => {
    await accounts('add', '--code', '12345', '--name', 'Müller 📞', '--department', 'Legal', '--number', '101');
    await accounts('add', '--code', '7', '--name', 'Old', '--valid-until', '2026-05-31', '--maximum-digits', '3');
    await accounts('add', '--code', '88', '--name', 'Off', '--disabled', '--allowed-numbers', '101 102');
  });

  it('print an aligned table with masked codes', async () => {
    const { code, out } = await accounts('list');
    expect(code).toBe(0);
    expect(linesOf(out)).toEqual([
      'CODE   NAME      DEPARTMENT  NUMBERS ON FILE  STATE     LIMITS',
      '***45  Müller 📞  Legal       101              enabled',
      '*      Old                                    expired   up to 3 digits',
      '**     Off                                    disabled  only 101 102',
    ]);
  });

  it('filter accounts, and show codes when asked to', async () => {
    const { out } = await accounts('list', '--search', 'müller', '--show-codes');
    expect(linesOf(out)).toEqual([
      'CODE   NAME      DEPARTMENT  NUMBERS ON FILE  STATE    LIMITS',
      expect.stringMatching(/^12345 {2}Müller/),
    ]);
    expect(linesOf((await accounts('list', '--disabled')).out)).toHaveLength(2);
    expect((await accounts('list', '--search', 'nobody')).out).toBe('No accounts.\n');
  });

  it('print JSON', async () => {
    const { out } = await accounts('list', '--json', '--limit', '1');
    expect(JSON.parse(out)).toEqual({
      accounts: [
        expect.objectContaining({ code: '***45', department: 'Legal', customerNumbers: ['101'], state: 'enabled' }),
      ],
    });
    const shown: unknown = JSON.parse((await accounts('show', '7', '--json', '--show-codes')).out);
    expect(shown).toMatchObject({
      code: '7',
      validUntil: '2026-06-01T00:00:00.000Z',
      state: 'expired',
      maximumDigits: 3,
    });
    expect((await accounts('show', '12345')).out).toMatch(/^code: +\*\*\*45\nname: +Müller 📞\ndepartment: +Legal\n/);
  });
});

describe('accounts --help', () => {
  it('lists the commands; giving none is wrong usage', async () => {
    const help = await accounts('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const word of ['add', 'change', 'import FILE', '--blocked-prefixes', 'customer numbers', 'site.timeZone']) {
      expect(help.out).toContain(word);
    }
    expect(await accounts('add', '--help')).toEqual(help);
    expect(await accounts()).toEqual({ ...help, code: 2 });
  });
});

describe('accounts import', () => {
  it('reads every column in any order, whatever the case and dashes in its name', async () => {
    const { code, out } = await importText(
      '\ufeffName,CODE,Blocked_Prefixes,allowed-prefixes,Allowed Numbers,ALLOWED CALL TYPES,Valid From,valid_until,Minimum digits,maximum-digits,Department,Customer numbers,Enabled\r\n' +
        '"Smith, ""Bob""",0123,"1900, 1976",+44,101 102,local;national,2026-01-31,2027-01-31T00:00+01:00,3,11,Legal,"+18016424655\r\n101",no\r\n' +
        'Plain,77,,,,,,,,,,,\r\n',
    );
    expect({ code, out }).toEqual({ code: 0, out: 'Added 2 and changed 0 accounts.\n' });
    expect(await store.findAccountByCode('0123')).toMatchObject({
      name: 'Smith, "Bob"',
      customerNumbers: ['+18016424655', '101'],
      enabled: false,
      validFromMs: Date.parse('2026-01-31T00:00:00Z'),
      validUntilMs: Date.parse('2027-01-30T23:00:00Z'),
      restriction: {
        minimumDigits: 3,
        maximumDigits: 11,
        blockedPrefixes: ['1900', '1976'],
        allowedPrefixes: ['+44'],
        allowedNumbers: ['101', '102'],
        allowedCallTypes: ['local', 'national'],
      },
    });
    expect(await store.findAccountByCode('77')).toMatchObject({ name: 'Plain', enabled: true, departmentId: null });
  });

  it('reports every bad line with its number and the reason, and changes nothing', async () => {
    await accounts('add', '--code', '1', '--name', 'kept');
    const { code, out, err } = await importText(
      [
        'code,name,blocked prefixes,valid from,valid until,enabled',
        '1,renamed,,,,',
        '12a,letters,,,,',
        '',
        '911,emergency,abc,,,maybe',
        '5,"two',
        'lines",,,,',
        '6,too few',
        '7,x"y,,,,',
        '8,,,2026-02-01,2026-01-01,',
        '9,fine,,,,',
        '10,no effect,91900,,,',
        '1,again,,,,',
      ].join('\r\n'),
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(linesOf(err)).toEqual([
      'FILE:3: code must be 1 to 20 digits',
      'FILE:5: code 911 is an emergency number and cannot be a billing code',
      'FILE:5: blocked prefixes: "abc" is not a prefix: use digits, with + in front of a country code',
      'FILE:5: enabled must be yes or no',
      'FILE:6: name contains a control character or a line break',
      'FILE:8: 2 fields, but the header has 6',
      'FILE:9: there is a quote inside an unquoted field: put the field in quotes and double those inside',
      'FILE:10: name is missing',
      'FILE:10: valid from is not before valid until',
      'FILE:12: blocked prefixes: "91900" blocks nothing, because no number that can be called begins with it: write 1900 or +91900',
      'FILE:13: the same code as in line 2',
      'Nothing was imported: 8 lines are wrong.',
    ]);
    expect((await store.listAccounts()).map(({ name }) => name)).toEqual(['kept']);
  });

  it('keeps a known account’s values for columns that the file lacks, and clears those whose cell is empty', async () => {
    await accounts(
      'add',
      '--code',
      '1',
      '--name',
      'a',
      '--department',
      'Legal',
      '--blocked-prefixes',
      '1900',
      '--disabled',
    );
    const before = await store.findAccountByCode('1');
    expect(await importText('code,name\n1,b\n2,c\n')).toMatchObject({ out: 'Added 1 and changed 1 accounts.\n' });
    expect(await store.findAccountByCode('1')).toEqual({ ...before, name: 'b' });
    await importText('code;name;department;blocked prefixes\n1;b;;\n');
    expect(await store.findAccountByCode('1')).toMatchObject({
      departmentId: null,
      restriction: { blockedPrefixes: [] },
    });
  });

  it('checks a bound in the file against the account’s other bound', async () => {
    await accounts('add', '--code', '1', '--name', 'a', '--maximum-digits', '5');
    expect(await importText('code,name,minimum digits\n1,a,6\n')).toMatchObject({ code: 2 });
    expect(await importText('code,name,minimum digits,maximum digits\n1,a,6,7\n')).toMatchObject({ code: 0 });
  });

  it('changes nothing with --dry-run', async () => {
    await accounts('add', '--code', '1', '--name', 'a');
    expect(await importText('code,name\n1,b\n2,c\n3,d\n', '--dry-run')).toEqual({
      code: 0,
      out: 'No problems: would add 2 and change 1 accounts.\n',
      err: '',
    });
    expect((await store.listAccounts()).map(({ name }) => name)).toEqual(['a']);
  });

  it.each([
    ['an empty file', '', /FILE:1: the file is empty: it needs a header row; the columns are: code, name, /],
    ['an unknown column', 'code,name,colour\n1,a,red\n', /FILE:1: unknown column "colour"; the columns are: /],
    ['a column twice', 'code,name,Code\n1,a,2\n', /FILE:1: column code appears twice/],
    ['no code column', 'name\na\n', /FILE:1: column code is missing/],
    ['nothing below the header', 'code,name\n', /FILE:1: no accounts below the header/],
  ])('refuses %s', async (_what, text, why) => {
    const { code, err } = await importText(text);
    expect(code).toBe(2);
    expect(err).toMatch(why);
  });

  it('refuses a file that cannot be read', async () => {
    const { code, err } = await accounts('import', join(folder, 'missing.csv'));
    expect(code).toBe(2);
    expect(err).toMatch(/^cannot read .*missing\.csv: ENOENT/);
  });

  it('imports 100,000 accounts in a few seconds', async () => {
    const rows = Array.from(
      { length: 100_000 },
      (_, i) => `${1_000_000 + i},Account ${i},Department ${i % 40},"1900, 1976"`,
    );
    const started = performance.now();
    const { out } = await importText(`code,name,department,blocked prefixes\n${rows.join('\n')}\n`);
    expect(out).toBe('Added 100000 and changed 0 accounts.\n');
    expect(performance.now() - started).toBeLessThan(underLoad(15_000));
  }, 60_000);
});
