/** What is copied row by row. */
export const summedTables = [
  'departments',
  'destinations',
  'accounts',
  'extensions',
  'rate-tables',
  'rates',
  'account-rate-tables',
  'department-rate-tables',
] as const;
export type SummedTable = (typeof summedTables)[number];

/** How many rows a table has, and the sum of their ids: of rates, those that count. */
export type RowSum = { rows: number; ids: number };
export type RowSums = Readonly<Record<SummedTable, RowSum>>;

/** How the copy differs from what it is a copy of; empty: in nothing that can be seen by sums. */
export type Difference = string;

export function differenceOf(there: RowSums, here: RowSums): Difference {
  return summedTables
    .filter((table) => there[table].rows !== here[table].rows || there[table].ids !== here[table].ids)
    .map((table) => `${table} ${there[table].rows - here[table].rows} ${there[table].ids - here[table].ids}`)
    .join(', ');
}

export type Verdict = 'same' | 'look-again' | 'copy-again';

/** `left`: what is no reason to copy again, from now on. */
export type Judged = { verdict: Verdict; left: Difference };

/**
 * Judges a difference; `before`: at the last look, `left`: what was left when everything was copied again for it, as rows that cannot be
 * read are. Rows came or went without a change that says so where the same difference is there at two looks.
 */
export function judge(difference: Difference, before: Difference | null, left: Difference): Judged {
  if (difference === left) return { verdict: 'same', left };
  // What could not be read can be, or is gone.
  if (difference === '') return { verdict: 'same', left: '' };
  return difference === before ? { verdict: 'copy-again', left: difference } : { verdict: 'look-again', left };
}
