import { countryName } from '../../../reports/country.ts';
import type { Grouping, SummaryPiece } from '../../../reports/report.ts';
import { quarterMs } from '../../../reports/report.ts';
import { flag, hourMs } from './hours.ts';
import type { HourField, HourOfCalls } from './hours.ts';
import type { Names } from './names.ts';
import type { Words } from './words.ts';

type Key = SummaryPiece['keys'][number];
type Numbers = ArrayLike<number>;

/** How calls are grouped: the fields it needs, a number for the group of each call, and what the number stands for. */
type Level = {
  fields: readonly HourField[];
  groupsOf: (hour: HourOfCalls, clock: (quarter: number) => number) => Numbers;
  keyOf: (group: number, words: Words, names: Names) => Key;
};

const noNumbers: Numbers = [];
const quartersPerHour = hourMs / quarterMs;

const idLevel = (field: 'account' | 'department'): Level => ({
  fields: [field],
  groupsOf: (hour) => hour[field] ?? noNumbers,
  keyOf: (id, _words, names) => (id === 0 ? { key: null, label: null } : { key: id, label: names[field](id) }),
});

const wordLevel = (field: HourField, labelOf: (word: string, names: Names) => string | null = () => null): Level => ({
  fields: [field],
  groupsOf: (hour) => hour[field] ?? noNumbers,
  keyOf(id, words, names) {
    const word = words.wordOf(id);
    return { key: word, label: word === null ? null : labelOf(word, names) };
  },
});

const clockLevel: Level = {
  fields: ['started'],
  groupsOf({ hour, started = noNumbers }, clock) {
    const quarters = Array.from({ length: quartersPerHour }, (_, at) => clock(hour * quartersPerHour + at));
    return Array.from(started, (ms) => quarters[Math.floor(ms / quarterMs)] ?? 0);
  },
  keyOf: (quarter) => ({ key: quarter, label: null }),
};

const destinationLevel: Level = {
  fields: ['destination', 'country'],
  // Even: what the rate says. Odd: the country, where no rate says anything.
  groupsOf: ({ destination = noNumbers, country = noNumbers }) =>
    Array.from(destination, (own, row) => (own === 0 ? (country[row] ?? 0) * 2 + 1 : own * 2)),
  keyOf(group, words) {
    const word = words.wordOf(Math.floor(group / 2));
    return { key: word === null || group % 2 === 0 ? word : countryName(word), label: null };
  },
};

const levels: Record<Grouping, Level> = {
  account: idLevel('account'),
  department: idLevel('department'),
  extension: wordLevel('extension', (number, names) => names.extension(number)),
  destination: destinationLevel,
  country: wordLevel('country'),
  'call-type': wordLevel('call_type'),
  day: clockLevel,
  week: clockLevel,
  month: clockLevel,
  hour: clockLevel,
  outcome: wordLevel('outcome'),
  reason: wordLevel('reason'),
  entry: wordLevel('entry'),
};

const sumFields = ['currency', 'flags', 'billable', 'cost', 'charge'] as const satisfies readonly HourField[];

/** The fields that sums by these groupings need. */
export function fieldsOfSums(groupings: readonly Grouping[]): HourField[] {
  return [...sumFields, ...groupings.flatMap((grouping) => levels[grouping].fields)];
}

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
const most = [2 ** 24, 2 ** 21, 2 ** 8] as const;

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
  const [first, second, ...more] = groupings.map((grouping) => ({ ...levels[grouping], grouping, places: places() }));
  if (more.length > 0) throw new RangeError('calls are grouped by two groupings at most');
  const currencies = places();
  const slots = new Map<number, number>();
  const paths: (readonly [number, number, number])[] = [];
  let totals = new Float64Array(width * 64);
  const large = new Map<number, bigint>();

  const newSlot = (path: readonly [number, number, number]): number => {
    if (path.some((place, at) => place >= (most[at] ?? 0))) {
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

  const count = (at: number, amount: number): void => {
    totals[at] = (totals[at] ?? 0) + amount;
  };
  const addAmount = (at: number, amount: number): void => {
    const before = totals[at] ?? 0;
    if (before + amount < maximumSmall) {
      totals[at] = before + amount;
      return;
    }
    large.set(at, (large.get(at) ?? 0n) + BigInt(before) + BigInt(amount));
    totals[at] = 0;
  };
  const amountAt = (at: number): bigint => (large.get(at) ?? 0n) + BigInt(totals[at] ?? 0);

  return {
    add(hour, keep) {
      const groupsOf = (level: typeof first) =>
        level === undefined ? noNumbers : level.groupsOf(hour, (quarter) => clock(level.grouping, quarter));
      const [outer, inner] = [groupsOf(first), groupsOf(second)];
      const {
        currency = noNumbers,
        flags = noNumbers,
        billable = noNumbers,
        cost = noNumbers,
        charge = noNumbers,
      } = hour;
      for (let row = 0; row < hour.calls; row += 1) {
        if (keep !== null && !keep(row)) continue;
        const a = first === undefined ? 0 : first.places.of(outer[row] ?? 0);
        const b = second === undefined ? 0 : second.places.of(inner[row] ?? 0);
        const c = currencies.of(currency[row] ?? 0);
        const key = a + (b * most[2] + c) * most[0];
        let slot = slots.get(key);
        if (slot === undefined) slots.set(key, (slot = newSlot([a, b, c])));
        const at = slot * width;
        const bits = flags[row] ?? 0;
        count(at, 1);
        if ((bits & flag.placed) !== 0) count(at + measure.placed, 1);
        if ((bits & flag.answered) !== 0) count(at + measure.answered, 1);
        if ((bits & flag.refused) !== 0) count(at + measure.refused, 1);
        if ((bits & flag.unrated) !== 0) count(at + measure.unrated, 1);
        count(at + measure.billableMs, billable[row] ?? 0);
        if ((bits & flag.priced) === 0) continue;
        addAmount(at + measure.cost, cost[row] ?? 0);
        addAmount(at + measure.charge, charge[row] ?? 0);
      }
    },
    *pieces(words, names) {
      const keysOf = (level: typeof first) => level?.places.ids.map((id) => level.keyOf(id, words, names)) ?? [];
      const [outer, inner] = [keysOf(first), keysOf(second)];
      const none: Key = { key: null, label: null };
      for (const [slot, [a, b, c]] of paths.entries()) {
        const at = slot * width;
        const number = (name: keyof typeof measure) => totals[at + measure[name]] ?? 0;
        yield {
          keys: [outer[a] ?? none, inner[b] ?? none].slice(0, groupings.length),
          currency: words.wordOf(currencies.ids[c] ?? 0),
          calls: number('calls'),
          placed: number('placed'),
          answered: number('answered'),
          refused: number('refused'),
          unrated: number('unrated'),
          billableMs: number('billableMs'),
          costMicros: amountAt(at + measure.cost),
          chargeMicros: amountAt(at + measure.charge),
        };
      }
    },
  };
}
