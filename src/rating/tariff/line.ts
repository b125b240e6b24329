import type { RoundingMode } from '../money.ts';
import type { Result } from '../../words/result.ts';
import type { Increments } from '../increments.ts';
import type { NumberSigns } from '../signs.ts';
import type { RateStatus } from '../rate.ts';
import { isRateScope, rateScopes, type RateScope } from '../scope.ts';
import { formatTiers, parseTiers } from '../tiers.ts';
import { readBothIncrements, readIncrements, readMoney, readSeconds } from './amounts.ts';
import { isFee, type RateColumn } from './column-names.ts';
import { dayNumbered, isDay, isNever, isoDate, nextDay, type DateOrder } from './dates.ts';
import type { Problems } from './problems.ts';
import type { PriceUnit } from './price-units.ts';
import { isClosed, isUnpriced, statusOf } from './status.ts';

/** How the cells of a file are read. */
export type CellOptions = {
  signs: NumberSigns;
  /** The file's currency, as far as it is known; null: not yet. */
  currency: () => string | null;
  /** For lines without increments; null: they are required. */
  increments: Increments | null;
  /** For lines without a date. */
  validFromMs: number | null;
  /** What the prices of a column are in; undefined: whole units a minute. */
  unitOf: (column: RateColumn) => PriceUnit | undefined;
  /** A price has its unit in its cell. */
  onCellUnit: (line: number, text: string, unit: PriceUnit) => void;
  /** How a price with more than six decimals is rounded; null: somebody must say it. */
  roundPrices: RoundingMode | null;
  /** What becomes of codes without a price; null: somebody must say it. */
  unpriced: 'closed' | 'leave-out' | null;
  /** How a column's dates are read; null: neither the column nor anybody has said. */
  dateOrder: (column: RateColumn) => DateOrder | null;
  /** Whether its prices are for times of the week, and none is for all calls. */
  isTimed: boolean;
  /** Returns UTC milliseconds. */
  parseMoment: (text: string) => Result<number>;
};

/** A line of a tariff file, read by column. What is wrong is added to the problems, and a placeholder is returned. */
export type TariffLine = {
  /** Trimmed; empty if the file has no such column. */
  cell(column: RateColumn): string;
  fail(error: string): void;
  /** The amount in a column has this unit behind it. */
  hasUnit(column: RateColumn, unit: PriceUnit): void;
  /** `name`: put before the problem; empty: the problem says what it is about. */
  take<Value>(name: string, parsed: Result<Value>, otherwise: Value): Value;
  money(column: RateColumn, where: 'needed' | 'or 0'): number;
  /** It has no price, and somebody has said what becomes of such codes. */
  isUnpriced(): boolean;
  /** Of a price for all calls; 0 where there are others instead, or the code is closed. */
  price(): number;
  scope(): RateScope;
  /** In canonical form; empty: none. */
  tiers(): string;
  status(): RateStatus;
  graceMs(): number;
  destination(): string;
  increments(): Increments;
  validFrom(): number | null;
  validUntil(): number | null;
};

const maximumDestinationLength = 100;
const noIncrements: Increments = { firstIncrementMs: 0, nextIncrementMs: 1 };

/** Makes lines; it remembers what was parsed, since most lines contain the same few texts. */
export function tariffLines(
  options: CellOptions,
  problems: Problems,
): (number: number, cellAt: (column: RateColumn) => string) => TariffLine {
  const parseMoment = remember(options.parseMoment);
  const incrementsOf = remember((text) => readIncrements(text, options.signs));
  // A date alone includes that day as an end: carriers write 31 December and 1 January for rates that follow each other.
  const dateOf = (text: string, order: DateOrder | null, isEnd: boolean): Result<number> => {
    const iso = isoDate(text, order);
    if (!iso.ok) return iso;
    const day = dayNumbered(iso.value);
    if (day !== null) return { ok: false, problem: day };
    const moment = parseMoment(iso.value);
    return moment.ok && isEnd && isDay(iso.value) ? parseMoment(nextDay(iso.value)) : moment;
  };

  return (number, cellAt) => {
    let increments: Increments | null = null;

    const moment = (column: RateColumn): number | null => {
      const text = line.cell(column);
      if (column === 'valid until' && isNever(text)) return null;
      return text === ''
        ? null
        : line.take(`${column}:`, dateOf(text, options.dateOrder(column), column === 'valid until'), null);
    };

    const line: TariffLine = {
      cell: (column) => cellAt(column).trim(),
      fail: (error) => problems.add(number, error),
      hasUnit: (column, unit) => options.onCellUnit(number, line.cell(column), unit),
      take(name, parsed, otherwise) {
        if (parsed.ok) return parsed.value;
        line.fail(name === '' ? parsed.problem : `${name} ${parsed.problem}`);
        return otherwise;
      },
      money: (column, where) => moneyIn(line, column, where, options),
      isUnpriced: () => !options.isTimed && options.unpriced !== null && isUnpriced(line.cell('price')),
      price: () => (line.status() === 'closed' || options.isTimed ? 0 : line.money('price', 'needed')),
      scope: () => line.take('scope', readScope(line.cell('scope')), 'all'),
      tiers() {
        const tiers = parseTiers(line.cell('tiers'), options.signs.decimal === ',' ? ',' : '.');
        return formatTiers(line.take('tiers:', tiers, []));
      },
      status: () => (isClosedLine(line) || line.isUnpriced() ? 'closed' : 'open'),
      graceMs() {
        const text = line.cell('grace seconds');
        return text === '' ? 0 : line.take('grace seconds:', readSeconds(text, options.signs), 0);
      },
      destination: () => destinationIn(line),
      increments: () => (increments ??= allIncrements(line, options, incrementsOf)),
      validFrom: () => moment('valid from') ?? options.validFromMs,
      validUntil: () => moment('valid until'),
    };
    return line;
  };
}

function moneyIn(
  line: TariffLine,
  column: RateColumn,
  where: 'needed' | 'or 0',
  { signs, currency, unitOf, isTimed, roundPrices }: CellOptions,
): number {
  const text = line.cell(column);
  if (text === '' && where === 'or 0') return 0;
  if (where === 'or 0' || !isUnpriced(text))
    return line.take(
      column,
      readMoney(text, {
        ...{ signs, currency: currency(), unit: unitOf(column), rounding: roundPrices },
        isForCall: isFee(column),
        onCellUnit: (unit) => line.hasUnit(column, unit),
      }),
      0,
    );
  const is = `the ${column} is ${text === '' ? 'missing' : JSON.stringify(text.slice(0, 20))}`;
  const above = text === '' ? 'write it in where the price above is meant, ' : '';
  line.fail(isTimed ? is : `${is}: ${above}${unpricedMay}`);
  return 0;
}

const unpricedMay =
  'leave codes without a price out with --unpriced leave-out, or have calls to them refused with --unpriced closed';

const isClosedLine = (line: TariffLine): boolean =>
  statusOf(line.cell('status')) === 'closed' || isClosed(line.cell('price'));

function allIncrements(
  line: TariffLine,
  { signs, increments }: CellOptions,
  incrementsOf: (text: string) => Result<Increments>,
): Increments {
  const [both, first, next] = [line.cell('increments'), line.cell('first increment'), line.cell('next increment')];
  if (both + first + next !== '') {
    const isOne = both !== '' || first + next === '';
    return line.take('', isOne ? incrementsOf(both) : readBothIncrements(first, next, signs), noIncrements);
  }
  if (increments !== null) return increments;
  if (line.status() === 'closed') return noIncrements;
  line.fail('the billing increments are missing: say which ones apply with --increments, e.g. 60/60');
  return noIncrements;
}

function readScope(text: string): Result<RateScope> {
  const scope = text === '' ? 'all' : text.toLowerCase().replace(/^indeterminate$/, 'indet');
  if (isRateScope(scope)) return { ok: true, value: scope };
  return { ok: false, problem: `${JSON.stringify(text.slice(0, 40))} must be one of ${rateScopes.join(', ')}` };
}

function destinationIn(line: TariffLine): string {
  const parts = (['country', 'destination', 'network'] as const).map((column) =>
    line.cell(column).replace(/\s*\n\s*/g, ' '),
  );
  const text = parts.reduce((before, part) => joinedNames(before, part));
  if (/\p{Cc}/u.test(text)) line.fail('the destination contains a control character or a line break');
  // A spreadsheet that opens a report must not run it.
  if (/^[=+@-]/.test(text)) line.fail('the destination starts like a formula, with one of = + - @');
  if (text.length > maximumDestinationLength) {
    line.fail(`the destination is longer than ${maximumDestinationLength} characters`);
  }
  return text;
}

/** A name that begins with the one before it holds it already: UK, and UK Mobile. */
function joinedNames(before: string, after: string): string {
  if (after.toLowerCase().startsWith(before.toLowerCase())) return after;
  return `${before} ${after}`.trim();
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
