/**
 * How far changes have been copied. They get their numbers while their transactions run, and become visible when those commit:
 * a number missing below the last one seen belongs to a transaction that is still open, or was rolled back. It is asked for
 * again until it arrives or is too old to.
 */
export type ChangePosition = { last: number; gaps: readonly Gap[] };

/** Missing numbers, both ends inclusive. `sinceMs`: monotonic, of this process. */
export type Gap = { from: number; to: number; sinceMs: number };

/** No transaction stays open longer. */
const patienceMs = 24 * 3_600_000;
/** Any more are merged into fewer, wider ones: reading a change twice does no harm. */
const maximumGaps = 40;

/** The position after reading these numbers, in any order. `nowMs`: monotonic. */
export function advance(position: ChangePosition, ids: readonly number[], nowMs: number): ChangePosition {
  const sorted = [...ids].sort((a, b) => a - b);
  let { last } = position;
  let gaps = position.gaps.filter(({ sinceMs }) => nowMs - sinceMs < patienceMs);
  for (const id of sorted) {
    if (id > last) {
      if (id > last + 1) gaps.push({ from: last + 1, to: id - 1, sinceMs: nowMs });
      last = id;
    } else {
      gaps = gaps.flatMap((gap) => without(gap, id));
    }
  }
  return { last, gaps: widened(gaps) };
}

function without(gap: Gap, id: number): Gap[] {
  if (id < gap.from || id > gap.to) return [gap];
  return [...(id > gap.from ? [{ ...gap, to: id - 1 }] : []), ...(id < gap.to ? [{ ...gap, from: id + 1 }] : [])];
}

function widened(gaps: readonly Gap[]): Gap[] {
  const sorted = [...gaps].sort((a, b) => a.from - b.from);
  while (sorted.length > maximumGaps) {
    const [first, second, ...rest] = sorted;
    if (first === undefined || second === undefined) break;
    sorted.splice(0, sorted.length, { from: first.from, to: second.to, sinceMs: second.sinceMs }, ...rest);
  }
  return sorted;
}

/** It may come from an earlier run, whose monotonic clock is gone, so the age of each gap counts from `nowMs`. */
export function parsePosition(text: string | null, nowMs: number): ChangePosition | null {
  if (text === null) return null;
  const { last, gaps } = JSON.parse(text) as ChangePosition;
  return { last, gaps: gaps.map((gap) => ({ ...gap, sinceMs: nowMs })) };
}
