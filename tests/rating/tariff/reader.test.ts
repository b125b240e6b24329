import { describe, expect, it } from '@jest/globals';
import { parseMoment } from '../../../src/directory/moment.ts';
import { formatIncrements, parseIncrements } from '../../../src/rating/increments.ts';
import { commaSigns } from '../../../src/rating/signs.ts';
import { plainColumns } from '../../../src/rating/tariff/columns.ts';
import { findTable } from '../../../src/rating/tariff/header.ts';
import { collectNotes, collectProblems, problemLines } from '../../../src/rating/tariff/problems.ts';
import { conflictOf } from '../../../src/rating/tariff/conflict.ts';
import { createTariffReader, plainOptions } from '../../../src/rating/tariff/reader.ts';
import type { TariffOptions } from '../../../src/rating/tariff/reader.ts';
import type { RateTerms } from '../../../src/rating/rate.ts';
import { plainTerms } from '../../support/rates.ts';

type Options = Partial<TariffOptions>;

/** Lines with `|` between the cells, the header first; answers the rates, or what is wrong as `line: why`. */
function read(lines: readonly string[], options: Options = {}) {
  const problems = collectProblems();
  const [header = '', ...rows] = lines;
  const cells = (line: string) => line.split('|');
  const all: TariffOptions = { ...plainOptions, currency: 'USD', parseMoment, ...options };
  const table = findTable([{ line: 1, cells: cells(header) }], all.columns, all.declared);
  if (!table.ok) for (const { line, error } of table.problem) problems.add(line, error);
  const reader = table.ok ? createTariffReader(table.value, all, new Map(), { problems, notes: collectNotes() }) : null;
  const rates = rows.flatMap((row, index) => reader?.read(index + 2, cells(row)) ?? []);
  return {
    rates,
    problems: problems.list().map(({ line, error }) => `${line}: ${error}`),
    currency: reader?.currency() ?? null,
  };
}

const plain: RateTerms = {
  prefix: '44',
  ...plainTerms,
  destination: '',
  connectFeeMicros: 0,
  priceMicros: 12_500,
  firstIncrementMs: 60_000,
  nextIncrementMs: 60_000,
  minimumChargeMicros: 0,
  validFromMs: null,
  validUntilMs: null,
};

describe('carriers’ files', () => {
  it('may have every column', () => {
    const { rates, problems } = read([
      'Dial Code|Destination|Rate (USD/min)|Setup Fee|Billing Increments|Min Charge|Currency|Effective Date|End Date',
      '+44 20|United Kingdom - London|0.0125|0.05|30/6|0.02|USD|2026-01-01|2026-12-31',
    ]);
    expect(problems).toEqual([]);
    expect(rates).toEqual([
      {
        prefix: '4420',
        ...plainTerms,
        destination: 'United Kingdom - London',
        connectFeeMicros: 50_000,
        priceMicros: 12_500,
        firstIncrementMs: 30_000,
        nextIncrementMs: 6_000,
        minimumChargeMicros: 20_000,
        validFromMs: Date.UTC(2026, 0, 1),
        // The last day is meant whole.
        validUntilMs: Date.UTC(2027, 0, 1),
      },
    ]);
  });

  it.each<[string, string[], Options, Partial<RateTerms>[]]>([
    ['the fewest columns', ['prefix|price', '44|0.0125'], { increments: plain }, [{}]],
    [
      'several prefixes in one field',
      ['codes|price|increments', '44,4420; 4421|0.0125|60/60'],
      {},
      [{}, { prefix: '4420' }, { prefix: '4421' }],
    ],
    [
      'country code and area codes',
      ['Country|Country Code|Area Code|Price|Increment', 'UK|44|20;161|0.0125|60', 'UK|44||0.0125|60'],
      {},
      [{ prefix: '4420', destination: 'UK' }, { prefix: '44161', destination: 'UK' }, { destination: 'UK' }],
    ],
    [
      'country and destination, in one name',
      ['Country|Area Name|Code|Price|Interval', 'UK|London|44|0.0125|60', 'UK|UK Mobile|44|0.0125|60'],
      {},
      [{ destination: 'UK London' }, { destination: 'UK Mobile' }],
    ],
    [
      'increments in two columns',
      ['code|rate|Interval 1|Interval N', '44|0.0125|1|0.1 s'],
      {},
      [{ firstIncrementMs: 1000, nextIncrementMs: 100 }],
    ],
    [
      'decimal commas, said to be ones',
      ['code|rate|increments', '44|0,0125|0,1/0,1'],
      { signs: commaSigns },
      [{ firstIncrementMs: 100, nextIncrementMs: 100 }],
    ],
    [
      'columns to ignore',
      ['code|rate|increments|Wobble', '44|0.0125|60/60|x'],
      { columns: { ...plainColumns, ignore: ['wobble'] } },
      [{}],
    ],
    [
      'North American writing',
      ['code|rate|increments', '1-801|0.0125|60/60', '1 (801) 642.4655|0.0125|60/60'],
      {},
      [{ prefix: '1801' }, { prefix: '18016424655' }],
    ],
    [
      'a date for all lines that have none',
      ['code|rate|increments|valid from', '44|0.0125|60/60|', '44|0.0125|60/60|2026-02-01'],
      { validFromMs: 5 },
      [{ validFromMs: 5 }, { validFromMs: Date.UTC(2026, 1, 1) }],
    ],
  ])('have %s', (_what, lines, options, expected) => {
    const { rates, problems } = read(lines, options);
    expect(problems).toEqual([]);
    expect(rates).toEqual(expected.map((changes) => ({ ...plain, ...changes })));
  });

  it('give their currency in a column or in the header', () => {
    expect(read(['code|rate|increments|currency', '44|1|1/1|EUR'], { currency: null }).currency).toBe('EUR');
    expect(read(['code|rate EUR|increments', '44|1|1/1'], { currency: null }).currency).toBe('EUR');
    expect(read(['code|rate|increments', '44|1|1/1'], { currency: null }).problems).toEqual([
      '1: the file does not name its currency: say it with --currency, e.g. USD',
    ]);
  });
});

const header = 'code|destination|rate|connect|increments|minimum charge|currency|from|until';
const good = ['44', 'UK', '0.01', '', '60/60', '', '', '', ''];
/** The good line with one cell changed. */
const withCell = (at: number, text: string) => good.map((cell, index) => (index === at ? text : cell)).join('|');

describe('a bad line', () => {
  it.each([
    [0, '', 'the prefix is missing'],
    [0, '44;;45', 'a prefix in the list is empty'],
    [0, '0044', 'begins with 0'],
    [0, '44-46', 'as 44 to 46 with --dash range, or as 4446 with --dash inside'],
    [0, '4.42E+11', 'damaged by a spreadsheet'],
    [0, 'GB', 'not made up of digits'],
    [0, '1234567890123456', 'more than 15 digits'],
    [1, 'x'.repeat(101), 'longer than 100'],
    [1, 'U\u001bK', 'control character'],
    [1, '=1+1', 'like a formula'],
    [2, '', 'the price is missing'],
    [2, '-0.1', 'price "-0.1" is negative'],
    [2, '1,5', 'price "1,5" has a comma'],
    [3, '1,5', 'connect fee "1,5" has a comma'],
    [4, '', 'increments are missing'],
    [4, '60/0', 'never be charged'],
    [4, '1/60/60', 'more than two'],
    [4, '60/x', 'increment "x" is not a number'],
    [4, '-1/1', 'is negative'],
    [4, '90000/1', 'more than a day'],
    [5, '-1', 'minimum charge "-1" is negative'],
    [6, 'EUR', 'currency EUR, but the table is in USD'],
    [6, 'usd', 'unknown currency "usd"'],
    [6, 'BTC', 'unknown currency "BTC"'],
    [
      7,
      '1/2/2026',
      'valid from: "1/2/2026" is 2026-02-01 with --dates day-first, and 2026-01-02 with --dates month-first',
    ],
    [7, '2026-02-30', 'valid from:'],
    [8, 'soon', 'valid until:'],
  ])('cell %d as %j', (at, text, why) => {
    const { rates, problems } = read([header, good.join('|'), withCell(at, text)]);
    expect(problems).toEqual([expect.stringContaining(why)]);
    expect(problems[0]).toMatch(/^3: /);
    expect(rates.length).toBe(1);
  });

  it('has all its faults reported', () => {
    const { problems } = read([header, '0|UK|x||||EUR|2026-02-02|2026-02-01']);
    expect(problems.length).toBe(5);
  });

  it('is one with another number of fields than the header', () => {
    expect(read(['code|rate|increments', '44|45|0.1|60/60', '44']).problems).toEqual([
      '2: 4 fields, but the header has 3 (a list of prefixes needs quotes)',
      '3: 1 fields, but the header has 3',
    ]);
  });
});

describe('a bad header', () => {
  it.each([
    ['code|increments', 'there is no price column'],
    ['rate|increments', 'there is no prefix column'],
    ['code|rate', 'there is no billing increments column'],
    ['code|rate|increments|Wobble', 'unknown column "Wobble"'],
    ['code|dial code|rate|increments', 'there are two prefix columns'],
    ['prefix|country code|rate|increments', 'say which one to ignore'],
    ['code|rate|increments|first increment|next increment', 'both increments together and for each of them'],
    ['code|rate|first increment', 'one of them is missing'],
    ['code|rate USD|setup fee EUR|increments', 'more than one currency'],
    ['code|rate EUR|increments', 'currency EUR, but the table is in USD'],
  ])('%s', (line, why) => {
    const { rates, problems } = read([line, '44|1|60/60']);
    expect(problems.join()).toContain(why);
    expect(rates).toEqual([]);
  });
});

describe('conflictOf', () => {
  const placed = (line: number, validFromMs: number | null, validUntilMs: number | null, prefix = '44') => ({
    line,
    prefix,
    scope: 'all' as const,
    validFromMs,
    validUntilMs,
  });
  it.each([
    ['another prefix', placed(1, null, null), placed(2, null, null, '45'), null],
    ['no end, then a newer one', placed(1, null, null), placed(2, 5, null), null],
    ['one after the other', placed(1, null, 5), placed(2, 5, 9), null],
    ['a gap', placed(1, 1, 5), placed(2, 7, null), null],
    ['the same start', placed(1, 5, null), placed(2, 5, 9), 'duplicate of the one in line 1'],
    ['the same, always', placed(7, null, null), placed(3, null, null), 'duplicate of the one in line 3'],
    ['an end after the next start', placed(1, 1, 6), placed(2, 5, null), 'overlaps with the one in line 1'],
    ['one within the other', placed(1, null, 9), placed(2, 5, 6), 'overlaps with the one in line 1'],
  ])('%s', (_what, earlier, later, why) => {
    const conflict = conflictOf(earlier, later);
    if (why === null) expect(conflict).toBeNull();
    else expect(conflict).toEqual({ line: Math.max(earlier.line, later.line), error: expect.stringContaining(why) });
  });
});

describe('many bad lines', () => {
  it('are reported up to 100, and the rest are counted', () => {
    const problems = collectProblems();
    for (let line = 250; line > 0; line--) problems.add(line, 'wrong');
    const lines = problemLines('rates.csv', problems);
    expect(lines.length).toBe(101);
    expect(lines[0]).toBe('rates.csv:151: wrong');
    expect(lines[100]).toBe('and 150 more');
  });
});

describe('increments', () => {
  it.each(['60/60', '30/6', '1/1', '0.1/0.1', '0/1'])('%s', (text) => {
    const parsed = parseIncrements(text);
    expect(parsed.ok && formatIncrements(parsed.value)).toBe(text);
  });
});

describe('prices by state', () => {
  const scoped = (lines: readonly string[]) => {
    const { rates, problems } = read(lines);
    return problems.length > 0 ? problems : rates.map(({ scope, priceMicros }) => `${scope} ${priceMicros}`);
  };

  it('are rates of their own, the dearer one where the state is not known', () => {
    const header = 'NPANXX|Interstate Rate|Intrastate Rate|Increments';
    expect(scoped([header, '201202|0.0037|0.0112|6/6'])).toEqual([
      'interstate 3700',
      'intrastate 11200',
      'indet 11200',
    ]);
  });

  it('may say what is charged then', () => {
    const header = 'NPANXX|Inter|Intra|Indeterminate|Increments';
    expect(scoped([header, '201202|0.0037|0.0112|0.015|6/6'])).toEqual([
      ...['interstate 3700', 'intrastate 11200', 'indet 15000'],
    ]);
  });

  it('are not taken for all calls', () => {
    expect(scoped(['NPANXX|Interstate|Increments', '201202|0.0037|6/6'])[0]).toContain('price for part of the calls');
    expect(scoped(['NPANXX|Rate|Interstate|Intrastate|Increments', '201202|1|1|1|6/6'])[0]).toContain(
      'price for all calls',
    );
  });
});

describe('signs of currencies in names of columns', () => {
  it.each([
    ['Rate €', 'is in €, and the rates are in USD'],
    ['Rate (£/min)', 'is in £, and the rates are in USD'],
    ['Rate $', ''],
  ])('%s', (name, problem) => {
    const { problems } = read([`prefix|${name}|increments`, '44|0.01|60/60']);
    if (problem === '') expect(problems).toEqual([]);
    else expect(problems[0]).toContain(problem);
  });
});
