import type { Result } from '../../words/result.ts';
import { isCurrency } from '../currency.ts';

/** What a column of a rate file can contain. */
export type RateColumn =
  | 'prefix'
  | 'country code'
  | 'area code'
  | 'country'
  | 'destination'
  | 'price'
  | 'connect fee'
  | 'increments'
  | 'first increment'
  | 'next increment'
  | 'minimum charge'
  | 'currency'
  | 'valid from'
  | 'valid until'
  | 'ignored';

/** Names that carriers and billing systems give to columns, in lower case, with single spaces. */
const names: Record<Exclude<RateColumn, 'ignored'>, string> = {
  prefix:
    'prefix, prefixes, code, codes, dial code, dial codes, dialcode, dialing code, dialling code, destination code, ' +
    'destination codes, full code, breakout, breakouts, digits, number',
  'country code': 'country code, countrycode, country dial code, cc',
  'area code': 'area code, area codes, areacode, city code, city codes, ndc, national code',
  country: 'country, country name',
  destination: 'destination, destination name, description, name, zone, region, route, location, area, area name',
  price:
    'price, rate, price per minute, price a minute, price minute, price min, rate per minute, rate minute, rate min, ' +
    'per minute, cost per minute, cost, tariff, charge per minute, price per min, rate per min',
  'connect fee':
    'connect fee, connection fee, connect charge, connection charge, connect, connect cost, setup, setup fee, set up fee, ' +
    'call setup, call setup fee, setup charge, flag fall, flagfall',
  increments:
    'increments, increment, billing increments, billing increment, billing interval, billing intervals, interval, ' +
    'intervals, billing, billing terms, rounding, rounding rule, pulse',
  'first increment':
    'first increment, initial increment, first interval, initial interval, interval 1, initial period, first period, ' +
    'minimum time, min time, minimum duration, min duration',
  'next increment':
    'next increment, second increment, subsequent increment, subsequent increments, additional increment, next interval, ' +
    'subsequent interval, interval n, interval 2, next period, subsequent period',
  'minimum charge': 'minimum charge, min charge, minimum, minimum cost, min cost, minimum fee, minimum price',
  currency: 'currency, currency code, ccy, cur',
  'valid from':
    'valid from, effective date, effective from, effective, effective on, start date, start, from, activation date',
  'valid until':
    'valid until, valid to, effective until, effective to, end date, end, expiry date, expiry, expires, expiration date, ' +
    'until, to',
};

const columnByName: ReadonlyMap<string, RateColumn> = new Map(
  (Object.keys(names) as (keyof typeof names)[]).flatMap((column) =>
    names[column].split(', ').map((name) => [name, column] as const),
  ),
);

export type ColumnPlan = {
  /** One for each field of a line. */
  columns: RateColumn[];
  /** The currency in the header of a price, `Rate (USD)`; null: none. */
  currency: string | null;
};

const words = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Takes a currency out of a column's name: `Rate (USD/min)` is `rate min` in USD. */
function withoutCurrency(name: string): { name: string; currency: string | null } {
  const currency = name.split(/[^A-Za-z]+/).find((word) => isCurrency(word)) ?? null;
  return { name: words(currency === null ? name : name.replace(currency, ' ')), currency };
}

/** What each column contains, or every problem of the header. */
export function planColumns(header: readonly string[], ignore: readonly string[] = []): Result<ColumnPlan, string[]> {
  const problems: string[] = [];
  const ignored = new Set(ignore.map(words));
  let currency: string | null = null;
  const columns = header.map((cell): RateColumn => {
    if (ignored.has(words(cell))) return 'ignored';
    const known = columnByName.get(words(cell));
    if (known !== undefined) return known;
    const part = withoutCurrency(cell);
    const priced = part.currency === null ? undefined : columnByName.get(part.name);
    if (priced === 'price' || priced === 'connect fee' || priced === 'minimum charge') {
      if (currency !== null && currency !== part.currency) problems.push('the header names more than one currency');
      currency = part.currency;
      return priced;
    }
    problems.push(
      cell === ''
        ? 'a column has no name'
        : `unknown column ${JSON.stringify(cell.slice(0, 40))}: rename it, or list it as a column to ignore`,
    );
    return 'ignored';
  });
  return problems.length > 0 ? { ok: false, problem: problems } : checkTogether(columns, currency);
}

function checkTogether(columns: RateColumn[], currency: string | null): Result<ColumnPlan, string[]> {
  const has = (column: RateColumn) => columns.includes(column);
  const problems = [...new Set(columns)]
    .filter((column) => column !== 'ignored' && columns.indexOf(column) !== columns.lastIndexOf(column))
    .map((column) => `there are two ${column} columns: say which one to ignore`);
  if (!has('price')) problems.push('there is no price column: name it "price" or "rate"');
  if (!has('prefix') && !has('country code')) problems.push('there is no prefix column: name it "prefix" or "code"');
  if (has('prefix') && (has('country code') || has('area code'))) {
    problems.push('there are columns for the prefix and for a country or area code: say which one to ignore');
  }
  if (has('increments') && (has('first increment') || has('next increment'))) {
    problems.push('there are columns for both increments together and for each of them: say which to ignore');
  }
  if (has('first increment') !== has('next increment')) {
    problems.push('first and next increment need one column each, and one of them is missing');
  }
  return problems.length > 0 ? { ok: false, problem: problems } : { ok: true, value: { columns, currency } };
}
