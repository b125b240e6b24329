/** Figures of several rounds: the middle one, and how far the others lie from it. */
export type Spread = { median: number; least: number; most: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: percentileOf(sorted, 50), least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}

/** Between two neighbours, in proportion; NaN of nothing. */
export function percentileOf(sorted: readonly number[], percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Ratios are taken within a round, because what else the machine does changes from round to round. */
export function ratioOf(mine: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(mine.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

export type Goal = { what: string; goal: string; measured: string; met: boolean };

/** Rows of text, the header first. */
export type Table = { title: string; rows: string[][] };

export type Report = {
  tables: Table[];
  goals: Goal[];
  /** Every figure of every round, for `--json`. */
  rounds: unknown;
};

/** `12.3 (11.9–13.0)` */
export function showSpread({ median, least, most }: Spread): string {
  if (!Number.isFinite(median)) return '–';
  return `${showNumber(median)} (${showNumber(least)}–${showNumber(most)})`;
}

/** Three significant digits, whole numbers from 100 on. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
}
