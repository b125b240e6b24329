import type { Grouping, SummaryPiece } from '../../../../reports/report.ts';
import { flag } from './hours.ts';
import type { HourOfCalls } from './hours.ts';
import { levels } from './levels.ts';
import type { Key } from './levels.ts';
import type { Names } from './names.ts';
import type { Words } from './words.ts';

type Numbers = ArrayLike<number>;
const noNumbers: Numbers = [];

/** Places 0, 1, 2 … for numbers, in the order in which they come. */
function places(): { of: (id: number) => number; ids: readonly number[] } {
  const ids: number[] = [];
  const small = new Int32Array(2 ** 16);
  const large = new Map<number, number>();
  return {
    ids,
    of(id) {
      const place = id < small.length ? (small[id] ?? 0) : (large.get(id) ?? 0);
      if (place !== 0) return place - 1;
      ids.push(id);
      if (id < small.length) small[id] = ids.length;
      else large.set(id, ids.length);
      return ids.length - 1;
    },
  };
}

/** What is added up, one after the other for each group: so a million of them are one piece of memory. */
const measure = {
  calls: 0,
  placed: 1,
  answered: 2,
  refused: 3,
  unrated: 4,
  billableMs: 5,
  cost: 6,
  charge: 7,
} as const;
const width = Object.keys(measure).length;
/** Where amounts get larger than a `number` is exact for, they go on in a `bigint`. */
const maximumSmall = 2 ** 52;
/** How many groups, groups within, and currencies there may be: a number holds one of each exactly. */
const maximumPlaces = [2 ** 24, 2 ** 21, 2 ** 8] as const;

type Path = readonly [outer: number, inner: number, currency: number];
type Measure = keyof typeof measure;

/** What was added up, for each group that came. */
function startTotals() {
  const slots = new Map<number, number>();
  const paths: Path[] = [];
  let totals = new Float64Array(width * 64);
  const large = new Map<number, bigint>();

  const newSlot = (path: Path): number => {
    if (path.some((place, at) => place >= (maximumPlaces[at] ?? 0))) {
      throw new RangeError('there are too many groups: ask for fewer calls');
    }
    const slot = paths.push(path) - 1;
    if ((slot + 1) * width > totals.length) {
      const grown = new Float64Array(totals.length * 2);
      grown.set(totals);
      totals = grown;
    }
    return slot;
  };

  return {
    paths: paths as readonly Path[],
    /** Where the measures of a group begin. */
    at: (outer: number, inner: number, currency: number): number => {
      const key = outer + (inner * maximumPlaces[2] + currency) * maximumPlaces[0];
      let slot = slots.get(key);
      if (slot === undefined) slots.set(key, (slot = newSlot([outer, inner, currency])));
      return slot * width;
    },
    count: (at: number, amount: number): void => {
      totals[at] = (totals[at] ?? 0) + amount;
    },
    addAmount: (at: number, amount: number): void => {
      const before = totals[at] ?? 0;
      if (before + amount < maximumSmall) {
        totals[at] = before + amount;
        return;
      }
      large.set(at, (large.get(at) ?? 0n) + BigInt(before) + BigInt(amount));
      totals[at] = 0;
    },
    countOf: (slot: number, name: Measure): number => totals[slot * width + measure[name]] ?? 0,
    amountOf: (slot: number, name: Measure): bigint => {
      const at = slot * width + measure[name];
      return (large.get(at) ?? 0n) + BigInt(totals[at] ?? 0);
    },
  };
}
type Totals = ReturnType<typeof startTotals>;

export type Sums = {
  /** `keep` null: all its calls. */
  add(hour: HourOfCalls, keep: ((row: number) => boolean) | null): void;
  pieces(words: Words, names: Names): Generator<SummaryPiece>;
};

/** Adds up calls by one or two groupings, and by currency. `clock` says which quarter of an hour stands for one. */
export function startSums(
  groupings: readonly Grouping[],
  clock: (grouping: Grouping, quarter: number) => number,
): Sums {
  const given = groupings.map((grouping) => ({ ...levels[grouping], grouping, places: places() }));
  const [first, second, ...more] = given;
  if (more.length > 0) throw new RangeError('calls are grouped by two groupings at most');
  const currencies = places();
  const totals = startTotals();
  const groupsOf = (level: typeof first, hour: HourOfCalls): Numbers =>
    level === undefined ? noNumbers : level.groupsOf(hour, (quarter) => clock(level.grouping, quarter));

  return {
    add(hour, keep) {
      const [outer, inner] = [groupsOf(first, hour), groupsOf(second, hour)];
      const { currency = noNumbers } = hour;
      const addRow = rowAdder(totals, hour);
      for (let row = 0; row < hour.calls; row += 1) {
        if (keep !== null && !keep(row)) continue;
        const a = first === undefined ? 0 : first.places.of(outer[row] ?? 0);
        const b = second === undefined ? 0 : second.places.of(inner[row] ?? 0);
        addRow(totals.at(a, b, currencies.of(currency[row] ?? 0)), row);
      }
    },
    *pieces(words, names) {
      const [outer = [], inner = []] = given.map((level) =>
        level.places.ids.map((id) => level.keyOf(id, words, names)),
      );
      for (const [slot, [a, b, c]] of totals.paths.entries()) {
        yield {
          keys: [outer[a] ?? noKey, inner[b] ?? noKey].slice(0, groupings.length),
          currency: words.wordOf(currencies.ids[c] ?? 0),
          ...measuresOf(totals, slot),
        };
      }
    },
  };
}

const noKey: Key = { key: null, label: null };

/** Makes a function that adds a call of the hour to the group whose measures begin there. */
function rowAdder({ count, addAmount }: Totals, hour: HourOfCalls): (at: number, row: number) => void {
  const { flags = noNumbers, billable = noNumbers, cost = noNumbers, charge = noNumbers } = hour;
  return (at, row) => {
    const bits = flags[row] ?? 0;
    count(at, 1);
    if ((bits & flag.placed) !== 0) count(at + measure.placed, 1);
    if ((bits & flag.answered) !== 0) count(at + measure.answered, 1);
    if ((bits & flag.refused) !== 0) count(at + measure.refused, 1);
    if ((bits & flag.unrated) !== 0) count(at + measure.unrated, 1);
    count(at + measure.billableMs, billable[row] ?? 0);
    if ((bits & flag.priced) === 0) return;
    addAmount(at + measure.cost, cost[row] ?? 0);
    addAmount(at + measure.charge, charge[row] ?? 0);
  };
}

function measuresOf({ countOf, amountOf }: Totals, slot: number): Omit<SummaryPiece, 'keys' | 'currency'> {
  return {
    calls: countOf(slot, 'calls'),
    placed: countOf(slot, 'placed'),
    answered: countOf(slot, 'answered'),
    refused: countOf(slot, 'refused'),
    unrated: countOf(slot, 'unrated'),
    billableMs: countOf(slot, 'billableMs'),
    costMicros: amountOf(slot, 'cost'),
    chargeMicros: amountOf(slot, 'charge'),
  };
}
