import { messageOf } from '../../../words/thrown.ts';
import { isRowError } from '../errors.ts';

/** Writes rows one by one; those that break a constraint are answered, and the others are written. */
export function eachRow<Row extends { id: number }>(
  rows: readonly Row[],
  write: (row: Row) => void,
): { id: number; problem: string }[] {
  const rejected: { id: number; problem: string }[] = [];
  for (const row of rows) {
    try {
      write(row);
    } catch (error) {
      if (!isRowError(error)) throw error;
      rejected.push({ id: row.id, problem: messageOf(error) });
    }
  }
  return rejected;
}
