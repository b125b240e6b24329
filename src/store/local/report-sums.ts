import { countryName } from '../../reports/country.ts';
import type { Grouping, SummaryPiece } from '../../reports/report.ts';
import { quarterMs } from '../../reports/report.ts';
import { flag, hourMs } from './report-hours.ts';
import type { HourField, HourOfCalls } from './report-hours.ts';
import type { Names } from './report-names.ts';
import type { Words } from './report-words.ts';

type Key = SummaryPiece['keys'][number];
type Numbers = ArrayLike<number>;

/** How calls are grouped: the fields it needs, a number for the group of each call, and what the number stands for. */
type Level = {
  fields: readonly HourField[];
  groupOf: (hour: number, ...fields: Numbers[]) => (row: number) => number;
  keyOf: (group: number, words: Words, names: Names) => Key;
};

const noNumbers: Numbers = [];
const quartersPerHour = hourMs / quarterMs;

const idLevel = (field: 'account' | 'department'): Level => ({
  fields: [field],
  groupOf:
    (_hour, ids = noNumbers) =>
    (row) =>
      ids[row] ?? 0,
  keyOf: (id, _words, names) => (id === 0 ? { key: null, label: null } : { key: id, label: names[field](id) }),
});

const wordLevel = (field: HourField, labelOf: (word: string, names: Names) => string | null = () => null): Level => ({
  fields: [field],
  groupOf:
    (_hour, ids = noNumbers) =>
    (row) =>
      ids[row] ?? 0,
  keyOf(id, words, names) {
    const word = words.wordOf(id);
    return { key: word, label: word === null ? null : labelOf(word, names) };
  },
});

const clockLevel: Level = {
  fields: ['started'],
  groupOf:
    (hour, started = noNumbers) =>
    (row) =>
      hour * quartersPerHour + Math.floor((started[row] ?? 0) / quarterMs),
  keyOf: (quarter) => ({ key: quarter, label: null }),
};

const destinationLevel: Level = {
  fields: ['destination', 'country'],
  // Even: what the rate says. Odd: the country, where no rate says anything.
  groupOf:
    (_hour, destinations = noNumbers, countries = noNumbers) =>
    (row) => {
      const destination = destinations[row] ?? 0;
      return destination === 0 ? (countries[row] ?? 0) * 2 + 1 : destination * 2;
    },
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

/** Exact for any number of amounts: what a `number` cannot hold for sure goes on in a `bigint`. */
type Total = { small: number; large: bigint };
const mostSmall = 2 ** 52;

function addTo(total: Total, amount: number): void {
  const sum = total.small + amount;
  if (sum < mostSmall) {
    total.small = sum;
    return;
  }
  total.large += BigInt(total.small) + BigInt(amount);
  total.small = 0;
}

const valueOf = ({ small, large }: Total): bigint => large + BigInt(small);

type Sum = {
  path: readonly number[];
  currency: number;
  calls: number;
  placed: number;
  answered: number;
  refused: number;
  unrated: number;
  billableMs: number;
  cost: Total;
  charge: Total;
};

/** One group of the outer levels; the innermost ones, by group and currency, are sums. */
type Node = { path: readonly number[]; inner: Map<number, Node>; sums: Map<number, Map<number, Sum>> };
const nodeOf = (path: readonly number[]): Node => ({ path, inner: new Map(), sums: new Map() });

export type Sums = {
  add(hour: HourOfCalls, keep: (row: number) => boolean): void;
  pieces(words: Words, names: Names): Generator<SummaryPiece>;
};

/** Adds up calls by groupings and currency. */
export function startSums(groupings: readonly Grouping[]): Sums {
  const root = nodeOf([]);
  const all: Sum[] = [];
  const outer = groupings.slice(0, -1).map((grouping) => levels[grouping]);
  const innermost = groupings.slice(-1).map((grouping) => levels[grouping]);

  const newSum = (path: readonly number[], currency: number): Sum => {
    const counts = { calls: 0, placed: 0, answered: 0, refused: 0, unrated: 0, billableMs: 0 };
    const sum = { path, currency, ...counts, cost: { small: 0, large: 0n }, charge: { small: 0, large: 0n } };
    all.push(sum);
    return sum;
  };

  const sumAt = (node: Node, group: number, currency: number): Sum => {
    let byCurrency = node.sums.get(group);
    if (byCurrency === undefined) node.sums.set(group, (byCurrency = new Map<number, Sum>()));
    let sum = byCurrency.get(currency);
    if (sum === undefined) byCurrency.set(currency, (sum = newSum([...node.path, group], currency)));
    return sum;
  };

  const nodeAt = (node: Node, group: number): Node => {
    let inner = node.inner.get(group);
    if (inner === undefined) node.inner.set(group, (inner = nodeOf([...node.path, group])));
    return inner;
  };

  return {
    add(hour, keep) {
      const of = ({ fields, groupOf }: Level) => groupOf(hour.hour, ...fields.map((field) => hour[field] ?? noNumbers));
      const outerGroups = outer.map(of);
      const innerGroup = innermost.map(of)[0] ?? (() => 0);
      const [currencies, flags, billable, cost, charge] = sumFields.map((field) => hour[field] ?? noNumbers);
      for (let row = 0; row < hour.calls; row += 1) {
        if (!keep(row)) continue;
        let node = root;
        for (const group of outerGroups) node = nodeAt(node, group(row));
        const sum = sumAt(node, innerGroup(row), currencies?.[row] ?? 0);
        const bits = flags?.[row] ?? 0;
        sum.calls += 1;
        if ((bits & flag.placed) !== 0) sum.placed += 1;
        if ((bits & flag.answered) !== 0) sum.answered += 1;
        if ((bits & flag.refused) !== 0) sum.refused += 1;
        if ((bits & flag.unrated) !== 0) sum.unrated += 1;
        sum.billableMs += billable?.[row] ?? 0;
        if ((bits & flag.priced) === 0) continue;
        addTo(sum.cost, cost?.[row] ?? 0);
        addTo(sum.charge, charge?.[row] ?? 0);
      }
    },
    *pieces(words, names) {
      const inOrder = [...outer, ...innermost];
      for (const { path, currency, cost, charge, ...counts } of all) {
        yield {
          keys: inOrder.map((level, at) => level.keyOf(path[at] ?? 0, words, names)),
          currency: words.wordOf(currency),
          costMicros: valueOf(cost),
          chargeMicros: valueOf(charge),
          ...counts,
        };
      }
    },
  };
}
