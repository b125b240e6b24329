import type { Result } from '../../words/result.ts';
import { isCurrency } from '../currency.ts';
import type { Increments } from '../increments.ts';
import type { RoundingMode } from '../money.ts';
import type { RateTerms } from '../rate.ts';
import { pointSigns, type NumberSigns } from '../signs.ts';
import type { RateColumn } from './column-names.ts';
import {
  isTimedPrice,
  plainColumns,
  planColumns,
  timedPrices,
  type ColumnOptions,
  type ColumnPlan,
  type TimedPrice,
} from './columns.ts';
import type { DateOrder } from './dates.ts';
import { readTerms } from './fields.ts';
import { foreignSign } from './amounts.ts';
import { repeatsHeader, type FileRow, type FoundTable } from './header.ts';
import { tariffLines, type TariffLine } from './line.ts';
import { namesIn, namesSum } from './names.ts';
import { undecided, type PrefixOptions } from './prefix-options.ts';
import type { RateScope } from '../scope.ts';
import { parsePrefixes } from './prefixes.ts';
import type { NoteKind, Notes, Problems } from './problems.ts';
import { unitText } from './price-units.ts';
import { statusOf } from './status.ts';

/** What is said of a file, beside what stands in it. */
export type TariffOptions = {
  /** The table's currency; null: taken from the file, which must have only one. */
  currency: string | null;
  /** How the file writes numbers. Never guessed, because `1,500` can be read in two ways. */
  signs: NumberSigns;
  /** For a file without increments, which is otherwise refused, because bills depend heavily on them; null: none. */
  increments: Increments | null;
  /** For lines without a date. */
  validFromMs: number | null;
  columns: ColumnOptions;
  /** Names of the columns of a file without a header; null: it has one. */
  declared: readonly string[] | null;
  prefixes: PrefixOptions;
  /** How dates such as 4/1/2026 are read; null: as their column shows. */
  dates: DateOrder | null;
  /** How a price with more than six decimals is rounded; null: such a line is refused. */
  roundPrices: RoundingMode | null;
  /** What becomes of a code that the carrier has closed; null: calls to it are refused. */
  closed: 'leave-out' | null;
  /** What becomes of a code without a price; null: such a line is refused. */
  unpriced: 'closed' | 'leave-out' | null;
  /** Reads a date or a moment as UTC milliseconds. */
  parseMoment: (text: string) => Result<number>;
};

/** For a file of which nothing is said. */
export const plainOptions: Omit<TariffOptions, 'parseMoment'> = {
  ...{
    currency: null,
    signs: pointSigns,
    increments: null,
    validFromMs: null,
    declared: null,
    dates: null,
    closed: null,
    unpriced: null,
    roundPrices: null,
  },
  ...{ columns: plainColumns, prefixes: undecided },
};

/** The orders that the file's date columns show, by their place; none: they show none. */
export type DateOrders = ReadonlyMap<number, DateOrder>;

export type TariffReader = {
  /** The rates of a line, one for each prefix; none if it has no rate or has problems, which are added to the others. */
  read(line: number, cells: readonly string[]): RateTerms[];
  /** The currency of the lines read so far; null: not known yet. */
  currency(): string | null;
};

/**
 * Reads rates as carriers send them: a line per prefix or per list of prefixes, in the columns that `findTable` found. Null: the
 * file lacks something that must be said, and the problems say what. `conflictOf` finds duplicate and overlapping rates.
 */
export function createTariffReader(
  { header, plan }: FoundTable,
  options: TariffOptions,
  orders: DateOrders,
  { problems, notes }: { problems: Problems; notes: Notes },
): TariffReader | null {
  const places = new Map(plan.columns.map((column, place) => [column, place]));
  const currency = currencyOf(options.currency);
  const wrong = [
    ...missingFrom(places, plan, options),
    ...[plan.currency === null ? null : currency.take(plan.currency)].filter((problem) => problem !== null),
    ...foreignSigns(header?.cells ?? [], plan, currency.said()),
  ];
  for (const problem of wrong) problems.add(header?.line ?? 1, problem);
  if (wrong.length > 0) return null;
  const namesOf = namesIn(header?.cells ?? [], plan, options);
  const timed = plan.columns.filter(isTimedPrice);
  for (const unit of new Set(plan.units.values())) notes.add('unit', header?.line ?? 1, unitText(unit));
  const lineOf = tariffLines(
    {
      ...options,
      currency: currency.said,
      dateOrder: (column) => options.dates ?? orders.get(places.get(column) ?? -1) ?? null,
      ...{ isTimed: timed.length > 0, unitOf: (column) => plan.units.get(column) },
      onCellUnit: (line, text, unit) => notes.add('cell-unit', line, `${text}: ${unitText(unit)}`),
    },
    problems,
  );

  function read(number: number, cells: readonly string[]): RateTerms[] {
    const line = lineOf(number, (column: RateColumn) => cells[places.get(column) ?? -1] ?? '');
    const aside = asideOf(line, cells, header, options);
    if (aside !== null && 'note' in aside) {
      notes.add(aside.note, number, filledIn(cells).join(', '));
      return [];
    }
    const badShape = aside?.problem ?? wrongShape(cells, plan);
    if (badShape !== null) {
      problems.add(number, badShape);
      return [];
    }
    const problemsBefore = problems.count();
    const code = line.cell('currency');
    const wrongCurrency = code === '' ? null : currency.take(code);
    if (wrongCurrency !== null) line.fail(wrongCurrency);
    if (isClosedLine(line)) {
      const { kind, isLeftOut } = closing(line, options);
      notes.add(kind, number, placeText(line));
      if (isLeftOut) return [];
    }
    for (const wrong of namesOf(cells)) line.fail(wrong);
    const rates = eachTime(line, timed, ratesOf(line, options.prefixes, notes, number));
    return problems.count() > problemsBefore ? [] : rates;
  }

  return { read, currency: currency.said };
}

/** Names of amounts with the sign of another currency, `Rate €` of a file that is said to be in dollars. */
function foreignSigns(names: readonly string[], { columns }: ColumnPlan, currency: string | null): string[] {
  if (currency === null) return [];
  return names.flatMap((name, at) => {
    const column = columns[at] ?? 'ignored';
    const isAmount = priceColumns.includes(column) || column === 'connect fee' || column === 'minimum charge';
    const sign = isAmount ? foreignSign(name, currency) : null;
    return sign === null
      ? []
      : [`the column ${JSON.stringify(name.slice(0, 40))} is in ${sign}, and the rates are in ${currency}`];
  });
}

/** Everything without which the file cannot be read, so that it can be said at once. */
function missingFrom(places: ReadonlyMap<RateColumn, number>, plan: ColumnPlan, options: TariffOptions): string[] {
  const missing: string[] = [];
  if (places.has('minimum')) {
    missing.push(
      'the column "minimum" can be read in two ways: as seconds, with --minimum seconds, or as an amount of money, with ' +
        '--minimum charge',
    );
  }
  if (!places.has('increments') && !places.has('first increment') && options.increments === null) {
    missing.push('there is no billing increments column: say which increments apply with --increments, e.g. 60/60');
  }
  if (plan.currency === null && !places.has('currency') && options.currency === null) {
    missing.push('the file does not name its currency: say it with --currency, e.g. USD');
  }
  return missing;
}

const priceColumns: readonly RateColumn[] = ['price', ...(Object.keys(timedPrices) as TimedPrice[])];
const placeColumns: readonly RateColumn[] = ['prefix', 'country code', 'area code', 'npanxx', 'npa', 'nxx'];

const placeText = (line: TariffLine): string =>
  placeColumns
    .map((column) => line.cell(column))
    .filter((text) => text !== '')
    .join(' ');

const filledIn = (cells: readonly string[]): string[] => cells.filter((cell) => cell !== '');

/** What a line is that is no rate: to be left out, or in the middle of the table and about another one; null: it may be a rate. */
function asideOf(
  line: TariffLine,
  cells: readonly string[],
  header: FileRow | null,
  { columns }: TariffOptions,
): { note: NoteKind } | { problem: string } | null {
  if (repeatsHeader(cells, header)) return { note: 'repeated-header' };
  if (isNoRate(line, cells)) return { note: 'not-a-rate' };
  if (/\d/.test(placeText(line))) return null;
  if (namesSum(cells)) return { note: 'sum' };
  if (header === null || !planColumns(cells, columns).ok) return null;
  return { problem: `other columns than in line ${header.line}: import this table from a file of its own` };
}

/** Lines above, between and below the rates: words alone, without a price. */
function isNoRate(line: TariffLine, cells: readonly string[]): boolean {
  if (priceColumns.some((column) => line.cell(column) !== '')) return false;
  const filled = filledIn(cells);
  const place = placeText(line);
  // A lone number may be a rate whose price is missing.
  return filled.length === 1 ? !/^[+\d(]/.test(filled[0] ?? '') : place === '' || /\p{L}/u.test(place);
}

function wrongShape(cells: readonly string[], { columns, nameless }: ColumnPlan): string | null {
  const isLonger = cells.length > columns.length && cells.slice(columns.length).some((cell) => cell !== '');
  if (isLonger) return `${cells.length} fields, but the header has ${columns.length} (a list of prefixes needs quotes)`;
  const isShorter = columns.some((_, place) => place >= cells.length && !nameless.includes(place));
  if (isShorter) return `${cells.length} fields, but the header has ${columns.length}`;
  const unnamed = nameless.find((place) => (cells[place] ?? '') !== '');
  return unnamed === undefined
    ? null
    : `column ${unnamed + 1} has no name, but this line has something in it: name it in the header`;
}

/** What becomes of a closed code, and of one without a price. */
function closing(line: TariffLine, { closed, unpriced }: TariffOptions): { kind: NoteKind; isLeftOut: boolean } {
  const isUnpriced = line.isUnpriced();
  const isLeftOut = (isUnpriced ? unpriced : closed) === 'leave-out';
  if (isUnpriced) return { kind: isLeftOut ? 'unpriced-out' : 'unpriced', isLeftOut };
  return { kind: isLeftOut ? 'left-out' : 'closed', isLeftOut };
}

/** Whether the carrier has closed the code. */
function isClosedLine(line: TariffLine): boolean {
  const status = line.cell('status');
  if (statusOf(status) === 'unknown')
    line.fail(`the status ${JSON.stringify(status.slice(0, 40))} is not known: leave its column out with --ignore`);
  return line.status() === 'closed';
}

/** A rate for each time of the week that the line has a price for. */
function eachTime(line: TariffLine, timed: readonly TimedPrice[], rates: RateTerms[]): RateTerms[] {
  if (timed.length === 0 || line.status() === 'closed') return rates;
  if (line.cell('scope') !== '')
    line.fail('the line has prices for part of the calls, and a scope besides: leave one out');
  const priced = timed.map((column): { scope: RateScope; priceMicros: number } => ({
    scope: timedPrices[column],
    priceMicros: line.money(column, 'needed'),
  }));
  // Where the state of a number is not known, nobody may pay less than the carrier can ask for.
  if (timed.includes('interstate price') && !timed.includes('indeterminate price')) {
    priced.push({ scope: 'indet', priceMicros: Math.max(...priced.map(({ priceMicros }) => priceMicros)) });
  }
  return rates.flatMap((rate) => priced.map((price) => ({ ...rate, ...price })));
}

function ratesOf(line: TariffLine, options: PrefixOptions, notes: Notes, number: number): RateTerms[] {
  const parsed = parsePrefixes(
    {
      prefix: line.cell('prefix'),
      countryCode: line.cell('country code'),
      areaCode: line.cell('area code'),
      npanxx: line.cell('npanxx') || line.cell('npa') + line.cell('nxx'),
    },
    options,
  );
  const { prefixes, withoutTrunkZero } = line.take('', parsed, { prefixes: [], withoutTrunkZero: [] });
  for (const text of withoutTrunkZero) notes.add('trunk-zero', number, text);
  const included = line.cell('included seconds');
  if (!/^(?:0+(?:[.,]0+)?)?$/.test(included)) {
    line.fail(
      `${JSON.stringify(included.slice(0, 40))} seconds are included in the price, which rates cannot say: correct the prices, or leave the column out with --ignore`,
    );
  }
  const terms = readTerms(line);
  const { validFromMs: from, validUntilMs: until } = terms;
  if (from !== null && until !== null && from >= until) line.fail('valid from is not before valid until');
  return prefixes.map((prefix) => ({ prefix, ...terms }));
}

/** One currency for the whole file: `take` returns what is wrong with a second one. */
function currencyOf(ofTable: string | null): { said: () => string | null; take: (code: string) => string | null } {
  let currency = ofTable;
  return {
    said: () => currency,
    take(code) {
      if (!isCurrency(code)) return `unknown currency "${code.slice(0, 20)}": use the code of ISO 4217, e.g. USD`;
      currency ??= code;
      return code === currency ? null : `currency ${code}, but the table is in ${currency}`;
    },
  };
}
