import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { row, workbook } from '../spreadsheet/workbooks.ts';
import { ratesOnLocalStore } from './rates-harness.ts';

/** Files as carriers send them, each of which was once imported wrongly, or refused without a word that helped. */
const folder = join(import.meta.dirname, '..', 'cases');
const cases = ratesOnLocalStore();

async function importCase(name: string, ...options: string[]) {
  const file = join(folder, name);
  const { code, out, err } = await cases.rates('import', file, ...options);
  const rates: string[] = [];
  for await (const batch of cases.store().exportRates('default')) {
    for (const rate of batch) {
      const scope = rate.scope === 'all' ? '' : `, ${rate.scope}`;
      const closed = rate.status === 'open' ? '' : ', closed';
      rates.push(
        `${rate.prefix} ${rate.destination}${scope}${closed} ${rate.priceMicros} ${rate.firstIncrementMs}/${rate.nextIncrementMs}`,
      );
    }
  }
  return { code, out, err: err.replaceAll(file, 'F').split('\n').slice(0, -1), rates };
}

type Case = { file: string; options?: string[]; rates?: string[]; says?: string[] };

const usd = ['--currency', 'USD', '--increments', '60/60'];

const taken: Case[] = [
  { file: 'rates-amendment.csv', rates: ['447 UK mobile 51200 60000/60000'] },
  { file: 'rates-astpp-header.csv', rates: ['44 UK 11300 30000/6000'] },
  {
    file: 'rates-blank-and-repeated-header.csv',
    rates: ['44 UK 13100 60000/60000', '45 DK 14100 60000/60000'],
    says: ['F: the header once more, left out: line 5 "prefix, description, rate, increments, currency"'],
  },
  {
    file: 'rates-bom-tab-plus.csv',
    options: usd,
    rates: ['1831 USA - CA 5100 60000/60000', '1876 Jamaica 131100 60000/60000'],
  },
  {
    file: 'rates-country-code-once.csv',
    options: ['--country-code-once'],
    rates: ['34 Spain 11100 60000/60000', '346 Spain mobile 52300 60000/60000', '347 Spain mobile 52300 60000/60000'],
  },
  {
    file: 'rates-float-prefix.csv',
    options: ['--dot', 'decimal'],
    rates: ['44 United Kingdom 13100 60000/60000', '49 Germany 17100 60000/60000', '7 Russia 51200 60000/60000'],
  },
  { file: 'rates-header-line-break.csv', rates: ['44 UK 13100 60000/60000'] },
  {
    file: 'rates-minimum-seconds.csv',
    options: ['--minimum', 'seconds'],
    rates: ['44 United Kingdom 13100 30000/6000'],
  },
  {
    file: 'rates-no-header.csv',
    options: [...usd, '--columns', 'prefix,name,price'],
    rates: ['1416 Toronto, Ontario 13100 60000/60000', '44 United Kingdom 51200 60000/60000'],
  },
  ...['rates-notice.csv', 'rates-notice.xlsx'].map((file) => ({
    file,
    options: ['--currency', 'USD', '--closed', 'leave-out', '--confirm', 'no-number'],
    rates: [
      ...['49152', '49162', '49172', '49173', '49174'].map((prefix) => `${prefix} Germany Mobile A 48700 60000/1000`),
      '521 Mexico Mobile 14900 60000/60000',
    ],
    says: [
      `F: no rate, left out: line 1 "Example Voice Ltd", line 2 "Rate notification", line 3 "Issue date:, ${file.endsWith('csv') ? '15/03/2027' : '2027-03-15'}", and 1 more`,
      'F: closed, left out: line 8 "234805"',
      'confirmed no-number: a prefix that no number begins with: 521 Mexico Mobile (line 7)',
    ],
  })),
  {
    file: 'rates-npanxx.csv',
    options: ['--currency', 'USD', '--increments', '6/6'],
    rates: ['1201202  3700 6000/6000', '1201205  1700 6000/6000', '1202555  4100 6000/6000'],
  },
  {
    file: 'rates-notice.csv',
    options: ['--currency', 'USD', '--confirm', 'no-number'],
    rates: [
      '234805 Nigeria Mobile B, closed 0 60000/60000',
      ...['49152', '49162', '49172', '49173', '49174'].map((prefix) => `${prefix} Germany Mobile A 48700 60000/1000`),
      '521 Mexico Mobile 14900 60000/60000',
    ],
    says: [
      'F: no rate, left out: line 1 "Example Voice Ltd", line 2 "Rate notification", line 3 "Issue date:, 15/03/2027", and 1 more',
      'F: closed, so that calls to it are refused: line 8 "234805"',
      'confirmed no-number: a prefix that no number begins with: 521 Mexico Mobile (line 7)',
    ],
  },
  {
    file: 'rates-peak.csv',
    options: ['--currency', 'EUR', '--increments', '1/1', '--decimal-comma', '--peak', 'Mon-Fri 8:00-18:00'],
    rates: ['355 Albania, off-peak 51200 1000/1000', '355 Albania, peak 67100 1000/1000'],
  },
  {
    file: 'rates-peak.csv',
    options: ['--currency', 'EUR', '--increments', '1/1', '--decimal-comma', '--price-column', 'Off peak'],
    rates: ['355 Albania 51200 1000/1000'],
  },
  ...['rates-trunk-zero.csv', 'rates-trunk-zero-brackets.csv'].map((file) => ({
    file,
    rates: ['44 UK 21700 60000/60000', '4420 London 13100 60000/60000'],
    says: [expect.stringContaining('read without the zero after the country code: line 2')] as unknown as string[],
  })),
];

const refused: Case[] = [
  {
    file: 'rates-float-prefix.csv',
    says: [
      'F:2: prefix "44.0" can be read in two ways: as 44 with --dot decimal, as spreadsheets write a number, or as 440 with --dot inside',
      'F:3: prefix "7.0" can be read in two ways: as 7 with --dot decimal, as spreadsheets write a number, or as 70 with --dot inside',
      'F:4: prefix "49.0" can be read in two ways: as 49 with --dot decimal, as spreadsheets write a number, or as 490 with --dot inside',
    ],
  },
  {
    file: 'rates-country-code-once.csv',
    says: [
      'F:2: prefix "34 6, 7" can be read in two ways: as 346 and 347 with --country-code-once, or as 346 and 7 with --prefix-list comma',
    ],
  },
  {
    file: 'rates-minimum-seconds.csv',
    says: [
      'F:1: the column "minimum" can be read in two ways: as seconds, with --minimum seconds, or as an amount of money, with --minimum charge',
    ],
  },
  {
    file: 'rates-no-header.csv',
    options: usd,
    says: [
      'F:1: no row names the columns: if the file has no header, say what they hold, as in --columns prefix,name,price',
    ],
  },
  {
    file: 'rates-peak.csv',
    options: usd,
    says: [
      'F:1: "Peak" and "Off peak" are prices for part of the calls: say which price counts for all of them, as in --price-column "Peak", or leave a column out with --ignore "Peak", or when peak is, as in --peak "Mon-Fri 08:00-18:00"',
    ],
  },
  {
    file: 'rates-peak.csv',
    options: [...usd, '--price-column', 'Peak'],
    says: ['F:2: price "0,0671" has a comma: it is 0.0671 with --decimal-comma or --locale de'],
  },
  {
    file: 'rates-npanxx.csv',
    says: [
      'F:1: there is no billing increments column: say which increments apply with --increments, e.g. 60/60',
      'F:1: the file does not name its currency: say it with --currency, e.g. USD',
    ],
  },
];

describe('a carrier’s file', () => {
  it.each(taken)('$file is taken with $options', async ({ file, options = [], rates = [], says = [] }) => {
    const imported = await importCase(file, ...options);
    expect(imported).toMatchObject({ code: 0, rates });
    const checked = imported.err.findIndex((line) => line.startsWith('Checked: '));
    expect(imported.err[checked]).toMatch(
      /^Checked: \d+ prefix(es)? in \d+ countr(y|ies), [\d.]+( to [\d.]+)? a minute; /,
    );
    const rounding = 'What a call costs is rounded half-up to 0.01 ';
    expect(imported.err.at(-1)).toContain(rounding);
    expect(imported.err.toSpliced(checked, 1).slice(0, -1)).toEqual(says);
  });

  it.each(refused)('$file is refused with $options', async ({ file, options = [], says = [] }) => {
    const { code, err, rates } = await importCase(file, ...options);
    expect({ code, rates }).toEqual({ code: 2, rates: [] });
    expect(err.slice(0, -1)).toEqual(says);
    expect(err.at(-1)).toMatch(/^Nothing was imported: \d+ problems?\.$/);
  });

  it.each(['rates-notice.csv', 'rates-notice.xlsx'])('%s has its dates read as their column shows', async (file) => {
    await importCase(file, '--currency', 'USD', '--closed', 'leave-out', '--confirm', 'no-number');
    const days: Record<string, string> = {};
    for await (const batch of cases.store().exportRates('default')) {
      for (const { prefix, validFromMs } of batch) days[prefix] = new Date(validFromMs ?? 0).toISOString().slice(0, 10);
    }
    expect(days).toMatchObject({ '49152': '2027-03-23', '521': '2027-04-01' });
  });

  it('is tried, whichever is there', () => {
    const tried = new Set([...taken, ...refused].map(({ file }) => file));
    expect(readdirSync(folder).filter((file) => file.startsWith('rates-') && !tried.has(file))).toEqual([]);
  });
});

const head = 'prefix,description,rate,increments,currency\n';

describe('an import asks', () => {
  const table = `${head}44,UK,0.0131,60/60,USD\n441,UK,0.0131,60/60,USD\n447,UK mobile,0.0512,60/60,USD\n49,Germany,0.02,60/60,USD\n`;

  it.each([
    [
      'a prefix that no number has',
      '44020,London,0.01',
      'no-number: a prefix that no number begins with: 44020 London (line 2)',
    ],
    [
      'another country',
      '7,Spain mobile,0.01',
      'country: a rate names another country than the one of the prefix: 7 Spain mobile (line 2), but 7 is Russia',
    ],
    [
      'a price of ten times its neighbours',
      '44,UK,0.01,60/60,USD\n441,UK,0.13,60/60,USD\n442,UK,0.013',
      'price: an unlikely price: 441 at 0.13 beside 0.01 for 44 and 0.013 for 442',
    ],
    [
      'NPA-NXX without its column',
      '201202,,0.01,60/60,USD\n202555,,0.01',
      'npanxx: all 2 prefixes may be North American area codes and exchanges (NPA-NXX) without their 1: 202555 is +1 202555 with --map "COLUMN=npanxx", or +202555 in Egypt',
    ],
  ])('about %s', async (_what, line, question) => {
    const name = await cases.file(`${head}${line},60/60,USD\n`);
    const { code, out, err } = await cases.rates('import', name);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`Is this right? ${question}`);
    const kind = question.slice(0, question.indexOf(':'));
    expect(err).toMatch(
      new RegExp(`Nothing was imported. If all of this is right, import again with --confirm [a-z-,]*${kind}`),
    );
    expect(await cases.store().listRateTables()).toEqual([]);
    const kinds = /--confirm ([a-z-,]+)/.exec(err)?.[1] ?? '';
    expect(await cases.rates('import', name, '--confirm', kinds)).toMatchObject({ code: 0 });
  });

  it('about what a whole table would take away, and what it would cost ten times', async () => {
    await cases.rates('import', await cases.file(table));
    const { code, err } = await cases.rates('import', await cases.file(`${head}44,UK,0.131,60/60,USD\n`));
    expect(code).toBe(2);
    expect(err.split('\n')).toEqual(
      expect.arrayContaining([
        'Is this right? price: an unlikely price: 44 UK at 0.131, in force 0.0131',
        'Is this right? coverage: a code in force for which there is no rate any more: 49 Germany',
        'Is this right? removed: 3 codes in force that the file does not have: 3 of 4, more than 10 %',
        'Nothing was imported. If all of this is right, import again with --confirm price,coverage,removed',
      ]),
    );
    expect((await cases.store().listRateTables())[0]).toMatchObject({ version: 1, rates: 4 });
  });

  it('nothing about the same codes from another day on', async () => {
    const from = (day: string) => cases.file(`prefix,name,price,increments,currency,from\n44,UK,0.01,1/1,USD,${day}\n`);
    await cases.rates('import', await from('2026-01-01'));
    expect(await cases.rates('import', await from('2026-02-01'))).toMatchObject({ code: 0 });
  });

  it('nothing about a carrier’s changes, which leave the rest as it is', async () => {
    await cases.rates('import', await cases.file(table));
    const amended = await cases.rates('import', join(folder, 'rates-amendment.csv'), '--amend');
    expect(amended).toEqual({
      code: 0,
      out: 'default, version 2: 0 added, 0 changed, 0 removed, 4 unchanged\n',
      err: 'Checked: 1 prefix in 1 country, 0.0512 a minute; nothing is unlikely\n',
    });
    const dearer = await cases.file(`${head}447,UK mobile,0.0612,60/60,USD\n45,Denmark,0.02,60/60,USD\n`);
    expect(await cases.rates('import', dearer, '--amend')).toMatchObject({
      code: 0,
      out: 'default, version 3: 1 added, 1 changed, 0 removed, 3 unchanged\n',
    });
    const whole = await cases.rates('import', join(folder, 'rates-amendment.csv'));
    expect(whole).toMatchObject({ code: 2, err: expect.stringContaining('--confirm coverage,removed') });
  });

  it('lets the old prices of an amended prefix count until the new ones begin', async () => {
    await cases.rates('import', await cases.file(table));
    const next = await cases.file('prefix,rate,increments,currency,valid from\n447,0.06,60/60,USD,2026-08-01\n');
    expect((await cases.rates('import', next, '--amend')).code).toBe(0);
    expect((await cases.rates('explain', '011447400123456', '--at', '2026-07-31')).out).toContain('0.0512/min');
    expect((await cases.rates('explain', '011447400123456', '--at', '2026-08-01')).out).toContain('0.06/min');
  });
});

describe('other files of the same kinds', () => {
  const kinds: [what: string, content: string | Buffer, options: string[], says: string, prefixes: string[]][] = [
    [
      'the header again, in capitals and with spaces',
      'Prefix,Rate,Increments,Currency\n44,0.01,1/1,USD\nPREFIX , RATE,Increments,CURRENCY\n45,0.01,1/1,USD\n',
      [],
      'the header once more, left out: line 3',
      ['44', '45'],
    ],
    [
      'German names and dates',
      'Vorwahl;Land;Tarif EUR/Min;Takt;Gültig ab\n49;Deutschland;0,0123;60/60;01.12.2026\n',
      ['--locale', 'de'],
      'nothing is unlikely',
      ['49'],
    ],
    [
      'French names',
      'Indicatif;Pays;Prix par minute;Devise\n33;France;0,01;EUR\n',
      ['--locale', 'fr', '--increments', '1/1'],
      'nothing is unlikely',
      ['33'],
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffPrefijo\tDestino\tPrecio\tMoneda\n34\tEspaña\t0.01\tEUR\n', 'utf16le'),
      ['--increments', '1/1'],
      'nothing is unlikely',
      ['34'],
    ],
    [
      'another encoding',
      Buffer.from('prefix,name,rate,increments,currency\n49,Köln,0.01,1/1,EUR\n', 'latin1'),
      [],
      'as in --encoding windows-1252',
      [],
    ],
    [
      'that encoding, named',
      Buffer.from('prefix,name,rate,increments,currency\n49,Köln,0.01,1/1,EUR\n', 'latin1'),
      ['--encoding', 'windows-1252'],
      'nothing is unlikely',
      ['49'],
    ],
    [
      'thousands of a currency without coins',
      'prefix,rate,increments,currency\n84,1.250,60/60,VND\n',
      [],
      'can be read in two ways: 1250 with --locale de',
      [],
    ],
    [
      'everything else',
      'prefix,rate,increments,currency\n1,0.01,6/6,USD\n*,0.99,60/60,USD\n',
      [],
      'nothing is unlikely',
      ['', '1'],
    ],
    [
      'everything else twice',
      'prefix,rate,increments,currency\nDefault,0.99,60/60,USD\nothers,0.98,60/60,USD\n',
      [],
      'prefix * is a duplicate of the one in line 2',
      [],
    ],
    [
      'a peak price alone',
      'code,peak,off peak,increments,currency\n44,0.02,,1/1,GBP\n',
      ['--peak', '08:00-18:00'],
      ':2: the off-peak price is missing',
      [],
    ],
    [
      'no peak that is one',
      'code,peak,off peak,increments,currency\n44,0.02,0.01,1/1,GBP\n',
      ['--peak', 'daytime'],
      '--peak: "daytime" is not a time of the week',
      [],
    ],
  ];
  it.each(kinds)('%s', async (_what, content, options, says, prefixes) => {
    const { err } = await cases.rates('import', await cases.file(content), ...options);
    expect(err).toContain(says);
    const found: string[] = [];
    for await (const rates of cases.store().exportRates('default')) found.push(...rates.map(({ prefix }) => prefix));
    expect(found).toEqual(prefixes);
  });

  it('closed codes and peak rates are exported as they are imported again', async () => {
    const content =
      'code,peak,off peak,increments,currency,grace,status\n44,0.02,0.01,1/1,GBP,5,\n447,,,,GBP,,closed\n*,0.5,0.4,1/1,GBP,,\n';
    const peak = ['--peak', 'Mon-Fri 08:00-18:00'];
    expect((await cases.rates('import', await cases.file(content), ...peak)).code).toBe(0);
    const { out } = await cases.rates('export');
    const again = await cases.rates('import', await cases.file(out), '--dry-run');
    expect(again.out).toBe('No problems. Changes to default: 0 added, 0 changed, 0 removed, 5 unchanged\n');
    expect((await cases.rates('tables')).out).toContain('peak Mon-Fri 08:00-18:00 (UTC)');
    const shown = (await cases.rates('explain', '011442079460000', '--at', '2026-06-02T12:00Z')).out;
    expect(shown).toContain('Because: longest prefix, peak at that time');
    expect(shown).toContain('0.01/min off-peak, 1/1, nothing up to 5 s: for off-peak calls alone');
    expect((await cases.rates('explain', '011447911123456')).out).toContain('Closed:  calls to it are refused');
    expect(await cases.rates('import', await cases.file(content), '--peak', '09:00-17:00')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('--peak: the table has Mon-Fri 08:00-18:00') },
    });
  });
});

describe('the history of a table', () => {
  it('lists its versions, and goes back to any', async () => {
    expect(await cases.rates('history')).toMatchObject({ code: 1, err: 'There are no rates yet.\n' });
    await cases.rates(
      'import',
      await cases.file(`${head}44,UK,0.01,60/60,USD\n49,Germany,0.02,60/60,USD\n`, 'one.csv'),
    );
    await cases.rates('import', await cases.file(`${head}44,UK,0.03,60/60,USD\n`, 'two.csv'), '--amend');
    const listed = (await cases.rates('history')).out.split('\n');
    expect(listed[1]).toMatch(/^2 +\S+ +2 +two\.csv +in force$/);
    expect(listed[2]).toMatch(/^1 +\S+ +2 +one\.csv/);
    expect((await cases.rates('export', '--version', '1')).out).toContain('44,UK,0.01,');

    const dry = await cases.rates('restore', '1', '--dry-run');
    expect(dry.out).toContain(
      'Changes to default: 0 added, 1 changed, 0 removed, 1 unchanged\n~ 44 UK: 0.03/min, 60/60 -> 0.01/min',
    );
    const back = await cases.rates('restore', '1');
    expect(back.out).toContain('default, version 3, as version 1 was: 0 added, 1 changed, 0 removed, 1 unchanged\n');
    expect((await cases.rates('export')).out).toBe((await cases.rates('export', '--version', '1')).out);
    expect((await cases.rates('restore', '2')).code).toBe(0);
    expect((await cases.rates('history')).out).toMatch(/4 .*version 2, two\.csv +in force\n3 .*version 1, one\.csv/);
  });

  it.each([
    [['restore'], 'expected one VERSION'],
    [['restore', '9'], 'default has no version 9: "billing-codes rates history" lists those that are there'],
    [['restore', '1'], 'version 1 is in force already'],
    [['export', '--version', '9'], 'default has no version 9'],
  ])('refuses %j', async (args, why) => {
    await cases.rates('import', await cases.file(`${head}44,UK,0.01,60/60,USD\n`));
    const { code, err } = await cases.rates(...args);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });
});

describe('dates of a workbook', () => {
  const rates = (...dates: (string | number)[]) =>
    row(1, 'prefix', 'name', 'price', 'valid from') +
    dates
      .map((date, at) =>
        typeof date === 'string'
          ? row(at + 2, 44 + at, 'x', 0.01, date)
          : row(at + 2, 44 + at, 'x', 0.01).replace('</row>', `<c r="D${at + 2}" s="1"><v>${date}</v></c></row>`),
      )
      .join('');
  const options = ['--currency', 'USD', '--increments', '1/1'];
  const opened = (...dates: (string | number)[]) =>
    cases.file(workbook({ sheets: { Rates: rates(...dates) }, formats: [0, 14] }), 'rates.xlsx');

  it('are refused where a spreadsheet has taken some of them for days of another month', async () => {
    // 1 April 2027 as a date, which may have been typed as 04/01/2027, with the day first.
    const name = await opened(46478, '23/03/2027');
    const { code, err } = await cases.rates('import', name, ...options);
    expect(code).toBe(2);
    expect(err).toContain(
      ':2: valid from: "2027-04-01" is a date, and "23/03/2027" in line 3 was left as text: a spreadsheet may have taken the day for the month',
    );
    expect(await cases.rates('import', name, ...options, '--dates', 'day-first')).toMatchObject({ code: 0 });
  });

  it('are taken where they are all dates, or cannot be two', async () => {
    expect(await cases.rates('import', await opened(46478, 46469), ...options)).toMatchObject({ code: 0 });
    expect((await cases.rates('import', await opened(46469, '23/03/2027'), ...options)).code).toBe(0);
  });
});

describe('a mapping', () => {
  it('keeps how a carrier’s files are read', async () => {
    const saved = await cases.rates(
      ...['import', join(folder, 'rates-peak.csv'), '--currency', 'EUR', '--increments', '1/1', '--locale', 'de'],
      ...['--price-column', 'Peak', '--save-mapping', 'Example', '--dry-run'],
    );
    expect(saved).toMatchObject({ code: 0, err: expect.stringContaining('Saved how the file is read: ') });
    expect(await importCase('rates-peak.csv', '--mapping', 'Example')).toMatchObject({
      code: 0,
      rates: ['355 Albania 67100 1000/1000'],
    });
    const cheaper = await importCase('rates-peak.csv', '--mapping', 'Example', '--price-column', 'Off peak');
    expect(cheaper.rates).toEqual(['355 Albania 51200 1000/1000']);
  });

  it.each([
    ['none', null, '--mapping X: cannot read .*: there is none: make it with --save-mapping'],
    ['no JSON', 'increments: 1/1', 'is not JSON'],
    ['an unknown option', '{"increment": "1/1"}', 'unknown option "increment"; the options are: currency, increments'],
    ['another kind of value', '{"ignore": "Comment"}', '"ignore" must be a list of texts'],
    ['a wrong value', '{"increments": "60/0"}', '--increments: the next increment is 0'],
  ])('is refused with %s', async (_what, json, why) => {
    if (json !== null)
      await cases.rates('import', join(folder, 'rates-amendment.csv'), '--save-mapping', 'X', '--dry-run');
    if (json !== null) await cases.file(json, join('rate-mappings', 'X.json'));
    const { code, err } = await cases.rates('import', join(folder, 'rates-amendment.csv'), '--mapping', 'X');
    expect(code).toBe(2);
    expect(err).toMatch(new RegExp(why));
    expect((await cases.rates('import', 'x', '--mapping', '../X')).err).toContain('is not a name');
  });
});
