import type { Result } from '../../words/result.ts';
import { isCurrency } from '../currency.ts';
import { columnNamed, isFee, plainName, type RateColumn } from './column-names.ts';
import { isPlainUnit, unitIn, unitOfFee, withCents, withoutUnit, type PriceUnit } from './price-units.ts';

/** What was said of a file's columns. */
export type ColumnOptions = {
  /** Names of columns that do not matter. */
  ignore: readonly string[];
  /** What columns with names of their own contain, by these names. */
  map: Readonly<Record<string, RateColumn>>;
  /** The column whose price counts, of several. */
  priceColumn: string | null;
  /** What a column called no more than "minimum" holds: seconds, or an amount. */
  minimum: 'seconds' | 'charge' | null;
  /** Whether somebody has said when peak is: prices for peak and off-peak then are rates of their own. */
  peak: boolean;
};

export const plainColumns: ColumnOptions = { ignore: [], map: {}, priceColumn: null, minimum: null, peak: false };

/** Prices for times of the week, or by the states of the two numbers, and which rates they make. */
export const timedPrices = {
  'peak price': 'peak',
  'off-peak price': 'off-peak',
  'weekend price': 'weekend',
  'interstate price': 'interstate',
  'intrastate price': 'intrastate',
  'indeterminate price': 'indet',
} as const;
const isStatePrice = (column: RateColumn): boolean =>
  column === 'interstate price' || column === 'intrastate price' || column === 'indeterminate price';
export type TimedPrice = keyof typeof timedPrices;
export const isTimedPrice = (column: RateColumn): column is TimedPrice => column in timedPrices;

export type ColumnPlan = {
  /** One for each field of a line. */
  columns: RateColumn[];
  /** The currency in the header of a price, `Rate (USD)`; null: none. */
  currency: string | null;
  /** Columns without a name, which must be empty. */
  nameless: number[];
  /** Of columns of prices whose names say another unit than whole ones a minute. */
  units: ReadonlyMap<RateColumn, PriceUnit>;
};

const quoted = (text: string): string => JSON.stringify(text.replace(/\s+/g, ' ').slice(0, 40));

/** Codes that are words as well: RATE ALL is in no lek, as long as the code stands neither in brackets nor before a unit of time. */
const words = ['ALL', 'TOP', 'TRY', 'MAD', 'PEN', 'CUP', 'COP', 'SOS', 'GEL', 'BAM', 'MOP', 'LAK'];
const isOnlyWord = (code: string, name: string): boolean =>
  words.includes(code) && !new RegExp(`[([]\\s*${code}\\b|\\b${code}\\s*(?:/|per\\b)|^\\s*${code}\\s*$`).test(name);

/** Takes a currency out of a column's name: `Rate (USD/min)` is `rate min` in USD. */
function withoutCurrency(name: string): { name: string; currency: string | null } {
  const currency = name.split(/[^A-Za-z]+/).find((word) => isCurrency(word) && !isOnlyWord(word, name)) ?? null;
  return { name: plainName(currency === null ? name : name.replace(currency, ' ')), currency };
}

const isPrice = (column: RateColumn | null): boolean =>
  column !== null && (column === 'price' || column === 'part price' || isTimedPrice(column));

const money = /^(?:(?:us|euro)? ?cents?|cts?|pence)$/i;

/** `USD/min`, `EUR per second`, `cents/min` */
function isPriceByUnit(cell: string): boolean {
  const [, amount = '', time = ''] = /^\s*([A-Za-z ]+?)\s*(?:\/|\bper\b)\s*(\w+)\s*$/i.exec(cell) ?? [];
  return /^(?:min|minute|s|sec|second)$/i.test(time) && (isCurrency(amount) || money.test(amount));
}

/** What a name says; null: nothing known. */
export type NamedColumn = { column: RateColumn; currency: string | null };

export function readColumnName(typed: string): NamedColumn | null {
  const cell = withCents(typed);
  // `USD/min` is a price, `Min (USD)` a minimum.
  if (isPriceByUnit(cell)) return { column: 'price', currency: withoutCurrency(cell).currency };
  const known = columnNamed(cell);
  if (known !== undefined) return { column: known, currency: null };
  const named = amountNamed(withoutCurrency(cell));
  if (named !== null) return named;
  const { name, currency } = withoutCurrency(cell);
  const inUnit = withoutUnit(name);
  const priced = inUnit === null ? null : amountNamed({ name: inUnit.name, currency });
  const isKnown = isPrice(priced?.column ?? null) || (isFee(priced?.column ?? null) && inUnit?.unit.seconds === 60);
  return isKnown ? priced : null;
}

function amountNamed({ name, currency }: { name: string; currency: string | null }): NamedColumn | null {
  const amount = columnNamed(name);
  if (amount === 'minimum' && currency !== null) return { column: 'minimum charge', currency };
  const isAmount = isPrice(amount ?? null) || ['connect fee', 'minimum charge', 'ignored'].includes(amount ?? '');
  return amount === undefined || !isAmount ? null : { column: amount, currency };
}

/** What each column contains, or every problem of the header. */
export function planColumns(
  header: readonly string[],
  options: ColumnOptions = plainColumns,
): Result<ColumnPlan, string[]> {
  const problems: string[] = [];
  const currencies = new Set<string>();
  const read = columnReader(options);
  const nameless: number[] = [];
  const columns = header.map((cell, at): RateColumn => {
    if (cell === '') nameless.push(at);
    const named = cell === '' ? { column: 'ignored' as const, currency: null } : read(cell);
    if (named === null) {
      problems.push(
        `unknown column ${quoted(cell)}: leave it out with --ignore ${quoted(cell)}, ` +
          `or say what it holds, as in --map ${quoted(`${cell}=price`)}`,
      );
      return 'ignored';
    }
    if (named.currency !== null && named.column !== 'ignored') currencies.add(named.currency);
    return named.column;
  });
  if (currencies.size > 1)
    problems.push(
      `the header names more than one currency, ${[...currencies].join(' and ')}: leave the columns of the others out with --ignore`,
    );
  problems.push(...partPrices(header, columns, options));
  if (problems.length > 0) return { ok: false, problem: problems };
  const merged = settleIncrements(columns);
  const wrong = [...checkTogether(merged, header), ...otherTimes(merged, header)];
  const [currency = null] = currencies;
  return wrong.length > 0
    ? { ok: false, problem: wrong }
    : { ok: true, value: { columns: merged, currency, nameless, units: unitsOf(header, merged) } };
}

const inSeconds: readonly RateColumn[] = ['increments', 'first increment', 'next increment', 'grace seconds'];

/** Times that a mapped column gives in minutes or milliseconds, by its name. */
function otherTimes(columns: readonly RateColumn[], header: readonly string[]): string[] {
  return header.flatMap((name, at) => {
    const isTime = inSeconds.includes(columns[at] ?? 'ignored');
    const isOther = /\b(?:ms|msecs?|milliseconds?|minutes?|mins|minuten|hours?)\b|[([]\s*min\.?\s*[)\]]/i.test(name);
    return isTime && isOther
      ? [`${quoted(name)} is not in seconds, by its name: leave it out with --ignore, and say them with --increments`]
      : [];
  });
}

function unitsOf(header: readonly string[], columns: readonly RateColumn[]): Map<RateColumn, PriceUnit> {
  return new Map(
    columns.flatMap((column, at) => {
      if (!isPrice(column) && !isFee(column)) return [];
      const { name } = withoutCurrency(withCents(header[at] ?? ''));
      const unit = isPrice(column) ? unitIn(name) : unitOfFee(name);
      return isPlainUnit(unit) ? [] : [[column, unit] as const];
    }),
  );
}

function columnReader({ ignore, map, priceColumn, minimum }: ColumnOptions): (cell: string) => NamedColumn | null {
  const ignored = new Set(ignore.map(plainName));
  const mapped = new Map(Object.entries(map).map(([name, column]) => [plainName(name), column]));
  const chosen = priceColumn === null ? null : plainName(priceColumn);
  return (cell) => {
    const name = plainName(cell);
    if (ignored.has(name)) return { column: 'ignored', currency: null };
    const column = mapped.get(name);
    const named = readColumnName(cell);
    if (column !== undefined) return { column, currency: named?.currency ?? withoutCurrency(cell).currency };
    if (chosen !== null && (name === chosen || withoutCurrency(cell).name === chosen)) {
      return { column: 'price', currency: named?.currency ?? withoutCurrency(cell).currency };
    }
    if (chosen !== null && isPrice(named?.column ?? null)) return { column: 'ignored', currency: null };
    if (named?.column === 'minimum' && minimum !== null) {
      return { ...named, column: minimum === 'charge' ? 'minimum charge' : 'first increment' };
    }
    return named;
  };
}

/** Prices for part of the calls, or of another time, are none for all of them unless somebody says so. */
function partPrices(header: readonly string[], columns: readonly RateColumn[], { peak }: ColumnOptions): string[] {
  const byState = columns.includes('interstate price') && columns.includes('intrastate price');
  const isPart = (column: RateColumn) => {
    if (isStatePrice(column)) return !byState;
    return column === 'part price' || (isTimedPrice(column) && !peak);
  };
  const parts = header.filter((_, at) => isPart(columns[at] ?? 'ignored'));
  if (parts.length === 0) return [];
  const forAll = header.find((_, at) => columns[at] === 'price');
  const first = forAll ?? parts[0] ?? '';
  const is = parts.length === 1 ? 'is a price' : 'are prices';
  const isTimed = columns.includes('peak price') && columns.includes('off-peak price');
  const when = isTimed ? ', or when peak is, as in --peak "Mon-Fri 08:00-18:00"' : '';
  return [
    `${parts.map(quoted).join(' and ')} ${is} for part of the calls: say which price counts for all of them, ` +
      `as in --price-column ${quoted(first)}, or leave a column out with --ignore ${quoted(parts[0] ?? '')}${when}`,
  ];
}

/** "Increment" beside an initial one is the next one. */
function settleIncrements(columns: RateColumn[]): RateColumn[] {
  const isNext = columns.includes('first increment') && !columns.includes('next increment');
  return isNext ? columns.map((column) => (column === 'increments' ? 'next increment' : column)) : columns;
}

function checkTogether(columns: readonly RateColumn[], header: readonly string[]): string[] {
  const has = (column: RateColumn) => columns.includes(column);
  const named = (column: RateColumn) => header.filter((_, at) => columns[at] === column).map(quoted);
  const problems = [...new Set(columns)]
    .filter((column) => column !== 'ignored' && columns.indexOf(column) !== columns.lastIndexOf(column))
    .map((column) => {
      const twice = `there are two ${column} columns, ${named(column).join(' and ')}`;
      return column === 'price'
        ? `${twice}: say which one counts with --price-column, or leave one out with --ignore`
        : `${twice}: say which one to ignore with --ignore`;
    });
  problems.push(...checkPrices(columns));
  const places = [has('prefix'), has('country code') || has('area code'), has('npanxx') || has('npa')];
  const count = places.filter((isThere) => isThere).length;
  if (count === 0 || (has('area code') && !has('country code'))) {
    problems.push('there is no prefix column: name it "prefix" or "code", or say which it is with --map');
  } else if (count > 1) {
    problems.push(
      'there are columns for the prefix and for a country or area code: say which one to ignore with --ignore',
    );
  }
  if (has('nxx') !== has('npa')) problems.push('NPA and NXX need one column each, and one of them is missing');
  if (has('increments') && (has('first increment') || has('next increment'))) {
    problems.push(
      'there are columns for both increments together and for each of them: say which to ignore with --ignore',
    );
  }
  if (has('first increment') !== has('next increment')) {
    problems.push('first and next increment need one column each, and one of them is missing');
  }
  return problems;
}

function checkPrices(columns: readonly RateColumn[]): string[] {
  const parts = columns.filter(isTimedPrice);
  const [timed] = parts;
  if (timed === undefined) {
    const isThere = columns.includes('price');
    return isThere ? [] : ['there is no price column: name it "price" or "rate", or say which it is with --map'];
  }
  if (columns.includes('price')) {
    return [`there is a price for all calls, and one for part of them, the ${timed}: leave one out with --ignore`];
  }
  const ofState = parts.find(isStatePrice);
  const ofTime = parts.find((column) => !isStatePrice(column));
  if (ofState !== undefined && ofTime !== undefined) {
    return [`there are prices by time, the ${ofTime}, and by state, the ${ofState}: leave one kind out with --ignore`];
  }
  if (ofState !== undefined) return [];
  const needed = (['peak price', 'off-peak price'] as const).filter((column) => !columns.includes(column));
  return needed.map((column) => `there is a ${timed} column, but no ${column} column`);
}
