import type { ParseArgsOptionsConfig } from 'node:util';
import { parseMoment } from '../moment.ts';
import type { SiteTime } from '../../words/site-time.ts';
import { isEncoding } from '../../csv/encoding.ts';
import { isCurrency } from '../../rating/currency.ts';
import { parseIncrements, type Increments } from '../../rating/increments.ts';
import { microsDecimals, roundingModes } from '../../rating/money.ts';
import { commaSigns, pointSigns, signsOf, type NumberSigns } from '../../rating/signs.ts';
import { columnNamed, rateColumns, type RateColumn } from '../../rating/tariff/column-names.ts';
import { dateOrders } from '../../rating/tariff/dates.ts';
import { dashMeanings, dotMeanings, listSeparators } from '../../rating/tariff/prefix-options.ts';
import type { RatesFileOptions } from './rates-file.ts';

/** An option that is wrong, in one line. */
export class FileOptionError extends Error {}

/** How a file of rates is to be read: options of a command, and what a mapping keeps for a carrier. */

type FileOption = { type: 'string' | 'boolean'; multiple?: true; argument?: string; help: string };

const separatorSigns: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };

const dialOuts = ['00', '011'] as const;

const counting = ['read', 'leave-out'] as const;

export const fileOptions = {
  currency: { type: 'string', argument: 'CODE', help: 'if the file has none; e.g. USD' },
  increments: { type: 'string', argument: '60/60', help: 'first and next increment in seconds, if the file has none' },
  locale: { type: 'string', argument: 'LOCALE', help: 'how the file writes numbers: de writes 1.234,5, en 1,234.5' },
  'decimal-comma': { type: 'boolean', help: 'the file writes 0,12, not 0.12' },
  dates: {
    type: 'string',
    argument: 'ORDER',
    help: `of 4/1/2026, where the column does not show it: ${dateOrders.join(', ')}`,
  },
  columns: {
    type: 'string',
    argument: 'LIST',
    help: 'of a file without a header, e.g. prefix,name,price; "ignored" for others',
  },
  map: {
    type: 'string',
    multiple: true,
    argument: '"NAME=COLUMN"',
    help: 'what a column holds, e.g. "Entgelt=price"; may be repeated',
  },
  ignore: { type: 'string', multiple: true, argument: 'NAME', help: 'leave out this column; may be repeated' },
  'price-column': { type: 'string', argument: 'NAME', help: 'of several prices, the one that counts, e.g. Peak' },
  minimum: { type: 'string', argument: 'WHAT', help: 'what a column called "minimum" holds: seconds, charge' },
  'prefix-list': {
    type: 'string',
    argument: 'SIGN',
    help: `between several prefixes in one field: ${listSeparators.join(', ')}`,
  },
  'country-code-once': {
    type: 'boolean',
    help: 'a list begins with the country code of all: "34 6, 7" is 346 and 347',
  },
  dash: {
    type: 'string',
    argument: 'WHAT',
    help: `44-46 is a range of prefixes, or one prefix: ${dashMeanings.join(', ')}`,
  },
  dot: { type: 'string', argument: 'WHAT', help: `44.0 is 44, or 440: ${dotMeanings.join(', ')}` },
  'dial-out': {
    type: 'string',
    argument: 'DIGITS',
    help: `what stands before each country code: ${dialOuts.join(', ')}`,
  },
  'round-prices': {
    type: 'string',
    argument: 'MODE',
    help: `of prices with more than ${microsDecimals} decimals: ${roundingModes.join(', ')}; without it, they are refused`,
  },
  closed: {
    type: 'string',
    argument: 'leave-out',
    help: 'codes that the file calls closed or blocked; without it, calls to them are refused',
  },
  unpriced: {
    type: 'string',
    argument: 'WHAT',
    help: 'codes without a price (N/A, -, nothing): leave-out, or closed; without it, they are refused',
  },
  sheet: { type: 'string', argument: 'NAME', help: 'of a workbook, if several hold rates' },
  'hidden-rows': {
    type: 'string',
    argument: 'WHAT',
    help: `of a workbook, that a filter or somebody has hidden: ${counting.join(', ')}; without it, they are refused`,
  },
  'hidden-columns': {
    type: 'string',
    argument: 'WHAT',
    help: `of a workbook, that somebody has hidden: ${counting.join(', ')}; without it, they are refused`,
  },
  'struck-rows': {
    type: 'string',
    argument: 'WHAT',
    help: `of a workbook, in which something is struck out: ${counting.join(', ')}; without it, they are refused`,
  },
  encoding: {
    type: 'string',
    argument: 'NAME',
    help: 'of a CSV file that is neither UTF-8 nor UTF-16, e.g. windows-1252',
  },
  separator: {
    type: 'string',
    argument: 'SIGN',
    help: `between the fields of a CSV file: ${Object.keys(separatorSigns).join(', ')}`,
  },
} as const satisfies Readonly<Record<string, FileOption>>;

export type FileOptionName = keyof typeof fileOptions;
export type FileOptionValues = { readonly [name in FileOptionName]?: string | boolean | readonly string[] | undefined };

const entries = Object.entries(fileOptions) as [FileOptionName, FileOption][];

/** For `parseArgs`. */
export const fileOptionTypes: ParseArgsOptionsConfig = Object.fromEntries(
  entries.map(([name, { type, multiple }]) => [name, { type, ...(multiple === true ? { multiple } : {}) }]),
);

export const isFileOption = (name: string): name is FileOptionName => name in fileOptions;

/** A line for each, for help texts. */
export const fileOptionsHelp: string = entries
  .map(([name, { argument = '', help }]) => `      ${`--${name} ${argument}`.padEnd(24)} ${help}`)
  .join('\n');

const textOf = (values: FileOptionValues, name: FileOptionName): string | null => {
  const value = values[name];
  return typeof value === 'string' ? value : null;
};

const listOf = (values: FileOptionValues, name: FileOptionName): readonly string[] => {
  const value = values[name];
  return typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : [];
};

function oneOf<Choice extends string>(
  values: FileOptionValues,
  name: FileOptionName,
  choices: readonly Choice[],
): Choice | null {
  const text = textOf(values, name);
  if (text === null) return null;
  const choice = choices.find((known) => known === text);
  if (choice === undefined) throw new FileOptionError(`--${name}: it must be one of ${choices.join(', ')}`);
  return choice;
}

function signsIn(values: FileOptionValues): NumberSigns {
  const locale = textOf(values, 'locale');
  if (locale === null) return values['decimal-comma'] === true ? commaSigns : pointSigns;
  if (values['decimal-comma'] === true)
    throw new FileOptionError('--locale says how decimals are written: leave out --decimal-comma');
  const signs = signsOf(locale);
  if (!signs.ok) throw new FileOptionError(`--locale: ${signs.problem}`);
  return signs.value;
}

function incrementsIn(values: FileOptionValues): Increments | null {
  const text = textOf(values, 'increments');
  if (text === null) return null;
  const parsed = parseIncrements(text);
  if (!parsed.ok) throw new FileOptionError(`--increments: ${parsed.problem}`);
  return parsed.value;
}

function mapIn(values: FileOptionValues): Record<string, RateColumn> {
  const pairs = listOf(values, 'map').map((text): [string, RateColumn] => {
    const at = text.lastIndexOf('=');
    const column = at > 0 ? columnNamed(text.slice(at + 1)) : undefined;
    if (column === undefined) {
      throw new FileOptionError(
        `--map: ${JSON.stringify(text)} is not NAME=COLUMN with one of the columns ${rateColumns.join(', ')}`,
      );
    }
    return [text.slice(0, at), column];
  });
  return Object.fromEntries(pairs);
}

function separatorIn(values: FileOptionValues): string | null {
  const text = textOf(values, 'separator');
  if (text === null) return null;
  const sign = separatorSigns[text] ?? text;
  if (!Object.values(separatorSigns).includes(sign)) {
    throw new FileOptionError(`--separator: it must be one of ${Object.keys(separatorSigns).join(', ')}`);
  }
  return sign;
}

function encodingIn(values: FileOptionValues): string | null {
  const text = textOf(values, 'encoding');
  if (text !== null && !isEncoding(text)) {
    throw new FileOptionError(
      `--encoding: there is no "${text}": write windows-1252, iso-8859-2, shift_jis or the like`,
    );
  }
  return text;
}

/** Throws a `FileOptionError`. `validFromMs`: for lines without a date. */
export function ratesFileOptions(
  values: FileOptionValues,
  validFromMs: number | null,
  time: SiteTime,
): RatesFileOptions {
  const currency = textOf(values, 'currency');
  if (currency !== null && !isCurrency(currency))
    throw new FileOptionError(`--currency: "${currency}" is not in ISO 4217`);
  const signs = signsIn(values);
  return {
    ...{ currency, validFromMs, parseMoment: (text) => parseMoment(text, time) },
    ...{
      signs,
      increments: incrementsIn(values),
      separator: separatorIn(values),
      encoding: encodingIn(values),
      sheet: textOf(values, 'sheet'),
      hiddenRows: oneOf(values, 'hidden-rows', counting),
      hiddenColumns: oneOf(values, 'hidden-columns', counting),
      struckRows: oneOf(values, 'struck-rows', counting),
    },
    columns: {
      ignore: listOf(values, 'ignore'),
      map: mapIn(values),
      priceColumn: textOf(values, 'price-column'),
      minimum: oneOf(values, 'minimum', ['seconds', 'charge']),
      // A table says when peak is, not a file.
      peak: false,
    },
    declared:
      textOf(values, 'columns')
        ?.split(',')
        .map((name) => name.trim()) ?? null,
    prefixes: {
      list: oneOf(values, 'prefix-list', listSeparators),
      dash: oneOf(values, 'dash', dashMeanings),
      dot: oneOf(values, 'dot', dotMeanings),
      countryCodeOnce: values['country-code-once'] === true,
      decimalComma: signs.decimal === ',',
      dialOut: oneOf(values, 'dial-out', dialOuts),
    },
    dates: oneOf(values, 'dates', dateOrders),
    closed: oneOf(values, 'closed', ['leave-out']),
    roundPrices: oneOf(values, 'round-prices', roundingModes),
    unpriced: oneOf(values, 'unpriced', ['closed', 'leave-out']),
  };
}
