import { countryName } from '../words/country.ts';
import { dayText, wallClock, weekText } from './period.ts';
import type { Zone } from '../words/zone.ts';
import { isClockGrouping, quarterMs } from './report.ts';
import type { Amount, ClockGrouping, Grouping, Measures, SummaryPiece } from './report.ts';

/** One line of a summary: the names of its groups, outermost first. */
export type SummaryLine = {
  labels: string[];
  measures: Measures;
  /** What it was in the period before; nothing, where that was not asked for. */
  before: Measures;
};
export type Summary = { lines: SummaryLine[]; total: Measures; totalBefore: Measures; currencies: string[] };

/** `before` and `inner` are made once there is something for them: there may be a million groups. */
type Group = { label: string; sortKey: string; total: Sum; before: Sum | null; inner: Map<string, Group> | null };
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

function add(sum: Sum, piece: SummaryPiece): void {
  sum.calls += piece.calls;
  sum.placed += piece.placed;
  sum.answered += piece.answered;
  sum.refused += piece.refused;
  sum.unrated += piece.unrated;
  sum.billableMs += piece.billableMs;
  if (piece.currency === null) return;
  const amount = sum.amounts.get(piece.currency) ?? { costMicros: 0n, chargeMicros: 0n };
  amount.costMicros += piece.costMicros;
  amount.chargeMicros += piece.chargeMicros;
  sum.amounts.set(piece.currency, amount);
}

/** Shown where a call has none of what is grouped by. */
export const none = '(none)';

type Key = SummaryPiece['keys'][number];

function nameOf(grouping: Grouping, { key, label }: Key): string {
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

/** What tells groups apart (two accounts may have one name), what they are put in order by, and their name. */
function groupOf(grouping: Grouping, key: Key, zone: Zone): { id: string; label: string; sortKey: string } {
  if (isClockGrouping(grouping)) {
    const text = clockText(grouping, Number(key.key), zone);
    return { id: text, label: text, sortKey: text };
  }
  return { id: key.key === null ? '' : `=${key.key}`, label: nameOf(grouping, key), sortKey: '' };
}

export type LineOrder = 'calls' | 'duration';

const newGroup = (shown: Pick<Group, 'label' | 'sortKey'>): Group => ({
  ...{ label: shown.label, sortKey: shown.sortKey, total: nothing(), before: null, inner: null },
});

async function addAll(
  root: Group,
  pieces: AsyncIterable<SummaryPiece>,
  { groupings, zone, to }: { groupings: readonly Grouping[]; zone: Zone; to: 'total' | 'before' },
): Promise<void> {
  const sumOf = (group: Group): Sum => (to === 'total' ? group.total : (group.before ??= nothing()));
  for await (const piece of pieces) {
    let at = root;
    add(sumOf(at), piece);
    for (const [level, grouping] of groupings.entries()) {
      const { id, ...shown } = groupOf(grouping, piece.keys[level] ?? { key: null, label: null }, zone);
      at.inner ??= new Map();
      let inner = at.inner.get(id);
      if (inner === undefined) at.inner.set(id, (inner = newGroup(shown)));
      add(sumOf(inner), piece);
      at = inner;
    }
  }
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
  const root = newGroup({ label: '', sortKey: '' });
  await addAll(root, pieces, { groupings, zone, to: 'total' });
  if (before !== undefined) await addAll(root, before, { groupings, zone, to: 'before' });
  const sizeOf = ({ total }: Group) => (order === 'calls' ? total.calls : total.billableMs);
  const sorted = (groups: Iterable<Group>) =>
    [...groups].sort((a, b) => compare(a.sortKey, b.sortKey) || sizeOf(b) - sizeOf(a) || compare(a.label, b.label));
  const noSum = nothing();
  const lines = sorted(root.inner?.values() ?? [])
    .slice(0, limit)
    .flatMap((outer): SummaryLine[] =>
      outer.inner === null
        ? [{ labels: [outer.label], measures: outer.total, before: outer.before ?? noSum }]
        : sorted(outer.inner.values()).map(({ label, total, before: past }) => ({
            ...{ labels: [outer.label, label], measures: total, before: past ?? noSum },
          })),
    );
  const totalBefore = root.before ?? noSum;
  const currencies = new Set([...root.total.amounts.keys(), ...totalBefore.amounts.keys()]);
  return { lines, total: root.total, totalBefore, currencies: [...currencies].sort(compare) };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
