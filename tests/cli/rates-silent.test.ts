import { describe, expect, it } from '@jest/globals';
import { row, workbook } from '../spreadsheet/workbooks.ts';
import { ratesOnLocalStore } from './rates-harness.ts';

/** What once became a wrong price without a word. Each is read right, or refused or asked with what decides. */

const { rates, file } = ratesOnLocalStore();

type Deck = string | Uint8Array;

async function taken(deck: Deck, ...options: string[]): Promise<string[]> {
  const said = await rates('import', await file(deck), '--currency', 'USD', ...options);
  expect(said).toMatchObject({ code: 0 });
  const lines = (await rates('export')).out.trim().split('\n').slice(1);
  return lines.map((line) => line.split(',').slice(0, 5).join(' '));
}

async function refused(deck: Deck, ...options: string[]): Promise<string> {
  const { code, out, err } = await rates('import', await file(deck), '--currency', 'USD', ...options);
  expect(code).toBe(2);
  return `${out}${err}`;
}

describe('a price for another time than a minute', () => {
  it.each([
    ['Rate per 6 sec', '0.002', '0.02', '10 times what it says for 6 seconds'],
    ['Price per 10 min', '0.2', '0.02', 'what it says for 600 seconds, divided by 10'],
    ['Price/10 min', '0.2', '0.02', 'divided by 10'],
    ['Rate per 60 sec', '0.02', '0.02', ''],
    ['Rate per hour', '1.2', '0.02', 'what it says for 3600 seconds, divided by 60'],
    ['Preis pro Stunde', '1.2', '0.02', 'divided by 60'],
    ['Rate per 90 sec', '0.03', '0.02', '60/90 of what it says for 90 seconds'],
    ['Rate (mills/min)', '20', '0.02', 'a thousandth of it'],
  ])('%s: %s is %s a minute, and that is said', async (name, price, expected, note) => {
    const deck = `Prefix,Name,${name},Increments\n44,UK,${price},6/6\n`;
    const said = await rates('import', await file(deck), '--currency', 'USD', '--dry-run');
    expect(said.err).toContain(note);
    expect(await taken(deck)).toEqual([`44 UK ${expected} 0 6/6`]);
    expect(await taken(deck, '--map', `${name}=price`)).toEqual([`44 UK ${expected} 0 6/6`]);
  });

  it('is none where the name only says how many minutes a price is for', async () => {
    const deck = 'Prefix,Name,Rate first 500 minutes,Increments\n44,UK,0.02,6/6\n';
    expect(await refused(deck)).toContain('unknown column');
  });

  it.each(['Setup (cents)', 'Connection fee in pence', 'Setup ¢'])('a fee in %s is a hundredth', async (name) => {
    const deck = `Prefix,Name,Rate,${name},Increments\n44,UK,0.02,5,60/60\n`;
    expect(await taken(deck, '--map', `${name}=connect fee`)).toEqual(['44 UK 0.02 0.05 60/60']);
  });

  it.each([
    ['Increment (min)', 'increments', '1'],
    ['Initial in minutes', 'increments', '1'],
    ['Pulse ms', 'increments', '60000'],
  ])('increments that a column %s gives in something else than seconds are refused', async (name, column, value) => {
    const deck = `Prefix,Name,Rate,${name}\n44,UK,0.02,${value}\n`;
    expect(await refused(deck, '--map', `${name}=${column}`)).toContain('is not in seconds, by its name');
  });
});

describe('what is unlikely is asked about', () => {
  it.each([
    ['60000/60000', '', 'increments of 60000/60000 seconds'],
    ['0.001/0.001', '', 'increments of 0.001/0.001 seconds'],
    ['60/60', '3000', '3000 seconds of grace'],
  ])('increments %s, grace %s: they may be in another unit', async (increments, grace, said) => {
    const deck = `Prefix,Name,Rate,Increments,Grace\n44,UK,0.02,${increments},${grace}\n49,Germany,0.02,1/1,\n`;
    expect(await refused(deck)).toMatch(new RegExp(`increments: .*44 UK: ${said}.*--confirm increments`, 's'));
    expect(await taken(deck, '--confirm', 'increments')).toHaveLength(2);
  });

  it('a connect fee and a minimum charge that no price of the file comes near', async () => {
    const deck = 'Prefix,Name,Rate,Setup,Min Charge,Increments\n44,UK,0.02,50,,60/60\n49,Germany,0.02,,90,60/60\n';
    const said = await refused(deck);
    expect(said).toContain('44 with a connect fee of 50 in a file of about 0.02 a minute');
    expect(said).toContain('49 with a minimum charge of 90 in');
    expect(await taken(deck, '--confirm', 'price')).toHaveLength(2);
  });

  it.each([
    ['All rates in EUR and exclusive of VAT', 'names EUR, and the rates are in USD'],
    ['Alle Preise in Euro', 'names EUR, and the rates are in USD'],
    ['Prices in US cents per minute', 'says cents'],
    ['Rates per second', 'names a time that a price is for'],
    ['Price per 10 minutes', 'names a time that a price is for'],
    ['Rates effective 1 December 2026', 'names a date, and the rates have none: --from'],
    ['Gültig ab 01.12.2026', 'names a date'],
  ])('a line outside of the table that says otherwise: %s', async (text, why) => {
    for (const deck of [
      `"${text}",,,\nPrefix,Name,Rate,Increments\n44,UK,0.02,1/1\n`,
      `Prefix,Name,Rate,Increments\n44,UK,0.02,1/1\n"${text}",,,\n49,Germany,0.02,1/1\n`,
    ]) {
      const said = await refused(deck);
      expect(said).toContain(why);
      expect(said).toContain('--confirm remarks');
      expect((await taken(deck, '--confirm', 'remarks')).length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['Rates in USD, billed per second', ''],
    ['Rates effective 1 December 2026', '--from'],
    ['Please contact rates@example.org, tel. +44 20 7946 0000', ''],
  ])('but not a line that says the same, or nothing: %s', async (text, option) => {
    const deck = `"${text}",,,\nPrefix,Name,Rate,Increments\n44,UK,0.02,1/1\n`;
    expect(await taken(deck, ...(option === '' ? [] : [option, '2026-12-01']))).toHaveLength(1);
  });
});

describe('a line below the table', () => {
  it.each(['Total', 'TOTALS:', 'Grand total', 'Average', 'Durchschnitt', 'Summe', 'Count'])(
    'with a sum, %s, is no rate for the number that stands there',
    async (word) => {
      const deck = `Prefix,Destination,Rate,Increments\n44,UK,0.02,1/1\n49,Germany,0.03,1/1\n234,${word},0.05,1/1\n`;
      expect(await refused(deck)).toContain(`line may be a sum of the others ("${word}")`);
    },
  );
});

describe('a line that has no prefix, and sums up the others', () => {
  it.each([
    'Total,,0.05,',
    ',Total,0.05,',
    'Total,2 rates,0.05,',
    'Sub-total:,,0.05,',
    ',Total Europe,0.05,',
    'Grand total,Average,0.025,1/1',
  ])('is left out, and said: %s', async (line) => {
    const deck = `Prefix,Destination,Rate,Increments\n44,UK,0.02,1/1\n${line}\n49,Germany,0.03,1/1\n${line}\n`;
    expect(await taken(deck)).toEqual(['44 UK 0.02 0 1/1', '49 Germany 0.03 0 1/1']);
    const { err } = await rates('import', await file(deck), '--currency', 'USD', '--dry-run');
    expect(err).toMatch(/a sum of the others, left out: line 3 ".+", line 5 "/);
  });

  it.each([
    ['Totally Cheap,UK,0.02,1/1', 'is not made up of digits'],
    [',Totaler,0.02,1/1', 'the prefix is missing'],
  ])('but none of another name: %s', async (line, why) => {
    expect(await refused(`Prefix,Destination,Rate,Increments\n44,UK,0.02,1/1\n${line}\n`)).toContain(why);
  });
});

describe('a second table in a file', () => {
  it('with its columns in another order is refused with what to do', async () => {
    const deck = 'Prefix,Name,Rate,Increments\n44,UK,0.02,1/1\nName,Prefix,Increments,Rate\nGermany,49,1/1,0.03\n';
    expect(await refused(deck)).toContain(':3: other columns than in line 1: import this table from a file of its own');
  });
});

describe('area codes that a column of names holds', () => {
  it('are no names', async () => {
    const deck = 'Country,Code,Area,Rate\nGermany,49,151,0.12\nUK,44,20,0.01\n';
    const said = await refused(deck, '--increments', '60/60');
    expect(said).toContain('--map "Area=area code" --map "Code=country code"');
    expect(said).toContain('--map "Area=destination"');
    const map = ['--map', 'Area=area code', '--map', 'Code=country code'];
    const asCodes = await taken(deck, '--increments', '60/60', ...map, '--confirm', 'price');
    expect(asCodes).toEqual(['4420 UK 0.01 0 60/60', '49151 Germany 0.12 0 60/60']);
    const asNames = ['--map', 'Area=destination', '--confirm', 'price,coverage,removed'];
    expect(await taken(deck, '--increments', '60/60', ...asNames)).toHaveLength(2);
  });

  it.each([
    ['Country;CC;Area;Rate\nGermany;49;30;0.02\n', '--map "Area=area code", or a name'],
    ['Country;Code;Area;Rate\nUK;44;7;0.02\n', '--map "Area=area code" --map "Code=country code"'],
    ['Land;Vorwahl;Rate\n49;30;0.02\n', '--map "Land=country code" --map "Vorwahl=area code"'],
  ])('nor are they beside a country code, of one digit, or the country code itself: %j', async (deck, said) => {
    expect(await refused(deck, '--increments', '60/60')).toContain(said);
  });

  it('but numbers of zones are', async () => {
    expect(await taken('Prefix,Zone,Rate\n44,12,0.02\n49,13,0.02\n', '--increments', '1/1')).toHaveLength(2);
  });
});

describe('a message names what helps', () => {
  it.each([
    ['Prefix,Name,Rate,Increments\n91,India,"1,23,456.50",60/60\n', '123456.50 with --locale en-IN'],
    ['Prefix,Name,Rate,Increments,Valid From\n44,UK,0.02,60/60,46388\n', 'for 2027-01-01: format the column as a date'],
    ['Prefix,Name,Rate,Increments\n44,UK,0.02,1 min\n', 'are in minutes'],
    ['Prefix,Name,Current Rate,New Rate,Increments\n44,UK,0.01,0.02,60/60\n', '--price-column "New Rate"'],
  ])('%j', async (deck, said) => {
    expect(await refused(deck)).toContain(said);
  });

  it('and digits that a spreadsheet is told are a text are read', async () => {
    expect(await taken('Prefix,Name,Rate,Increments\n="44",UK,="0.02",60/60\n')).toEqual(['44 UK 0.02 0 60/60']);
  });
});

describe('a prefix with a decimal comma', () => {
  it.each([
    ['33,3', '33 and 3 with --prefix-list comma', 'dropped the last zeros'],
    ['44,0', '44 with --dot decimal', '44 and 0 with --prefix-list comma'],
  ])('%s may be a number', async (prefix, one, other) => {
    const said = await refused(`Prefix;Name;Rate\n${prefix};X;0,02\n`, '--decimal-comma', '--increments', '1/1');
    expect(said).toContain(one);
    expect(said).toContain(other);
  });

  it('is a number where that is said', async () => {
    const deck = 'Prefix;Name;Rate\n44,0;UK;0,02\n';
    const said = await taken(deck, '--decimal-comma', '--increments', '1/1', '--dot', 'decimal');
    expect(said).toEqual(['44 UK 0.02 0 1/1']);
  });

  it('is one in a workbook as well', async () => {
    const sheet = row(1, 'Prefix', 'Name', 'Rate') + row(2, 33.3, 'France', '0,02');
    const said = await refused(workbook({ sheets: { Rates: sheet } }), '--decimal-comma', '--increments', '1/1');
    expect(said).toContain('can be read in two ways');
  });
});

describe('a word in capitals in the name of a price', () => {
  it.each(['RATE ALL', 'TOP RATE', 'ALL RATE'])('is no currency of Albania or Tonga: %s', async (name) => {
    const deck = `PREFIX,NAME,${name},INC\n44,UK,0.02,60/60\n`;
    const { code, err } = await rates('import', await file(deck));
    expect(code).toBe(2);
    expect(err).toContain(`unknown column "${name}"`);
    expect(await taken(deck, '--map', `${name}=price`)).toHaveLength(1);
  });

  it.each(['RATE (ALL)', 'ALL/MIN'])('but is in brackets or before the minute: %s', async (name) => {
    expect((await rates('import', await file(`PREFIX,${name},INC\n44,0.02,60/60\n`))).code).toBe(0);
    expect((await rates('tables')).out).toContain('ALL');
  });
});

describe('a column called Rounding', () => {
  it('may hold decimals, or increments', async () => {
    expect(await refused('Prefix,Name,Rate,Rounding\n44,UK,0.02,4\n')).toContain('unknown column "Rounding"');
    expect(await taken('Prefix,Rate,Rounding\n44,0.02,6/6\n', '--map', 'Rounding=increments')).toHaveLength(1);
  });
});

describe('increments as people write them', () => {
  it.each([
    ['1+1', '1/1'],
    ['30-6', '30/6'],
    ['60 + 60', '60/60'],
    ['60s/1s', '60/1'],
  ])('%s is %s', async (text, expected) => {
    expect(await taken(`Prefix,Name,Rate,Increments\n44,UK,0.02,${text}\n`)).toEqual([`44 UK 0.02 0 ${expected}`]);
  });
});

describe('what a workbook shows beside a number', () => {
  const cell = (place: string, value: number, style = 0) => `<c r="${place}" s="${style}"><v>${value}</v></c>`;
  const text = (place: string, value: string) => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
  const head = row(1, 'Prefix', 'Name', 'Rate', 'Increments');
  const deck = (price: number, format: string | number, prefix = 44, ofPrefix: string | number = 0) =>
    workbook({
      formats: [0, format, ofPrefix],
      sheets: {
        Rates: `${head}<row r="2">${cell('A2', prefix, 2)}${text('B2', 'UK')}${cell('C2', price, 1)}${text('D2', '60/60')}</row>`,
      },
    });

  it.each([
    ['#,##0.00 "€"', 'has the sign €, but the table is in USD'],
    ['#,##0.0000\\ [$€-407]', 'has the sign €, but the table is in USD'],
    ['[$CHF-807] 0.00', 'has the sign CHF'],
    ['0.00%', 'is not a number'],
    [10, 'is not a number'],
    ['0.00 "kr"', 'has the sign kr'],
    ['[$₹-4009] 0.00', 'has the sign ₹'],
  ])('%s: another currency or unit is refused', async (format, why) => {
    expect(await refused(deck(0.02, format))).toContain(why);
  });

  it.each([
    '"$"#,##0.0000',
    '[$$-409]#,##0.00',
    '#,##0.0000 [$USD]',
    '_-* 0.0000_-;-* 0.0000_-',
    '[Red]0.000',
    'General',
  ])('its own one is taken: %s', async (format) => {
    expect(await taken(deck(0.02, format))).toEqual(['44 UK 0.02 0 60/60']);
  });

  it('in hundredths is read as shown, and that is said', async () => {
    const said = await rates('import', await file(deck(2, '0.00" ct"')), '--currency', 'USD', '--dry-run');
    expect(said.err).toContain('prices in the unit that their cell names: line 2 "2ct: a minute is a hundredth of it"');
    expect(await taken(deck(2, '0.00" ct"'))).toEqual(['44 UK 0.02 0 60/60']);
  });

  it('in thousands is read as shown', async () => {
    expect(await taken(deck(20, '0.000,'))).toEqual(['44 UK 0.02 0 60/60']);
  });

  it('before a prefix is part of it', async () => {
    expect(await taken(deck(0.02, 0, 20, '"44"0'))).toEqual(['4420 UK 0.02 0 60/60']);
    const removing = ['--confirm', 'coverage,removed'];
    expect(await taken(deck(0.02, 0, 44, '"+"0'), ...removing)).toEqual(['44 UK 0.02 0 60/60']);
  });

  it('a row that it hides is read or left out as somebody says', async () => {
    const hidden = `<row r="3" hidden="1">${cell('A3', 49)}${text('B3', 'Germany')}${cell('C3', 0.9)}${text('D3', '60/60')}</row>`;
    const bytes = workbook({ sheets: { Rates: head + row(2, 44, 'UK', 0.02, '60/60') + hidden } });
    const said = await refused(bytes);
    expect(said).toContain('FILE:3'.replace('FILE', ''));
    expect(said).toContain('--hidden-rows read');
    expect(said).toContain('--hidden-rows leave-out');
    expect(await taken(bytes, '--hidden-rows', 'leave-out')).toEqual(['44 UK 0.02 0 60/60']);
    expect(await taken(bytes, '--hidden-rows', 'read')).toHaveLength(2);
  });
});

describe('a number in groups', () => {
  it.each([
    ["1'234.50", '1234.50 with --locale de-CH'],
    ['1 234,50', '1234.50 with --locale fr'],
    ['1 234.50', '1234.50'],
  ])('%j names the option that reads it', async (text, reading) => {
    expect(await refused(`Prefix;Name;Rate;Inc\n44;UK;${text};1/1\n`)).toContain(reading);
  });
});
