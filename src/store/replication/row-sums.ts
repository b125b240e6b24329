import { summedTables, type Difference, type RowSums } from '../ports/row-sums.ts';

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
