import { isCurrency } from './currency.ts';
import { joinIncrements, parseIncrements } from './increments.ts';
import type { Increments } from './increments.ts';
import { parseMicros } from './money.ts';
import type { DecimalMark } from './money.ts';
import { parsePrefixes } from './prefix-list.ts';
import type { Problems } from './problems.ts';
import type { RateTerms } from './rate.ts';
import { planColumns } from './rates-columns.ts';
import type { RateColumn } from './rates-columns.ts';
import type { Result } from '../words/result.ts';

export type RatesCsvOptions = {
  /** The table's currency; null: the file's own, which must be a single one. */
  currency: string | null;
  /** Default: a point. A comma is never guessed, because `1,500` can be read in two ways. */
  decimalMark?: DecimalMark;
  /** For a file without increments, which is refused otherwise, because bills depend heavily on them. */
  increments?: Increments;
  /** For lines without a date. */
  validFromMs?: number | null;
  /** Names of columns in the file that do not matter. */
  ignoreColumns?: readonly string[];
  /** Reads a date or a moment as UTC milliseconds. */
  parseMoment(text: string): { ok: true; ms: number } | { ok: false; error: string };
};

export type RatesReader = {
  /** The rates of a line, one for each prefix; none if something is wrong, which is then added to the problems. */
  read(line: number, cells: readonly string[]): RateTerms[];
  /** The currency of what was read so far; null: not known yet. */
  currency(): string | null;
};

const longestDestination = 100;
const dayMs = 86_400_000;

/**
 * Reads rates as carriers send them: a header, then a line per prefix or per list of prefixes. Null: the header is wrong, and the
 * problems say how. `conflictOf` finds duplicate and overlapping rates.
 */
export function createRatesReader(
  header: { line: number; cells: readonly string[] },
  options: RatesCsvOptions,
  problems: Problems,
): RatesReader | null {
  const plan = planColumns(header.cells, options.ignoreColumns);
  if (Array.isArray(plan)) {
    for (const problem of plan) problems.add(header.line, problem);
    return null;
  }
  const { columns } = plan;
  const mark = options.decimalMark ?? '.';
  const place = (column: RateColumn) => columns.indexOf(column);
  const places = {
    prefix: place('prefix'),
    countryCode: place('country code'),
    areaCode: place('area code'),
    country: place('country'),
    destination: place('destination'),
    price: place('price'),
    connectFee: place('connect fee'),
    increments: place('increments'),
    first: place('first increment'),
    next: place('next increment'),
    minimumCharge: place('minimum charge'),
    currency: place('currency'),
    validFrom: place('valid from'),
    validUntil: place('valid until'),
  };
  if (places.increments === -1 && places.first === -1 && options.increments === undefined) {
    problems.add(header.line, 'no column holds the billing increments: say which ones apply, e.g. 60/60');
    return null;
  }
  let currency = options.currency;

  function takeCurrency(code: string): string | null {
    if (!isCurrency(code)) return `unknown currency "${code.slice(0, 20)}": use the code of ISO 4217, e.g. USD`;
    currency ??= code;
    return code === currency ? null : `currency ${code}, where the table is in ${currency}`;
  }
  if (plan.currency !== null) {
    const problem = takeCurrency(plan.currency);
    if (problem !== null) {
      problems.add(header.line, problem);
      return null;
    }
  }

  // Most lines contain the same few texts.
  const readIncrements = remember((text: string) => parseIncrements(text, mark));
  const readMoment = remember((text: string): Result<number> => {
    const moment = options.parseMoment(text);
    return moment.ok ? { ok: true, value: moment.ms } : { ok: false, problem: moment.error };
  });

  function read(line: number, cells: readonly string[]): RateTerms[] {
    if (cells.length !== columns.length) {
      const hint = cells.length > columns.length ? ' (a list of prefixes needs quotes)' : '';
      problems.add(line, `${cells.length} fields, where the header has ${columns.length}${hint}`);
      return [];
    }
    const problemsBefore = problems.count();
    const cell = (at: number): string => (at === -1 ? '' : (cells[at] ?? '').trim());
    const fail = (error: string): void => problems.add(line, error);
    const take = <T>(name: string, parsed: Result<T>, otherwise: T): T => {
      if (parsed.ok) return parsed.value;
      fail(name === '' ? parsed.problem : `${name} ${parsed.problem}`);
      return otherwise;
    };
    const money = (name: string, at: number, isNeeded: boolean): number => {
      const text = cell(at);
      return text === '' && !isNeeded ? 0 : take(name, parseMicros(text, mark), 0);
    };
    const moment = (name: string, at: number): number | null => {
      const text = cell(at);
      return text === '' ? null : take(`${name}:`, readMoment(text), null);
    };
    const increments = (): Increments => {
      const none = { firstIncrementMs: 0, nextIncrementMs: 1 };
      const isEmpty = cell(places.increments) + cell(places.first) + cell(places.next) === '';
      if (isEmpty && options.increments !== undefined) return options.increments;
      if (isEmpty) {
        fail('the billing increments are missing');
        return none;
      }
      const isOne = places.increments !== -1;
      const parsed = isOne
        ? readIncrements(cell(places.increments))
        : joinIncrements(cell(places.first), cell(places.next), mark);
      return take('', parsed, none);
    };

    const code = cell(places.currency);
    if (code !== '') {
      const problem = takeCurrency(code);
      if (problem !== null) fail(problem);
    }
    const prefixes = take('', parsePrefixes(cell(places.prefix), cell(places.countryCode), cell(places.areaCode)), []);
    const destination = destinationOf(cell(places.country), cell(places.destination));
    if (/\p{Cc}/u.test(destination)) fail('the destination contains a control character or a line break');
    // A spreadsheet that opens a report with it must not run it.
    if (/^[=+@-]/.test(destination)) fail('the destination begins like a formula, with one of = + - @');
    if (destination.length > longestDestination) {
      fail(`the destination is longer than ${longestDestination} characters`);
    }
    const validFromMs = moment('valid from', places.validFrom) ?? options.validFromMs ?? null;
    const until = moment('valid until', places.validUntil);
    // A date alone includes that day: carriers write 31 December and 1 January for rates that follow each other.
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(cell(places.validUntil));
    const validUntilMs = until !== null && isDay ? until + dayMs : until;
    if (validFromMs !== null && validUntilMs !== null && validFromMs >= validUntilMs) {
      fail('valid from is not before valid until');
    }
    const terms = {
      destination,
      connectFeeMicros: money('connect fee', places.connectFee, false),
      priceMicros: money('price', places.price, true),
      ...increments(),
      minimumChargeMicros: money('minimum charge', places.minimumCharge, false),
      validFromMs,
      validUntilMs,
    };
    const isWrong = problems.count() > problemsBefore;
    return isWrong ? [] : prefixes.map((prefix) => ({ prefix, ...terms }));
  }

  return { read, currency: () => currency };
}

function destinationOf(country: string, destination: string): string {
  if (destination.toLowerCase().startsWith(country.toLowerCase())) return destination;
  return `${country} ${destination}`.trim();
}

function remember<T>(parse: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const parsed = parse(text);
    if (known.size < 1000) known.set(text, parsed);
    return parsed;
  };
}

type PlacedRate = Pick<RateTerms, 'prefix' | 'validFromMs' | 'validUntilMs'> & { line: number };

/**
 * Whether two rates of a file contradict each other. They must be neighbours when all rates are sorted by prefix, then by
 * valid-from (null first). A rate without an end may be followed by any other; one with an end must end before the next begins.
 */
export function conflictOf(earlier: PlacedRate, later: PlacedRate): { line: number; error: string } | null {
  if (earlier.prefix !== later.prefix) return null;
  const [first, second] = earlier.line <= later.line ? [earlier, later] : [later, earlier];
  const { prefix } = earlier;
  if (earlier.validFromMs === later.validFromMs) {
    return { line: second.line, error: `prefix ${prefix} is a duplicate of the one in line ${first.line}` };
  }
  if (earlier.validUntilMs === null || earlier.validUntilMs <= (later.validFromMs ?? -Infinity)) return null;
  return {
    line: second.line,
    error: `prefix ${prefix}: its time of validity overlaps with that in line ${first.line}`,
  };
}
