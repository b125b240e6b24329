import { describe, expect, it } from '@jest/globals';
import { ratesOnLocalStore } from './rates-harness.ts';

const { rates, file } = ratesOnLocalStore();

/** Imports a deck, and answers its lines as an export has them: prefix, name, price and increments. */
async function imported(deck: string, ...options: string[]): Promise<string[]> {
  const said = await rates('import', await file(deck), '--currency', 'USD', ...options);
  expect(said).toMatchObject({ code: 0 });
  const { out } = await rates('export');
  const lines = out.trim().split('\n').slice(1);
  return lines.map((line) =>
    line
      .split(',')
      .filter((_, at) => [0, 1, 2, 4].includes(at))
      .join(' '),
  );
}

async function refusedFor(deck: string, ...options: string[]): Promise<string> {
  const { code, out, err } = await rates('import', await file(deck), '--currency', 'USD', ...options);
  expect(code).toBe(2);
  return `${out}${err}`;
}

describe('a price in another unit', () => {
  it.each([
    ['Price per second', '0.000083', '0.00498'],
    ['Rate per sec (USD)', '0.0002', '0.012'],
    ['Rate/sec', '0.00008333', '0.005'],
    ['USD/sec', '0.0001', '0.006'],
    ['Rate (cents/min)', '0.83', '0.0083'],
    ['Pence per minute', '12', '0.12'],
    ['¢/min', '2.5', '0.025'],
    ['Preis in ct/min', '0.99', '0.0099'],
    ['Price (US cents per second)', '0.05', '0.03'],
    ['USD/min', '0.83', '0.83'],
    ['Rate per minute, per second billing', '0.83', '0.83'],
  ])('that its column names, %s, becomes one of whole units a minute: %s is %s', async (name, price, expected) => {
    const map = name.includes('billing') ? ['--map', `${name}=price`] : [];
    const deck = `Prefix,Name,"${name}",Increment\n44,UK,${price},1/1\n`;
    expect(await imported(deck, ...map)).toEqual([`44 UK ${expected} 1/1`]);
  });

  it('is never mapped to one a minute as it stands', async () => {
    const deck = 'Prefix,Name,Sell/sec,Increment\n44,UK,0.0001,1/1\n';
    expect(await imported(deck, '--map', 'Sell/sec=price')).toEqual(['44 UK 0.006 1/1']);
  });

  it('is said', async () => {
    const { err, out } = await rates(
      'import',
      await file('Prefix,Rate/sec,Increment\n44,0.0001,1/1\n'),
      '--currency',
      'USD',
    );
    expect(`${out}${err}`).toContain('a minute is 60 times what it says for a second');
  });

  it('is no minimum: USD/min beside Min (USD)', async () => {
    expect(await imported('Prefix,Name,USD/min,Min (USD),Inc\n44,UK,0.02,0.01,6/6\n')).toEqual(['44 UK 0.02 6/6']);
  });
});

describe('a code without a price', () => {
  const deck = 'Prefix,Name,Rate,Increments\n44,UK,0.02,1/1\n247,Ascension,N/A,1/1\n6721,Antarctica,-,1/1\n';

  it('is refused with both ways to go on, and closed or left out as somebody says', async () => {
    const said = await refusedFor(deck);
    expect(said).toContain('the price is "N/A": leave codes without a price out with --unpriced leave-out');
    expect(said).toContain('--unpriced closed');
    expect(await imported(deck, '--unpriced', 'leave-out')).toEqual(['44 UK 0.02 1/1']);
    await imported(deck, '--unpriced', 'closed');
    expect((await rates('export')).out).toMatch(/^247,Ascension,0,0,1\/1,0,USD,,,,0,closed,$/m);
  });

  it.each(['n/a', 'N.A.', '–', 'TBA', 'on request', ''])('may say so as %j', async (text) => {
    const one = `Prefix,Name,Rate,Increments\n44,UK,0.02,1/1\n247,Ascension,${text},1/1\n`;
    expect(await imported(one, '--unpriced', 'leave-out')).toEqual(['44 UK 0.02 1/1']);
  });
});

describe('a price of nothing, and one far from all others', () => {
  it('is asked about, unless the numbers are free anyway', async () => {
    const deck = 'Prefix,Name,Rate,Increments\n44,UK,0,1/1\n49,Germany,0.02,1/1\n1800,Toll free,0,1/1\n';
    const said = await refusedFor(deck);
    expect(said).toContain('44 at 0 a minute, so that calls cost nothing');
    expect(said).not.toContain('1800 at 0');
    expect(said).toContain('--confirm price');
  });

  it('is asked about where it is the only one of its country', async () => {
    const lines = ['1,USA,0.01', '49,Germany,0.02', '33,France,0.02', '34,Spain,0.03', '44,United Kingdom,12'];
    const deck = `Prefix,Name,Rate\n${lines.join('\n')}\n`;
    const said = await refusedFor(deck, '--increments', '1/1');
    expect(said).toContain('44 at 12 in a file of about 0.02');
    expect(await imported(deck, '--increments', '1/1', '--confirm', 'price')).toContain('44 United Kingdom 12 1/1');
  });
});

describe('dates and amounts as people write them', () => {
  it.each([
    'December 1st, 2026',
    'Tuesday, December 1, 2026',
    '1st of December 2026',
    'Dec 1 2026 12:00AM',
    '1 Dec 2026 00:00:00',
    '20261201',
  ])('%s is a day', async (text) => {
    await imported(`Prefix,Rate,Increments,Effective Date\n44,0.02,1/1,"${text}"\n`);
    expect((await rates('export')).out).toContain(',2026-12-01T00:00:00.000Z,');
  });

  it.each(['31/12/9999', '9999-12-31', '12/31/9999 00:00', '31-Dec-9999'])('an end of %s is none', async (text) => {
    await imported(`Prefix,Rate,Increments,Effective Date,End Date\n44,0.02,1/1,2026-12-01,${text}\n`);
    expect((await rates('export')).out).toContain(',2026-12-01T00:00:00.000Z,,');
  });

  it('takes the code of the currency before or behind an amount, if it is the right one', async () => {
    const deck = 'Prefix,Name,Rate,Increments\n44,UK,0.0120 USD,1/1\n49,Germany,USD 0.03,1/1\n';
    expect(await imported(deck)).toEqual(['44 UK 0.012 1/1', '49 Germany 0.03 1/1']);
    expect(await refusedFor('Prefix,Rate,Increments\n44,0.0120 EUR,1/1\n')).toContain(
      'has the sign EUR, but the table is in USD',
    );
  });

  it('takes what a spreadsheet was told to keep as text', async () => {
    const deck = `Prefix,Name,Rate,Increments\n"=""39""",Italy,0.02,"=""30/6"""\n'34,Spain,0.03,1/1\n`;
    expect(await imported(deck)).toEqual(['34 Spain 0.03 1/1', '39 Italy 0.02 30/6']);
  });

  it('knows increments that a spreadsheet took for a date', async () => {
    expect(await refusedFor('Prefix,Rate,Increments\n44,0.02,30-Jun\n')).toContain(
      'a spreadsheet has made one of 1/1, 30/6',
    );
  });
});
