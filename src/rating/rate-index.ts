import { compareRates, prefixesOf } from './rate.ts';
import type { Rate, RateTerms } from './rate.ts';

/** Rates of one table in memory, at some 70 bytes each. */
export type RateIndex = {
  readonly size: number;
  /** The rate that applies to an E.164 number at a time; null: none. */
  find(e164: string, atMs: number): Rate | null;
};

/** Numbers of a rate, a column each; `NaN` in a time stands for null. */
type Columns = {
  prefixes: Float64Array;
  prices: Float64Array;
  connectFees: Float64Array;
  minimums: Float64Array;
  from: Float64Array;
  until: Float64Array;
  ids: Float64Array;
  first: Uint32Array;
  next: Uint32Array;
  versions: Uint32Array;
  destinations: Uint32Array;
};

function newColumns(size: number): Columns {
  return {
    prefixes: new Float64Array(size),
    prices: new Float64Array(size),
    connectFees: new Float64Array(size),
    minimums: new Float64Array(size),
    from: new Float64Array(size),
    until: new Float64Array(size),
    ids: new Float64Array(size),
    first: new Uint32Array(size),
    next: new Uint32Array(size),
    versions: new Uint32Array(size),
    destinations: new Uint32Array(size),
  };
}

function grown(columns: Columns, size: number): Columns {
  const larger = newColumns(size);
  for (const name of Object.keys(columns) as (keyof Columns)[]) larger[name].set(columns[name]);
  return larger;
}

/**
 * A prefix of up to 15 digits without a leading 0 is a number of its own and exact in a double, so the rows are sorted by that
 * number, and a look-up is a binary search for each of the called number's prefixes, the longest first.
 */
export function createRateIndex(
  rates: Iterable<RateTerms & { id: number; version: number }>,
  table: { id: number; currency: string },
): RateIndex {
  let columns = newColumns(1024);
  let size = 0;
  const destinations: string[] = [];
  const destinationIds = new Map<string, number>();
  const destinationId = (name: string): number => {
    const known = destinationIds.get(name);
    if (known !== undefined) return known;
    destinationIds.set(name, destinations.length);
    return destinations.push(name) - 1;
  };

  for (const rate of rates) {
    if (size === columns.ids.length) columns = grown(columns, size * 2);
    columns.prefixes[size] = Number(rate.prefix);
    columns.prices[size] = rate.priceMicros;
    columns.connectFees[size] = rate.connectFeeMicros;
    columns.minimums[size] = rate.minimumChargeMicros;
    columns.from[size] = rate.validFromMs ?? NaN;
    columns.until[size] = rate.validUntilMs ?? NaN;
    columns.ids[size] = rate.id;
    columns.first[size] = rate.firstIncrementMs;
    columns.next[size] = rate.nextIncrementMs;
    columns.versions[size] = rate.version;
    columns.destinations[size] = destinationId(rate.destination);
    size += 1;
  }

  const { prefixes } = columns;
  const prefixAt = (row: number): number => prefixes[row] ?? NaN;
  const order = new Uint32Array(size).map((_, row) => row).sort((a, b) => prefixAt(a) - prefixAt(b));
  const sorted = new Float64Array(size).map((_, place) => prefixAt(order[place] ?? 0));

  const timeOf = (value: number | undefined): number | null =>
    value === undefined || Number.isNaN(value) ? null : value;
  const rateAt = (row: number): Rate => ({
    id: columns.ids[row] ?? 0,
    version: columns.versions[row] ?? 0,
    tableId: table.id,
    currency: table.currency,
    prefix: String(prefixAt(row)),
    destination: destinations[columns.destinations[row] ?? 0] ?? '',
    connectFeeMicros: columns.connectFees[row] ?? 0,
    priceMicros: columns.prices[row] ?? 0,
    firstIncrementMs: columns.first[row] ?? 0,
    nextIncrementMs: columns.next[row] ?? 0,
    minimumChargeMicros: columns.minimums[row] ?? 0,
    validFromMs: timeOf(columns.from[row]),
    validUntilMs: timeOf(columns.until[row]),
  });

  /** First place whose prefix is not less. */
  function placeOf(prefix: number): number {
    let [low, high] = [0, size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? NaN) < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const isValid = (row: number, atMs: number): boolean =>
    // A comparison with NaN is false, which is what no limit means.
    !((columns.from[row] ?? NaN) > atMs) && !((columns.until[row] ?? NaN) <= atMs);

  return {
    size,
    find(e164, atMs) {
      for (const prefix of prefixesOf(e164)) {
        const wanted = Number(prefix);
        let best: Rate | null = null;
        for (let place = placeOf(wanted); sorted[place] === wanted; place++) {
          const row = order[place] ?? 0;
          if (!isValid(row, atMs)) continue;
          const rate = rateAt(row);
          if (best === null || compareRates(rate, best) < 0) best = rate;
        }
        if (best !== null) return best;
      }
      return null;
    },
  };
}
