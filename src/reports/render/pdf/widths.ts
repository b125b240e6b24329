/** What a column's texts need, in points. */
export type Wanted = {
  /** The widest text on one line. */
  natural: number;
  /** The least that reads well: the widest word, or all of a number, which is never broken. */
  minimum: number;
  /** Takes what room is left, and gives way first. */
  isText: boolean;
};

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** The most that each may have so that all fit in `room`, none less than its minimum. */
function shrunk(texts: readonly Wanted[], room: number): number[] {
  const widths = texts.map(({ minimum }) => minimum);
  let left = room - sum(widths);
  let open = texts.map((_, at) => at).filter((at) => (texts[at]?.natural ?? 0) > (widths[at] ?? 0));
  // A little for each in turn: a short text is whole before a long one takes more.
  while (left > 0.01 && open.length > 0) {
    const share = left / open.length;
    for (const at of open) {
      const more = Math.min(share, (texts[at]?.natural ?? 0) - (widths[at] ?? 0));
      widths[at] = (widths[at] ?? 0) + more;
      left -= more;
    }
    open = open.filter((at) => (texts[at]?.natural ?? 0) - (widths[at] ?? 0) > 0.01);
  }
  return widths;
}

/**
 * Widths of columns that fill `room`; null: not even the minimums fit. Numbers have what they need, and texts share the rest.
 */
export function columnWidths(wanted: readonly Wanted[], room: number): number[] | null {
  const natural = sum(wanted.map(({ natural: width }) => width));
  if (natural <= room) {
    const slack = room - natural;
    const texts = wanted.filter(({ isText }) => isText).length;
    const growing = texts === 0 ? wanted.length : texts;
    return wanted.map(({ natural: width, isText }) => (texts === 0 || isText ? width + slack / growing : width));
  }
  const fixed = sum(wanted.filter(({ isText }) => !isText).map(({ natural: width }) => width));
  const texts = wanted.filter(({ isText }) => isText);
  if (fixed + sum(texts.map(({ minimum }) => minimum)) > room) return null;
  const widths = shrunk(texts, room - fixed);
  let at = 0;
  return wanted.map(({ natural: width, isText }) => (isText ? (widths[at++] ?? 0) : width));
}

/** For what does not fit at all: every column gives way alike, and what it holds is broken. */
export function squeezedWidths(wanted: readonly Wanted[], room: number): number[] {
  const all = sum(wanted.map(({ minimum }) => minimum));
  return wanted.map(({ minimum }) => (minimum * room) / all);
}
