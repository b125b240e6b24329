import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { closedRecord, plainAccount } from '../store/records.ts';
import { ratesOnLocalStore } from './rates-harness.ts';

const { rates, file, store: storeOf } = ratesOnLocalStore();

const carrier = `\uFEFFCode;Destination;Rate USD;Setup Fee;Billing Increments;Effective Date\r
"1";USA;0.02;0;60/60;\r
"1801, 1385";"Utah; all";0.12;0.05;30/6;\r
44;United Kingdom;0.03;0;1/1;2026-01-01\r
44;United Kingdom;0.04;0;1/1;2026-07-01\r
`;

describe('rates import', () => {
  it('takes a carrier’s file as it is, and exports what it can read again', async () => {
    const imported = await rates('import', await file(carrier));
    expect(imported).toEqual({
      code: 0,
      out: 'default, version 1: 5 added, 0 changed, 0 removed, 0 unchanged\n',
      err:
        'Checked: 4 prefixes in 2 countries, 0.02 to 0.12 a minute; nothing is unlikely\n' +
        'What a call costs is rounded half-up to 0.01 USD. To keep smaller fractions: billing-codes rates set "default" --rounding-unit 0.0001\n',
    });
    const exported = await rates('export');
    expect(exported.out)
      .toBe(`prefix,destination,price,connect fee,increments,minimum charge,currency,valid from,valid until,scope,grace seconds,status,tiers
1,USA,0.02,0,60/60,0,USD,,,,0,,
1385,"Utah; all",0.12,0.05,30/6,0,USD,,,,0,,
1801,"Utah; all",0.12,0.05,30/6,0,USD,,,,0,,
44,United Kingdom,0.03,0,1/1,0,USD,2026-01-01T00:00:00.000Z,,,0,,
44,United Kingdom,0.04,0,1/1,0,USD,2026-07-01T00:00:00.000Z,,,0,,
`);
    const again = await rates('import', await file(exported.out), '--dry-run');
    expect(again.out).toBe('No problems. Changes to default: 0 added, 0 changed, 0 removed, 5 unchanged\n');
    expect((await rates('tables')).out).toContain('default  default  5      USD, half-up to 0.01  1        rates.csv');
  });

  it('exports a valid-until date so that it means the same when read again', async () => {
    await rates('import', await file('code,rate USD,increments,valid until\n1,1,1/1,2026-12-31\n'));
    const { out } = await rates('export');
    expect(out).toContain('2027-01-01T00:00:00.000Z');
    expect((await rates('import', await file(out), '--dry-run')).out).toContain('0 changed');
  });

  it('shows what a file would change, also from a given day on', async () => {
    await rates('import', await file(carrier));
    const next = await file('code,destination,rate,increments\n1,USA,0.03,60/60\n7,Russia,0.1,60/60\n');
    const dry = await rates('import', next, '--dry-run');
    expect(dry).toMatchObject({ code: 0, err: expect.stringContaining('--confirm coverage,removed is needed') });
    expect(dry.out.split('\n')).toEqual([
      'No problems. Changes to default: 1 added, 1 changed, 4 removed, 0 unchanged',
      '+ 7 Russia: 0.10/min, 60/60',
      '~ 1 USA: 0.02/min, 60/60 -> 0.03/min, 60/60',
      '- 1385 Utah; all: 0.12/min, 0.05 connect, 30/6',
      '- 1801 Utah; all: 0.12/min, 0.05 connect, 30/6',
      '- 44 United Kingdom: 0.03/min, 1/1, from 2026-01-01',
      '- 44 United Kingdom: 0.04/min, 1/1, from 2026-07-01',
      '',
    ]);
    await rates('import', next, '--from', '2026-08-01', '--confirm', 'coverage,removed');
    expect((await rates('explain', '12125550100', '--at', '2026-07-31')).out).toContain('0.02/min');
    expect((await rates('explain', '12125550100', '--at', '2026-08-01')).out).toContain('0.03/min');
    expect((await rates('explain', '18015550100', '--at', '2026-07-31')).out).toContain('0.12/min');
  });

  it('reports every bad line, and imports nothing', async () => {
    await rates('import', await file(carrier));
    const bad = await file(
      'code,destination,rate,increments,currency\n1,A,"1,5",60/60,USD\n44,B,-1,60/60,USD\n44,C,1,60/60,USD\n44,D,1,60/60,USD\n7,E,1,60/60,XYZ\n',
    );
    const { code, out, err } = await rates('import', bad);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replaceAll(bad, 'F').split('\n')).toEqual([
      'F:2: price "1,5" has a comma: it is 1.5 with --decimal-comma or --locale de',
      'F:3: price "-1" is negative',
      'F:5: prefix 44 is a duplicate of the one in line 4',
      'F:6: unknown currency "XYZ": use the code of ISO 4217, e.g. USD',
      'Nothing was imported: 4 problems.',
      '',
    ]);
    expect((await storeOf().listRateTables())[0]).toMatchObject({ version: 1, rates: 5 });
  });

  it.each([
    ['', 'the file is empty: it needs a header row'],
    ['code,rate,increments\n', 'the file contains no rates'],
    ['code,rate\n1,1\n', 'there is no billing increments column'],
    ['code,rate,increments,Wobble\n1,1,1/1,x\n', 'unknown column "Wobble": leave it out with --ignore "Wobble"'],
  ])('refuses %j', async (content, why) => {
    const { code, err } = await rates('import', await file(content), '--currency', 'USD');
    expect(code).toBe(2);
    expect(err).toContain(why);
  });

  it('reads decimal commas, takes increments and ignores columns when told to', async () => {
    const name = await file('code;rate;Comment\n1;0,02;x\n');
    const options = ['--currency', 'EUR', '--increments', '1/1', '--decimal-comma', '--ignore', 'comment'];
    expect((await rates('import', name, ...options, '--table', 'Euro')).code).toBe(0);
    expect((await rates('export', '--table', 'euro')).out).toContain('1,,0.02,0,1/1,0,EUR,,');
  });

  it.each([
    [['import'], 'expected one FILE'],
    [['import', '/does/not/exist.csv'], 'cannot read /does/not/exist.csv'],
    [['import', tmpdir()], 'it is a folder'],
    [['import', 'x.csv', '--currency', 'dollars'], 'not in ISO 4217'],
    [['import', 'x.csv', '--increments', '60/0'], '--increments'],
    [['import', 'x.csv', '--from', '1.2.2026'], '--from'],
    [['import', 'x.csv', '--tabel', 'x'], 'tabel'],
    [['set', 'x', '--markup', '-1'], '--markup'],
    [['set', 'x', '--rounding', 'nearest'], '--rounding: it must be one of half-up'],
    [['set', 'x', '--rounding-unit', '0'], '--rounding-unit'],
    [['set', 'x'], 'needs a currency'],
    [['assign', 'x'], '--account CODE or --department NAME'],
    [['unassign', 'x', '--account', '1'], 'takes no table'],
    [['explain', '99'], 'not a number in the dial plan'],
    [['explain', '18015550100', '--seconds', '1,5'], '--seconds'],
    [['explain', '18015550100', '--account', '1'], 'no account has this code'],
    [['rerate', '--since', '2026-02-01', '--until', '2026-01-01'], '--since must be before'],
    [['rerate'], 'are required'],
    [['undo', 'x'], 'not the ID'],
    [['undo', '5'], 'There is no re-rating 5'],
    [['frobnicate'], 'unknown command'],
  ])('refuses %j', async (args, why) => {
    const { code, out, err } = await rates(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(why);
  });
});

describe('rates explain', () => {
  it('shows the rate, why it was chosen, and the price', async () => {
    await rates('import', await file(carrier));
    const { code, out } = await rates('explain', '1 (801) 642-4655', '--seconds', '18');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'Number:  18016424655 = +18016424655, national, at 2026-06-01',
      'Table:   default (USD, half-up to 0.01), the default',
      expect.stringMatching(/^Rate: {4}1801 Utah; all: 0\.12\/min, 0\.05 connect, 30\/6 \(id \d+, version 1\)$/),
      'Because: longest prefix',
      '  not    1 USA: 0.02/min, 60/60: shorter prefix',
      'Price:   18 s → 1×30 s first + 0×6 s × 0.12/min + 0.05 connect = 0.11',
      'Charge:  0.11 USD',
      '',
    ]);
  });

  it('says why there is no price, and distinguishes that from free', async () => {
    expect(await rates('explain', '18015550100')).toMatchObject({
      code: 1,
      out: expect.stringContaining('no rate table'),
    });
    await rates('import', await file(carrier));
    const unrated = await rates('explain', '011 33 1 23 45 67 89');
    expect(unrated).toMatchObject({ code: 1, out: expect.stringContaining('Charge:  unrated: no rate\n') });
    expect(await rates('explain', '8005550100')).toMatchObject({
      code: 0,
      out: expect.stringContaining('free: its call type'),
    });
    expect((await rates('explain', '011442071234567', '--at', '2026-07-02')).out).toContain('and of those the newest');
    expect((await rates('explain', '011442071234567')).out).toContain('from 2026-07-01: not valid at that time');
    const json: unknown = JSON.parse((await rates('explain', '18015550100', '--json')).out);
    expect(json).toMatchObject({ rate: { prefix: '1801' }, price: { kind: 'priced', chargeMicros: 170_000 } });
  });

  it('takes the account’s table, with its markup', async () => {
    await storeOf().addAccount({ ...plainAccount('77'), department: 'Legal' });
    const name = await file(carrier);
    for (const table of ['default', 'legal', 'special']) await rates('import', name, '--table', table);
    await rates('set', 'special', '--markup', '12.5%', '--markup-per-call', '0.02', '--rounding-unit', '0.01');
    await rates('assign', 'legal', '--department', 'Legal');
    expect((await rates('explain', '18016424655', '--account', '77')).out).toContain("the department's");
    expect((await rates('assign', 'special', '--account', '77')).out).toBe(
      'The account now uses the rate table special.\n',
    );
    const { out } = await rates('explain', '18016424655', '--account', '77', '--seconds', '18');
    expect(out).toContain("special (USD, half-up to 0.01, + 12.5 %, + 0.02 a call), the account's");
    expect(out).toContain('Charge:  0.14 USD');
    expect((await rates('tables')).out).toMatch(/special +1 account +5/);
    await rates('unassign', '--account', '77');
    expect((await rates('explain', '18016424655', '--account', '77')).out).toContain("the department's");
  });
});

describe('rates rerate', () => {
  it('shows old price, new price and difference, and undoes the change', async () => {
    await rates('import', await file('code,rate USD,increments\n1801,0.60,1/1\n'));
    await storeOf().save(closedRecord('call-1', { billableMs: 10_000 }));
    await rates('import', await file('code,rate USD,increments\n1801,0.54,1/1\n'));
    const period = ['--since', '2026-01-01', '--until', '2026-02-01'];
    const shown =
      'call-1  0.10 USD -> 0.09 USD  (-0.01 USD)\nCharges of these calls: 0.10 USD -> 0.09 USD (-0.01 USD)\n';
    expect((await rates('rerate', ...period, '--dry-run')).out).toBe(`${shown}Would change 1 of 1 answered calls.\n`);
    expect((await rates('rerate', ...period)).out).toBe(
      `${shown}Re-rating 1 changed 1 of 1 answered calls. To undo it: billing-codes rates undo 1\n`,
    );
    expect((await rates('rerate', ...period)).out).toBe('No prices change: 1 answered calls checked.\n');
    expect((await rates('undo', '1')).out).toContain('call-1  0.09 USD -> 0.10 USD  (+0.01 USD)');
    expect((await rates('reratings')).out).toMatch(/2 .* anna +undoes 1\n1 .* anna +undone/);
  });
});

describe('rates rerate of prices that depend on a month', () => {
  it('says that what it shows is not yet by the place of each call in the month', async () => {
    await rates('import', await file('code,rate USD,increments\n1801,0.60,60/60\n'));
    for (const at of [1, 2]) await storeOf().save(closedRecord(`call-${at}`, { billableMs: 60_000 }));
    await rates('import', await file('code,rate USD,increments,tiers\n1801,0.50,60/60,1:0.10\n'));
    const period = ['--since', '2026-01-01', '--until', '2026-02-01'];
    const foreseen = await rates('rerate', ...period, '--dry-run');
    expect(foreseen.out).toContain('2 calls of these have prices by free minutes or tiers of a month');
    expect(foreseen.out).toContain('may change as well.');
    const made = await rates('rerate', ...period);
    expect(made.out).toContain('Each has now been given its place');
    expect((await rates('rerate', ...period)).out).toBe('No prices change: 2 answered calls checked.\n');
    // Both were shown with the price of the first minute.
    await rates('import', await file('code,rate USD,increments\n1801,0.60,60/60\n'));
    expect((await rates('rerate', ...period)).out).toContain('0.10 USD -> 0.60 USD');
  });
});

it('prints help', async () => {
  expect(await rates('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage: billing-codes rates') });
  expect((await rates()).code).toBe(2);
});
