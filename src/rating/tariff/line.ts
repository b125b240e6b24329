import type { Result } from '../../words/result.ts';
import { joinIncrements, parseIncrements, type Increments } from '../increments.ts';
import { parseMicros, type DecimalMark } from '../money.ts';
import type { RateColumn } from './columns.ts';
import type { Problems } from './problems.ts';

/** How the cells of a file are read. */
export type CellOptions = {
  mark: DecimalMark;
  /** For lines without increments; null: they are required. */
  increments: Increments | null;
  /** For lines without a date. */
  validFromMs: number | null;
  /** Returns UTC milliseconds. */
  parseMoment: (text: string) => Result<number>;
  parseIncrements: (text: string) => Result<Increments>;
};

/** A line of a tariff file, read by column. What is wrong is added to the problems, and a placeholder is returned. */
export type TariffLine = {
  /** Trimmed; empty if the file has no such column. */
  cell(column: RateColumn): string;
  fail(error: string): void;
  /** `name`: put before the problem; empty: the problem says what it is about. */
  take<Value>(name: string, parsed: Result<Value>, otherwise: Value): Value;
  money(column: RateColumn, where: 'needed' | 'or 0'): number;
  destination(): string;
  increments(): Increments;
  validFrom(): number | null;
  validUntil(): number | null;
};

const maximumDestinationLength = 100;
const dayMs = 86_400_000;
const noIncrements: Increments = { firstIncrementMs: 0, nextIncrementMs: 1 };

export function tariffLine(
  number: number,
  cellAt: (column: RateColumn) => string,
  options: CellOptions,
  problems: Problems,
): TariffLine {
  let increments: Increments | null = null;

  const moment = (column: RateColumn): number | null => {
    const text = line.cell(column);
    return text === '' ? null : line.take(`${column}:`, options.parseMoment(text), null);
  };

  function readIncrements(): Increments {
    const [both, first, next] = [line.cell('increments'), line.cell('first increment'), line.cell('next increment')];
    if (both + first + next !== '') {
      const isOne = both !== '' || first + next === '';
      return line.take(
        '',
        isOne ? options.parseIncrements(both) : joinIncrements(first, next, options.mark),
        noIncrements,
      );
    }
    if (options.increments !== null) return options.increments;
    line.fail('the billing increments are missing');
    return noIncrements;
  }

  const line: TariffLine = {
    cell: (column) => cellAt(column).trim(),
    fail: (error) => problems.add(number, error),
    take(name, parsed, otherwise) {
      if (parsed.ok) return parsed.value;
      line.fail(name === '' ? parsed.problem : `${name} ${parsed.problem}`);
      return otherwise;
    },
    money(column, where) {
      const text = line.cell(column);
      return text === '' && where === 'or 0' ? 0 : line.take(column, parseMicros(text, options.mark), 0);
    },
    destination() {
      const text = destinationOf(line.cell('country'), line.cell('destination'));
      if (/\p{Cc}/u.test(text)) line.fail('the destination contains a control character or a line break');
      // A spreadsheet that opens a report must not run it.
      if (/^[=+@-]/.test(text)) line.fail('the destination starts like a formula, with one of = + - @');
      if (text.length > maximumDestinationLength)
        line.fail(`the destination is longer than ${maximumDestinationLength} characters`);
      return text;
    },
    increments: () => (increments ??= readIncrements()),
    validFrom: () => moment('valid from') ?? options.validFromMs,
    validUntil() {
      const until = moment('valid until');
      // A date alone includes that day: carriers write 31 December and 1 January for rates that follow each other.
      const isDay = /^\d{4}-\d{2}-\d{2}$/.test(line.cell('valid until'));
      return until !== null && isDay ? until + dayMs : until;
    },
  };
  return line;
}

function destinationOf(country: string, destination: string): string {
  if (destination.toLowerCase().startsWith(country.toLowerCase())) return destination;
  return `${country} ${destination}`.trim();
}

/** Remembers what was parsed, since most lines contain the same few texts. */
export const cellOptions = (options: Omit<CellOptions, 'parseIncrements'>): CellOptions => ({
  ...options,
  parseMoment: remember(options.parseMoment),
  parseIncrements: remember((text) => parseIncrements(text, options.mark)),
});

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
