/**
 * Called numbers as numbers, so that those of an hour are one after the other and quickly looked through: a 1 and then the digits, which keeps
 * zeros at the beginning.
 */

/** One that cannot be written so, because it is too long or has other signs: its record has to be looked at. */
const other = 0;
const maximumDigits = 15;

/** Of a number as reports show it. */
export const packedNumber = (number: string | null): number => {
  const digits = (number ?? '').replace(/^\++/, '');
  return /^\d{0,15}$/.test(digits) ? Number(`1${digits}`) : other;
};

/** Makes a function that finds the calls of an hour whose numbers begin with these signs; some that do not are found as well. */
export function findsNumbers(beginning: string): (numbers: ArrayLike<number>) => number[] {
  if (!/^\d{1,15}$/.test(beginning)) return (numbers) => rowsWhere(numbers, (number) => number === other);
  const from = Number(`1${beginning}`);
  // The shortest first: a number before the beginning of one is before that of all longer ones.
  const ranges = Array.from({ length: maximumDigits - beginning.length + 1 }, (_, more) => ({
    from: from * 10 ** more,
    end: (from + 1) * 10 ** more,
  }));
  const begins = (number: number): boolean => {
    for (const range of ranges) {
      if (number < range.from) return number === other;
      if (number < range.end) return true;
    }
    return false;
  };
  return (numbers) => rowsWhere(numbers, begins);
}

function rowsWhere(numbers: ArrayLike<number>, holds: (number: number) => boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < numbers.length; row += 1) if (holds(numbers[row] ?? other)) rows.push(row);
  return rows;
}
