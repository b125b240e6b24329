import type { Grouping, SummaryPiece, Top } from '../../../../reports/report.ts';
import { addCounts, nameOf } from '../../../../reports/summary.ts';
import { flag } from './hours.ts';
import type { HourOfCalls } from './hours.ts';
import { levels } from './levels.ts';
import type { Key } from './levels.ts';
import { largestGroups } from './largest.ts';
import { remembering, type Names } from './names.ts';
import type { Words } from './words.ts';

type Numbers = ArrayLike<number>;
const noNumbers: Numbers = [];

/** Ids are given one after the other: up to here, the place of each is an entry of a table. */
const maximumDirect = 2 ** 24;

/** Places 0, 1, 2 … for numbers, in the order in which they come. */
function places(): { of: (id: number) => number; ids: readonly number[] } {
  const ids: number[] = [];
  let direct = new Int32Array(2 ** 16);
  const large = new Map<number, number>();
  const grow = (id: number): void => {
    const grown = new Int32Array(Math.min(maximumDirect, 2 ** Math.ceil(Math.log2(id + 1))));
    grown.set(direct);
    direct = grown;
  };
  return {
    ids,
    of(id) {
      if (id >= direct.length && id < maximumDirect) grow(id);
      const place = id < direct.length ? (direct[id] ?? 0) : (large.get(id) ?? 0);
      if (place !== 0) return place - 1;
      ids.push(id);
      if (id < direct.length) direct[id] = ids.length;
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
type Measure = keyof typeof measure;

/** Larger by half again as much as is needed, so that chains of collisions stay short. */
const roomFor = (slots: number): number => 2 ** Math.ceil(Math.log2(slots * 2));

/** Spreads keys that come one after the other (Knuth, The Art of Computer Programming, 6.4: multiplicative hashing). */
function hashOf(a: number, b: number, c: number, mask: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 15)) & mask;
}

/**
 * Numbers the paths of groups (outer, inner, currency) from 0 on, in the order in which they come. A hash table of typed arrays, open
 * addressing: a million paths are looked up tens of millions of times, and no object is made for one.
 */
function startSlots(): { of: (a: number, b: number, c: number) => number; count: () => number; path: PathOf } {
  let count = 0;
  let paths = new Int32Array(places3 * 64);
  /** Slot + 1 by its hash; 0: free. */
  let table = new Int32Array(roomFor(64));

  const put = (slot: number, mask: number): void => {
    const at = slot * places3;
    let place = hashOf(paths[at] ?? 0, paths[at + 1] ?? 0, paths[at + 2] ?? 0, mask);
    while (table[place] !== 0) place = (place + 1) & mask;
    table[place] = slot + 1;
  };

  function grow(): void {
    const larger = new Int32Array(paths.length * 2);
    larger.set(paths);
    paths = larger;
    table = new Int32Array(roomFor(paths.length / places3));
    for (let slot = 0; slot < count; slot += 1) put(slot, table.length - 1);
  }

  return {
    count: () => count,
    path: (slot, at) => paths[slot * places3 + at] ?? 0,
    of(a, b, c) {
      const mask = table.length - 1;
      for (let place = hashOf(a, b, c, mask); ; place = (place + 1) & mask) {
        const slot = (table[place] ?? 0) - 1;
        if (slot === -1) break;
        const at = slot * places3;
        if (paths[at] === a && paths[at + 1] === b && paths[at + 2] === c) return slot;
      }
      if ((count + 1) * places3 > paths.length) grow();
      paths.set([a, b, c], count * places3);
      put(count, table.length - 1);
      count += 1;
      return count - 1;
    },
  };
}
/** Outer group, inner group, currency. */
const places3 = 3;
type PathOf = (slot: number, at: 0 | 1 | 2) => number;

/** What was added up, for each group that came. */
function startTotals() {
  const slots = startSlots();
  let totals = new Float64Array(width * 64);
  const large = new Map<number, bigint>();

  return {
    slots: slots.count,
    path: slots.path,
    /** Where the measures of a group begin. */
    at: (outer: number, inner: number, currency: number): number => {
      const at = slots.of(outer, inner, currency) * width;
      if (at + width > totals.length) {
        const grown = new Float64Array(totals.length * 2);
        grown.set(totals);
        totals = grown;
      }
      return at;
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
  /** To be read at any time: nothing is asked of the database any more. */
  pieces(asked: { words: Words; names: Names; top: Top | null }): Iterable<SummaryPiece>;
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
    pieces({ words, names, top }) {
      const keysOf = (level: typeof first) =>
        remembering((place: number) => level?.keyOf(level.places.ids[place] ?? 0, words, names) ?? noKey);
      const [outer, inner] = [keysOf(first), keysOf(second)];
      const named = currencies.ids.map((id) => words.wordOf(id));
      const shown =
        top === null || first === undefined || first.isAmbiguous === true
          ? null
          : largestGroups(sizesOf(totals, first.places.ids.length, top), top.limit, {
              prepare: (places) =>
                first.prepare?.(
                  places.map((place) => first.places.ids[place] ?? 0),
                  names,
                ),
              nameOf: (place) => nameOf(first.grouping, outer(place)),
            });
      return piecesOf(
        totals,
        (slot) => {
          const currency = named[totals.path(slot, 2)] ?? null;
          const place = totals.path(slot, 0);
          if (groupings.length === 0 || (shown !== null && !shown.has(place))) return { keys: [], currency };
          return {
            keys: second === undefined ? [outer(place)] : [outer(place), inner(totals.path(slot, 1))],
            currency,
          };
        },
        shown !== null,
      );
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

/** How large each outermost group is. */
function sizesOf({ slots, path, countOf }: Totals, groups: number, { order }: Top): Float64Array {
  const sizes = new Float64Array(groups);
  const by = order === 'calls' ? 'calls' : 'billableMs';
  for (let slot = 0; slot < slots(); slot += 1) {
    const group = path(slot, 0);
    sizes[group] = (sizes[group] ?? 0) + countOf(slot, by);
  }
  return sizes;
}

/** `isTogether`: what has no keys is added up, as one piece for each currency. */
function* piecesOf(
  { slots, countOf, amountOf }: Totals,
  headOf: (slot: number) => Pick<SummaryPiece, 'keys' | 'currency'>,
  isTogether: boolean,
): Generator<SummaryPiece> {
  const others = new Map<string | null, SummaryPiece>();
  for (let slot = 0; slot < slots(); slot += 1) {
    const head = headOf(slot);
    const piece = {
      ...head,
      calls: countOf(slot, 'calls'),
      placed: countOf(slot, 'placed'),
      answered: countOf(slot, 'answered'),
      refused: countOf(slot, 'refused'),
      unrated: countOf(slot, 'unrated'),
      billableMs: countOf(slot, 'billableMs'),
      costMicros: amountOf(slot, 'cost'),
      chargeMicros: amountOf(slot, 'charge'),
    };
    if (head.keys.length > 0 || !isTogether) yield piece;
    else others.set(head.currency, addedTo(others.get(head.currency), piece));
  }
  yield* others.values();
}

function addedTo(sum: SummaryPiece | undefined, piece: SummaryPiece): SummaryPiece {
  if (sum === undefined) return piece;
  addCounts(sum, piece);
  sum.costMicros += piece.costMicros;
  sum.chargeMicros += piece.chargeMicros;
  return sum;
}
