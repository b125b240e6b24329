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
  // The longest first: most numbers are as long as they get.
  const lengths = /^\d{1,15}$/.test(beginning) ? maximumDigits - beginning.length + 1 : 0;
  const scales = Array.from({ length: lengths }, (_, less) => 10 ** (lengths - 1 - less));
  const from = Number(`1${beginning}`);
  const starts = Float64Array.from(scales, (scale) => from * scale);
  const ends = Float64Array.from(scales, (scale) => (from + 1) * scale);
  const smallest = starts.at(-1) ?? Infinity;
  return (numbers) => {
    const rows: number[] = [];
    // Without a call for each number: a month of a large site has a million.
    for (let row = 0; row < numbers.length; row += 1) {
      const number = numbers[row] ?? other;
      if (number === other) rows.push(row);
      else if (number >= smallest && isWithin(number, starts, ends)) rows.push(row);
    }
    return rows;
  };
}

function isWithin(number: number, starts: Float64Array, ends: Float64Array): boolean {
  for (let at = 0; at < starts.length; at += 1) {
    if (number >= (starts[at] ?? 0)) return number < (ends[at] ?? 0);
  }
  return false;
}
