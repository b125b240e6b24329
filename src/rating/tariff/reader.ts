import type { Result } from '../../words/result.ts';
import { isCurrency } from '../currency.ts';
import type { Increments } from '../increments.ts';
import type { DecimalMark } from '../money.ts';
import type { RateTerms } from '../rate.ts';
import { planColumns, type RateColumn } from './columns.ts';
import { readTerms } from './fields.ts';
import { cellOptions, tariffLine } from './line.ts';
import { parsePrefixes } from './prefixes.ts';
import type { Problems } from './problems.ts';

export type TariffOptions = {
  /** The table's currency; null: taken from the file, which must have only one. */
  currency: string | null;
  /** Default: a point. A comma is never guessed, because `1,500` can be read in two ways. */
  decimalMark?: DecimalMark;
  /** For a file without increments, which is otherwise refused, because bills depend heavily on them. */
  increments?: Increments;
  /** For lines without a date. */
  validFromMs?: number | null;
  /** Names of columns in the file that do not matter. */
  ignoreColumns?: readonly string[];
  /** Reads a date or a moment as UTC milliseconds. */
  parseMoment: (text: string) => Result<number>;
};

export type TariffReader = {
  /** The rates of a line, one for each prefix; none if the line has problems, which are added to the others. */
  read(line: number, cells: readonly string[]): RateTerms[];
  /** The currency of the lines read so far; null: not known yet. */
  currency(): string | null;
};

/**
 * Reads rates as carriers send them: a header, then a line per prefix or per list of prefixes. Null: the header has
 * problems, which have been added. `conflictOf` finds duplicate and overlapping rates.
 */
export function createTariffReader(
  header: { line: number; cells: readonly string[] },
  options: TariffOptions,
  problems: Problems,
): TariffReader | null {
  const planned = planColumns(header.cells, options.ignoreColumns);
  if (!planned.ok) {
    for (const problem of planned.problem) problems.add(header.line, problem);
    return null;
  }
  const plan = planned.value;
  const places = new Map(plan.columns.map((column, place) => [column, place]));
  if (!places.has('increments') && !places.has('first increment') && options.increments === undefined) {
    problems.add(header.line, 'there is no billing increments column: say which increments apply, e.g. 60/60');
    return null;
  }
  const currency = currencyOf(options.currency);
  const problem = plan.currency === null ? null : currency.take(plan.currency);
  if (problem !== null) {
    problems.add(header.line, problem);
    return null;
  }
  const { decimalMark: mark = '.', increments = null, validFromMs = null, parseMoment } = options;
  const reading = cellOptions({ mark, increments, validFromMs, parseMoment });

  function read(number: number, cells: readonly string[]): RateTerms[] {
    if (cells.length !== plan.columns.length) {
      problems.add(number, wrongLength(cells.length, plan.columns.length));
      return [];
    }
    const problemsBefore = problems.count();
    const cellAt = (column: RateColumn): string => cells[places.get(column) ?? -1] ?? '';
    const line = tariffLine(number, cellAt, reading, problems);
    const code = line.cell('currency');
    const wrongCurrency = code === '' ? null : currency.take(code);
    if (wrongCurrency !== null) line.fail(wrongCurrency);
    const parsed = parsePrefixes(line.cell('prefix'), line.cell('country code'), line.cell('area code'));
    const prefixes = line.take('', parsed, []);
    const terms = readTerms(line);
    const { validFromMs: from, validUntilMs: until } = terms;
    if (from !== null && until !== null && from >= until) line.fail('valid from is not before valid until');
    const isWrong = problems.count() > problemsBefore;
    return isWrong ? [] : prefixes.map((prefix) => ({ prefix, ...terms }));
  }

  return { read, currency: currency.said };
}

function wrongLength(cells: number, columns: number): string {
  const hint = cells > columns ? ' (a list of prefixes needs quotes)' : '';
  return `${cells} fields, but the header has ${columns}${hint}`;
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
