import { countryName } from '../words/country.ts';
import { dayText, wallClock, weekText } from './period.ts';
import type { Zone } from '../words/zone.ts';
import { isClockGrouping, quarterMs } from './report.ts';
import type { Amount, ClockGrouping, Grouping, LineOrder, Measures, SummaryPiece, Top } from './report.ts';

/** One line of a summary: the names of its groups, outermost first. */
export type SummaryLine = {
  labels: string[];
  measures: Measures;
  /** What it was in the period before; nothing, where that was not asked for. */
  before: Measures;
};
export type Summary = { lines: SummaryLine[]; total: Measures; totalBefore: Measures; currencies: string[] };

/** `pieces`: its inner groups are made of them once they are shown; of all groups there may be a million. */
type Group = { label: string; sortKey: string; total: Sum; before: Sum | null; pieces: Pieces };
type Pieces = { readonly total: SummaryPiece[]; readonly before: SummaryPiece[] };
type Sum = Omit<Measures, 'amounts'> & { amounts: Map<string, Amount> };

const nothing = (): Sum => ({
  calls: 0,
  placed: 0,
  answered: 0,
  refused: 0,
  unrated: 0,
  billableMs: 0,
  amounts: new Map(),
});

type Counts = Omit<Measures, 'amounts'>;

export function addCounts(sum: Counts, more: Counts): void {
  sum.calls += more.calls;
  sum.placed += more.placed;
  sum.answered += more.answered;
  sum.refused += more.refused;
  sum.unrated += more.unrated;
  sum.billableMs += more.billableMs;
}

function addAmount(sum: Sum, currency: string, { costMicros, chargeMicros }: Amount): void {
  const amount = sum.amounts.get(currency);
  if (amount === undefined) {
    sum.amounts.set(currency, { costMicros, chargeMicros });
    return;
  }
  amount.costMicros += costMicros;
  amount.chargeMicros += chargeMicros;
}

function add(sum: Sum, piece: SummaryPiece): void {
  addCounts(sum, piece);
  if (piece.currency !== null) addAmount(sum, piece.currency, piece);
}

function addSum(to: Sum, sum: Sum): void {
  addCounts(to, sum);
  for (const [currency, amount] of sum.amounts) addAmount(to, currency, amount);
}

/** Shown where a call has none of what is grouped by. */
export const none = '(none)';

type Key = SummaryPiece['keys'][number];

/** What a group is called. */
export function nameOf(grouping: Grouping, { key, label }: Key): string {
  if (key === null) return label ?? none;
  switch (grouping) {
    case 'account':
    case 'department':
      return label ?? `(deleted, ${key})`;
    case 'extension':
      return label === null ? String(key) : `${key} ${label}`;
    case 'country':
      return countryName(String(key));
    default:
      return String(key);
  }
}

function clockText(grouping: ClockGrouping, quarter: number, zone: Zone): string {
  const wall = wallClock(quarter * quarterMs, zone);
  switch (grouping) {
    case 'day':
      return dayText(wall);
    case 'week':
      return weekText(wall);
    case 'month':
      return dayText(wall).slice(0, 7);
    case 'hour':
      return `${String(wall.hour).padStart(2, '0')}:00`;
  }
}

/** For a store: which quarter of an hour stands for the others of its group. */
export function clockIn(zone: Zone): (grouping: Grouping, quarter: number) => number {
  const known = new Map<string, number>();
  const firsts = new Map<string, number>();
  return (grouping, quarter) => {
    if (!isClockGrouping(grouping)) return quarter;
    const asked = `${grouping} ${quarter}`;
    const answered = known.get(asked);
    if (answered !== undefined) return answered;
    const group = `${grouping} ${clockText(grouping, quarter, zone)}`;
    const first = firsts.get(group) ?? quarter;
    firsts.set(group, first);
    known.set(asked, first);
    return first;
  };
}

/** What a store may leave out of a summary that is not compared with another one; null: nothing. */
export function topOf(
  groupings: readonly Grouping[],
  limit: number | undefined,
  order: LineOrder = 'calls',
): Top | null {
  const [first] = groupings;
  // Those by the clock come in its order, whatever their size.
  return limit === undefined || first === undefined || isClockGrouping(first) ? null : { limit, order };
}

const newGroup = (label: string, sortKey: string): Group => ({
  ...{ label, sortKey, total: nothing(), before: null, pieces: { total: [], before: [] } },
});

const noKey: Key = { key: null, label: null };

/** Groups of one level. What tells them apart is the key: two accounts may have one name; of a clock grouping, what the clock shows. */
function groupsBy(grouping: Grouping, level: number, zone: Zone) {
  const groups = new Map<string | null, Group>();
  const shown = new Map<unknown, string>();

  function textOf(quarter: Key['key'], clock: ClockGrouping): string {
    const known = shown.get(quarter);
    if (known !== undefined) return known;
    const text = clockText(clock, Number(quarter), zone);
    shown.set(quarter, text);
    return text;
  }

  function groupOf(key: Key): Group {
    const isClock = isClockGrouping(grouping);
    const id = isClock ? textOf(key.key, grouping) : typeof key.key === 'number' ? String(key.key) : key.key;
    const known = groups.get(id);
    if (known !== undefined) return known;
    const group = isClock ? newGroup(id ?? '', id ?? '') : newGroup(nameOf(grouping, key), '');
    groups.set(id, group);
    return group;
  }

  return {
    groups,
    /** `isKept`: groups within this one may be shown. */
    add(piece: SummaryPiece, to: 'total' | 'before', isKept: boolean): void {
      const group = groupOf(piece.keys[level] ?? noKey);
      add(to === 'total' ? group.total : (group.before ??= nothing()), piece);
      if (isKept) group.pieces[to].push(piece);
    },
  };
}

/**
 * Adds pieces up. Groups by the clock come in its order, others the largest first, and by name where they are equal. Of the
 * outermost groups only the first `limit` are kept; the total is of all.
 */
export async function summarize(
  pieces: AsyncIterable<SummaryPiece>,
  options: {
    groupings: readonly Grouping[];
    zone: Zone;
    order?: LineOrder;
    limit?: number;
    /** Of the period before: a group that is only there has a line, too. */
    before?: AsyncIterable<SummaryPiece>;
  },
): Promise<Summary> {
  const { groupings, zone, order = 'calls', limit, before } = options;
  const [first, second] = groupings;
  const outer = first === undefined ? null : groupsBy(first, 0, zone);
  const [total, totalBefore] = [nothing(), nothing()];
  const addAll = async (all: AsyncIterable<SummaryPiece>, to: 'total' | 'before'): Promise<void> => {
    for await (const piece of all) {
      if (outer === null || piece.keys.length === 0) add(to === 'total' ? total : totalBefore, piece);
      else outer.add(piece, to, second !== undefined);
    }
  };
  await addAll(pieces, 'total');
  if (before !== undefined) await addAll(before, 'before');
  const groups = [...(outer?.groups.values() ?? [])];
  for (const group of groups) {
    addSum(total, group.total);
    if (group.before !== null) addSum(totalBefore, group.before);
  }
  const sizeOf = (group: Group) => (order === 'calls' ? group.total.calls : group.total.billableMs);
  const sorted = (some: Iterable<Group>) =>
    [...some].sort((a, b) => compare(a.sortKey, b.sortKey) || sizeOf(b) - sizeOf(a) || compare(a.label, b.label));
  const noSum = nothing();
  const lineOf = (labels: string[], { total: measures, before: past }: Group): SummaryLine => ({
    ...{ labels, measures, before: past ?? noSum },
  });
  const lines = sorted(groups)
    .slice(0, limit)
    .flatMap((group): SummaryLine[] => {
      if (second === undefined) return [lineOf([group.label], group)];
      const inner = groupsBy(second, 1, zone);
      for (const piece of group.pieces.total) inner.add(piece, 'total', false);
      for (const piece of group.pieces.before) inner.add(piece, 'before', false);
      return sorted(inner.groups.values()).map((one) => lineOf([group.label, one.label], one));
    });
  const currencies = new Set([...total.amounts.keys(), ...totalBefore.amounts.keys()]);
  return { lines, total, totalBefore, currencies: [...currencies].sort(compare) };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
