import { describe, expect, it } from '@jest/globals';
import { extensionsCommand } from '../../src/cli/extensions/extensions.ts';
import { unrestricted } from '../../src/words/directory.ts';
import { closedRecord, extensionDefaults, plainAccount } from '../store/records.ts';
import { linesOf, onLocalStore } from './directory.ts';

const { store, run, importText } = onLocalStore(extensionsCommand);

const addLobby = () =>
  run(
    ...['add', '--number', '201', '--name', 'Lobby', '--department', 'Front', '--minimum-digits', '3'],
    ...['--maximum-digits', '11', '--blocked-prefixes', '1900, 1976 1900', '--allowed-prefixes', '1;+44'],
    ...['--allowed-numbers', '101 102', '--allowed-call-types', 'Local, toll-free'],
  );

describe('extensions add', () => {
  it('keeps every field, lists in canonical form', async () => {
    expect(await addLobby()).toEqual({ code: 0, out: 'Added 201 (Lobby).\n', err: '' });
    const [front] = await store().listDepartments();
    expect(front?.name).toBe('Front');
    expect(await store().findExtension('201')).toMatchObject({
      ...{ number: '201', name: 'Lobby', departmentId: front?.id },
      restriction: {
        minimumDigits: 3,
        maximumDigits: 11,
        blockedPrefixes: ['1900', '1976'],
        allowedPrefixes: ['1', '+44'],
        allowedNumbers: ['101', '102'],
        allowedCallTypes: ['local', 'toll-free'],
      },
    });
  });

  it('needs only a number', async () => {
    expect(await run('add', '--number', '202')).toEqual({ code: 0, out: 'Added 202.\n', err: '' });
    expect(await store().findExtension('202')).toMatchObject({
      ...{ name: '', departmentId: null, restriction: unrestricted },
    });
  });

  it.each([
    ['no number', [], /--number is missing/],
    ['an empty number', ['--number', ''], /number must be 1 to 40 digits/],
    ['a space in the number', ['--number', '2 01'], /number must be 1 to 40 digits/],
    ['41 digits', ['--number', '1'.repeat(41)], /number must be 1 to 40 digits/],
    [
      'a block without effect',
      ['--number', '1', '--blocked-prefixes', '44207'],
      /blocked prefixes: "44207" blocks nothing.*write \+44207/,
    ],
    ['a bad prefix', ['--number', '1', '--blocked-prefixes', '1900, abc'], /blocked prefixes: "abc"/],
    ['a bad call type', ['--number', '1', '--allowed-call-types', 'lunar'], /"lunar" is not a call type/],
    ['minimum over maximum', ['--number', '1', '--minimum-digits', '9', '--maximum-digits', '8'], /\(9\) is more than/],
    ['an escape in the name', ['--number', '1', '--name', 'a\u001b[2J'], /name contains a control character/],
    ['an unknown option', ['--number', '1', '--colour', 'red'], /--colour/],
  ])('refuses %s with exit code 2 and changes nothing', async (_what, args, why) => {
    const { code, out, err } = await run('add', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
    expect(err).toMatch(/See: billing-codes extensions --help\n$/);
    expect(await store().listExtensions()).toEqual([]);
  });

  it('refuses a number that exists, and keeps the existing extension', async () => {
    await addLobby();
    const { code, err } = await run('add', '--number', '201', '--name', 'second');
    expect(code).toBe(2);
    expect(err).toMatch(/exists already/);
    expect((await store().findExtension('201'))?.name).toBe('Lobby');
  });
});

describe('the former names of minimum and maximum digits', () => {
  it('still work as flags, and a line names the new ones', async () => {
    expect(await run('add', '--number', '201', '--least-digits', '3', '--most-digits=11')).toEqual({
      ...{ code: 0, out: 'Added 201.\n' },
      err: '--least-digits is now called --minimum-digits.\n--most-digits is now called --maximum-digits.\n',
    });
    expect(await run('change', '201', '--most-digits', '12')).toMatchObject({
      code: 0,
      err: expect.stringMatching(/now called/),
    });
    expect((await store().findExtension('201'))?.restriction).toMatchObject({ minimumDigits: 3, maximumDigits: 12 });
    expect(await run('change', '201', '--maximum-digits', '13')).toMatchObject({ code: 0, err: '' });
  });

  it('are refused beside the new ones', async () => {
    const { code, err } = await run('add', '--number', '201', '--least-digits', '3', '--minimum-digits', '4');
    expect(code).toBe(2);
    expect(err).toMatch(/--least-digits is the former name of --minimum-digits: give one of them/);
    const both = await importText('number,least digits,minimum digits\n201,3,4\n');
    expect(both).toMatchObject({ code: 2, err: expect.stringMatching(/FILE:1: column minimum digits appears twice/) });
    expect(await store().listExtensions()).toEqual([]);
  });

  it('still work as columns', async () => {
    expect(await importText('number,Least_Digits,most-digits\n201,3,11\n')).toEqual({
      ...{ code: 0, out: 'Added 1 and changed 0 extensions.\n' },
      err: 'FILE: column "least digits" is now called "minimum digits".\nFILE: column "most digits" is now called "maximum digits".\n',
    });
    expect((await store().findExtension('201'))?.restriction).toMatchObject({ minimumDigits: 3, maximumDigits: 11 });
  });

  it('are not among the flags and columns that help shows', async () => {
    const { out } = await run('--help');
    expect(out).toContain('--minimum-digits N');
    expect(out).not.toMatch(/(least|most).digits/);
  });
});

describe('extensions change and remove', () => {
  it('change only what was asked', async () => {
    await addLobby();
    const before = await store().findExtension('201');
    expect(await run('change', '201', '--number', '209', '--maximum-digits', '7')).toMatchObject({
      ...{ code: 0, out: 'Changed 209 (Lobby).\n' },
    });
    expect(await store().findExtension('201')).toBeNull();
    expect(await store().findExtension('209')).toEqual({
      ...before,
      ...{ number: '209', restriction: { ...before?.restriction, maximumDigits: 7 } },
    });
    await run('change', '209', '--department', '', '--blocked-prefixes', '');
    expect(await store().findExtension('209')).toMatchObject({
      ...{ name: 'Lobby', departmentId: null, restriction: { blockedPrefixes: [], maximumDigits: 7 } },
    });
  });

  it('check a given bound against the existing other bound', async () => {
    await addLobby();
    expect((await run('change', '201', '--minimum-digits', '12')).code).toBe(2);
    expect((await store().findExtension('201'))?.restriction.minimumDigits).toBe(3);
  });

  it('remove a phone but keep its calls', async () => {
    await addLobby();
    const id = (await store().findExtension('201'))?.id ?? null;
    const record = closedRecord('a', { extension: '201', extensionId: id });
    await store().save(record);
    expect(await run('remove', '201')).toEqual({ code: 0, out: 'Removed 201 (Lobby).\n', err: '' });
    expect(await store().listExtensions()).toEqual([]);
    expect(await store().findCallRecord('a')).toEqual(record);
  });

  it.each([['remove'], ['show'], ['change']])('%s of an unknown number: exit code 1', async (command) => {
    expect(await run(command, '999')).toEqual({ code: 1, out: '', err: 'No extension has this number.\n' });
  });

  it.each([['remove'], ['show', '1', '2'], ['import'], ['frobnicate'], ['list', 'x']])(
    '%s …: exit code 2',
    async (...args) => {
      const { code, err } = await run(...args);
      expect(code).toBe(2);
      expect(err).toMatch(/See: billing-codes extensions --help\n$/);
    },
  );
});

describe('extensions list and show', () => {
  it('print an aligned table', async () => {
    await addLobby();
    await run('add', '--number', '30', '--name', 'Müller 📞', '--allowed-call-types', 'emergency');
    expect(linesOf((await run('list')).out)).toEqual([
      'NUMBER  NAME      DEPARTMENT  LIMITS',
      '201     Lobby     Front       3-11 digits; not 1900… 1976…; only 1… +44… 101 102; local, toll-free',
      '30      Müller 📞              emergency',
    ]);
  });

  it('find extensions by part of their number or name, and by department', async () => {
    await addLobby();
    await run('add', '--number', '30', '--name', 'Müller', '--department', 'Sales');
    const found = async (...args: string[]) =>
      linesOf((await run('list', ...args)).out)
        .slice(1)
        .map((line) => line.split(' ')[0]);
    expect(await found('--search', '20')).toEqual(['201']);
    expect(await found('--search', 'müLL')).toEqual(['30']);
    expect(await found('--department', 'front')).toEqual(['201']);
    expect(await found('--department', 'Sales', '--search', '3')).toEqual(['30']);
    expect((await run('list', '--search', 'nobody')).out).toBe('No extensions.\n');
    expect(await run('list', '--department', 'Nowhere')).toEqual({
      ...{ code: 1, out: '', err: 'There is no department "Nowhere".\n' },
    });
  });

  it('print JSON, and a single extension under the names of the CSV columns', async () => {
    await addLobby();
    const lobby = {
      ...{ number: '201', name: 'Lobby', department: 'Front', minimumDigits: 3, maximumDigits: 11 },
      ...{ blockedPrefixes: ['1900', '1976'], allowedPrefixes: ['1', '+44'], allowedNumbers: ['101', '102'] },
      allowedCallTypes: ['local', 'toll-free'],
      ...{
        callerNumber: null,
        callbackNumber: null,
        place: '',
        defaultAccount: null,
        lastCodeMinutes: null,
        twoCodes: false,
      },
      ...{ longestCall: null, callsAtATime: null, callsAMinute: null },
      ...{ minutesADay: null, minutesAMonth: null, callingHours: [] },
      ...{ moneyADay: null, moneyAMonth: null, highestPrice: null, mail: '' },
    };
    expect(JSON.parse((await run('list', '--json')).out)).toEqual({ extensions: [lobby] });
    expect(JSON.parse((await run('show', '201', '--json')).out)).toEqual(lobby);
    expect(linesOf((await run('show', '201')).out).slice(0, 4)).toEqual([
      'number:             201',
      'name:               Lobby',
      'department:         Front',
      'minimum digits:     3',
    ]);
  });
});

describe('an extension’s caller numbers, place and default account', () => {
  const withAccounts = async () => {
    await store().addAccount(plainAccount('12345', 'Smith & Co'));
    await store().addAccount(plainAccount('777', 'Twin'));
    await store().addAccount(plainAccount('778', 'Twin'));
  };

  it('are set with flags, shown and cleared', async () => {
    await withAccounts();
    const given = ['--caller-number', '801-642-0201', '--callback-number', '+18016420999', '--place', ' Room 214 '];
    expect(await run('add', '--number', '201', ...given, '--default-account', '12345')).toMatchObject({ code: 0 });
    const account = await store().findAccountByCode('12345');
    expect(await store().findExtension('201')).toMatchObject({
      ...{ callerNumber: '+18016420201', callbackNumber: '+18016420999', place: 'Room 214' },
      defaultAccountId: account?.id,
    });
    expect(linesOf((await run('show', '201')).out).slice(-7)).toEqual([
      'caller number:      +18016420201',
      'callback number:    +18016420999',
      'place:              Room 214',
      'default account:    Smith & Co (***45)',
      'last code minutes:  -',
      'two codes:          no',
      'mail:               -',
    ]);
    expect(JSON.parse((await run('list', '--json')).out)).toMatchObject({
      extensions: [{ place: 'Room 214', defaultAccount: 'Smith & Co (***45)' }],
    });
    // The account is known by its id: another code and name are no other account.
    await store().updateAccount('12345', { code: '999', name: 'Smith' });
    expect((await run('show', '201')).out).toContain('Smith (***)');
    await run('change', '201', '--name', 'Lobby');
    expect(await store().findExtension('201')).toMatchObject({ place: 'Room 214', defaultAccountId: account?.id });
    const nothing = ['--caller-number', '', '--callback-number', '', '--place', '', '--default-account', ''];
    await run('change', '201', ...nothing);
    expect(await store().findExtension('201')).toMatchObject(extensionDefaults);
  });

  it.each([
    ['--default-account', 'nobody', /default account: no account has this billing code or name/],
    ['--default-account', 'twin', /default account: 2 accounts have this name: give a billing code/],
    ['--caller-number', '911', /caller number: "911" cannot be called back from outside/],
    ['--callback-number', '202', /callback number: "202" cannot be called back from outside/],
    ['--place', 'a\u001b[2J', /place contains a control character/],
  ])('are refused: %s %s', async (option, value, why) => {
    await withAccounts();
    const { code, err } = await run('add', '--number', '201', option, value);
    expect(code).toBe(2);
    expect(err).toMatch(why);
    expect(await store().listExtensions()).toEqual([]);
  });

  it('come from a file, the account by code or name', async () => {
    await withAccounts();
    const account = await store().findAccountByCode('12345');
    const header = 'number,caller number,callback-number,Place,default account';
    const file = `${header}\n201,8016420201,,Lobby,12345\n202,,8016420202,,smith & co\n203,,,,\n`;
    expect((await importText(file)).out).toBe('Added 3 and changed 0 extensions.\n');
    expect(await store().listExtensions()).toMatchObject([
      { callerNumber: '+18016420201', callbackNumber: null, place: 'Lobby', defaultAccountId: account?.id },
      { callerNumber: null, callbackNumber: '+18016420202', place: '', defaultAccountId: account?.id },
      extensionDefaults,
    ]);
    await importText('number,name\n201,Front\n');
    expect(await store().findExtension('201')).toMatchObject({ name: 'Front', place: 'Lobby' });
    const { code, err } = await importText(`${header}\n204,x,,,\n205,,,,Twin\n`);
    expect(code).toBe(2);
    expect(linesOf(err)).toEqual([
      'FILE:2: caller number: "x" is not a number in the dial plan; write it in E.164, e.g. +18015550100',
      'FILE:3: default account: 2 accounts have this name: give a billing code',
      'Nothing was imported: 2 lines are wrong.',
    ]);
  });
});

describe('extensions --help', () => {
  it('lists the commands; giving none is wrong usage', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const word of ['add', 'change', 'remove', 'import FILE', '--blocked-prefixes', 'allowed call types']) {
      expect(help.out).toContain(word);
    }
    expect(await run('add', '--help')).toEqual(help);
    expect(await run()).toEqual({ ...help, code: 2 });
  });
});

describe('extensions import', () => {
  it('reads every column in any order, whatever the case and dashes in its name', async () => {
    const { code, out } = await importText(
      '\ufeffName;NUMBER;Blocked_Prefixes;allowed-prefixes;Allowed Numbers;ALLOWED CALL TYPES;Minimum digits;maximum-digits;Department\r\n' +
        '"The ""Bar""";0201;"1900; 1976";+44;101 102;local national;3;11;Front\r\n' +
        ';202;;;;;;;\r\n',
    );
    expect({ code, out }).toEqual({ code: 0, out: 'Added 2 and changed 0 extensions.\n' });
    expect(await store().findExtension('0201')).toMatchObject({
      name: 'The "Bar"',
      restriction: {
        ...{ minimumDigits: 3, maximumDigits: 11, blockedPrefixes: ['1900', '1976'], allowedPrefixes: ['+44'] },
        ...{ allowedNumbers: ['101', '102'], allowedCallTypes: ['local', 'national'] },
      },
    });
    expect(await store().findExtension('202')).toMatchObject({ name: '', departmentId: null });
  });

  it('reports every bad line with its number and the reason, and changes nothing', async () => {
    await run('add', '--number', '1', '--name', 'kept');
    const { code, out, err } = await importText(
      [
        'number,name,blocked prefixes,minimum digits,maximum digits',
        '1,renamed,,,',
        '1 2,space,,,',
        ',nobody,,,',
        '3,three,abc,x,',
        '4,too few',
        '5,x"y,,,',
        '6,six,,9,8',
        '7,fine,,,',
        '1,again,,,',
      ].join('\n'),
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(linesOf(err)).toEqual([
      'FILE:3: number must be 1 to 40 digits or letters, without spaces: as the phone system names the caller',
      'FILE:4: number must be 1 to 40 digits or letters, without spaces: as the phone system names the caller',
      'FILE:5: minimum digits must be a number from 0 to 30',
      'FILE:5: blocked prefixes: "abc" is not a prefix: use digits, with + in front of a country code',
      'FILE:6: 2 fields, but the header has 5',
      'FILE:7: there is a quote inside an unquoted field: put the field in quotes and double those inside',
      'FILE:8: minimum digits (9) is more than maximum digits (8)',
      'FILE:10: the same number as in line 2',
      'Nothing was imported: 7 lines are wrong.',
    ]);
    expect((await store().listExtensions()).map(({ name }) => name)).toEqual(['kept']);
  });

  it('keeps a known extension’s values for columns that the file lacks, and clears those whose cell is empty', async () => {
    await addLobby();
    const before = await store().findExtension('201');
    expect(await importText('number,name\n201,Bar\n202,\n')).toMatchObject({
      out: 'Added 1 and changed 1 extensions.\n',
    });
    expect(await store().findExtension('201')).toEqual({ ...before, name: 'Bar' });
    await importText('number,department,blocked prefixes\n201,,\n');
    expect(await store().findExtension('201')).toMatchObject({
      ...{ name: 'Bar', departmentId: null, restriction: { blockedPrefixes: [], maximumDigits: 11 } },
    });
  });

  it('changes nothing with --dry-run', async () => {
    await addLobby();
    expect(await importText('number,name\n201,b\n202,c\n203,d\n', '--dry-run')).toEqual({
      ...{ code: 0, out: 'No problems: would add 2 and change 1 extensions.\n', err: '' },
    });
    expect((await store().listExtensions()).map(({ name }) => name)).toEqual(['Lobby']);
  });

  it.each([
    ['an empty file', '', /FILE:1: the file is empty: it needs a header row; the columns are: number, name, /],
    ['an unknown column', 'number,code\n1,2\n', /FILE:1: unknown column "code"; the columns are: /],
    ['no number column', 'name\na\n', /FILE:1: column number is missing/],
    ['nothing below the header', 'number,name\n', /FILE:1: no extensions below the header/],
  ])('refuses %s', async (_what, text, why) => {
    const { code, err } = await importText(text);
    expect(code).toBe(2);
    expect(err).toMatch(why);
  });

  it('imports 10,000 extensions within seconds', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => `${10_000 + i},Phone ${i},Department ${i % 40}`);
    const started = performance.now();
    const { out } = await importText(`number,name,department\n${rows.join('\n')}\n`);
    expect(out).toBe('Added 10000 and changed 0 extensions.\n');
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
