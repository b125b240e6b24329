import type { Database } from 'better-sqlite3';
import type { Period } from '../../../../reports/period.ts';
import type { CallsQuery, ReportedCall } from '../../../../reports/report.ts';
import { flag } from './hours.ts';
import { prepareWalk, startedIn, type WalkedHour, type Wanted } from './walk.ts';

/** What is read of the records: calls that started at these moments, or in this period. */
export type Part = { kind: 'moments'; moments: readonly number[] } | { kind: 'period'; period: Period };
type Read = (part: Part, limit: number) => readonly ReportedCall[];
type Place = NonNullable<CallsQuery['after']>;

type ByTime = { wanted: Omit<Wanted, 'fields'>; isLatestFirst: boolean; after: Place | null; limit: number };
type BySize = { wanted: Omit<Wanted, 'fields'>; by: 'charge' | 'billable'; limit: number };

export type HourPages = {
  /** In the order of time; null: hours do not help. */
  byTime(asked: ByTime, read: Read): ReportedCall[] | null;
  /** The moments at which the largest started, and perhaps others; null: hours do not help. `wanted` without a number. */
  largest(asked: BySize, read: Read): number[] | null;
};

/** Finds calls that few others are like by what was laid by of their hours; the records themselves are read for what is found alone. */
export function prepareHourPages(db: Database): HourPages {
  const walk = prepareWalk(db);
  return {
    byTime: db.transaction(({ wanted, isLatestFirst, after, limit }: ByTime, read: Read) => {
      const { fromMs, untilMs } = wanted.period;
      // What is at the moment of the one before may come behind it.
      const behind =
        after === null
          ? wanted.period
          : isLatestFirst
            ? { fromMs, untilMs: Math.min(untilMs, after.startedAtMs + 1) }
            : { fromMs: Math.max(fromMs, after.startedAtMs), untilMs };
      const hours = walk({ ...wanted, period: behind, fields: [] }, isLatestFirst);
      return hours === null ? null : inOrder(hours, { isLatestFirst, limit, lastMs: after?.startedAtMs ?? null }, read);
    }),
    largest: db.transaction(({ wanted, by, limit }: BySize, read: Read) => {
      const hours = walk({ ...wanted, fields: [by, 'flags'] }, false);
      return hours === null ? null : largestOf(hours, { by, limit }, read);
    }),
  };
}

/** In order, in pieces of so many and of those at the same moment as the last of each. */
function* inPieces(moments: readonly number[], size: number, isLatestFirst: boolean): Generator<readonly number[]> {
  const sorted = moments.toSorted((a, b) => (isLatestFirst ? b - a : a - b));
  for (let from = 0, end = 0; from < sorted.length; from = end) {
    end = Math.min(from + size, sorted.length);
    while (end < sorted.length && sorted[end] === sorted[end - 1]) end += 1;
    yield sorted.slice(from, end);
  }
}

function inOrder(
  hours: Iterable<WalkedHour>,
  { isLatestFirst, limit, lastMs }: { isLatestFirst: boolean; limit: number; lastMs: number | null },
  read: Read,
): ReportedCall[] {
  const found: ReportedCall[] = [];
  let moments: number[] = [];
  const readFound = (): void => {
    if (moments.length > 0 && found.length < limit)
      found.push(...read({ kind: 'moments', moments: [...new Set(moments)] }, limit - found.length));
    moments = [];
  };
  for (const one of hours) {
    if (one.kind === 'not-laid-by') {
      readFound();
      if (found.length < limit) found.push(...read({ kind: 'period', period: one.period }, limit - found.length));
    } else {
      const { hour, rows } = one;
      const all = rows.map((row) => startedIn(hour, row));
      for (const piece of inPieces(all, limit, isLatestFirst)) {
        moments.push(...piece);
        // Of those at the last one's moment nobody knows yet which come behind it: they do not count.
        if (found.length + moments.filter((ms) => ms !== lastMs).length >= limit) readFound();
        if (found.length >= limit) break;
      }
    }
    if (found.length >= limit) break;
  }
  readFound();
  return found.slice(0, limit);
}

type Sized = { size: number; ms: number };
/** As the statements order them. */
const bySize = (a: Sized, b: Sized): number => b.size - a.size || a.ms - b.ms;
const none = -1;

function largestOf(
  hours: Iterable<WalkedHour>,
  { by, limit }: { by: 'charge' | 'billable'; limit: number },
  read: Read,
): number[] {
  let largest: Sized[] = [];
  let least: Sized = { size: -Infinity, ms: 0 };
  const cut = (): void => {
    largest.sort(bySize);
    let end = Math.min(limit, largest.length);
    const last = largest[end - 1];
    while (last !== undefined && end < largest.length && bySize(last, largest[end] ?? last) === 0) end += 1;
    largest = largest.slice(0, end);
    if (last !== undefined && end >= limit) least = last;
  };
  const add = (sized: Sized): void => {
    if (bySize(sized, least) > 0) return;
    largest.push(sized);
    if (largest.length > limit * 4 + 1000) cut();
  };
  for (const one of hours) {
    if (one.kind === 'not-laid-by') {
      for (const { startedAtMs, chargeMicros, billableMs } of read({ kind: 'period', period: one.period }, limit)) {
        add({ size: by === 'charge' ? (chargeMicros ?? none) : billableMs, ms: startedAtMs });
      }
      continue;
    }
    const { hour, rows } = one;
    for (const row of rows) add({ size: sizeOf(hour, row, by), ms: startedIn(hour, row) });
  }
  cut();
  return [...new Set(largest.map(({ ms }) => ms))];
}

const sizeOf = (
  hour: Extract<WalkedHour, { kind: 'laid-by' }>['hour'],
  row: number,
  by: 'charge' | 'billable',
): number => (by === 'charge' && ((hour.flags?.[row] ?? 0) & flag.priced) === 0 ? none : (hour[by]?.[row] ?? 0));
