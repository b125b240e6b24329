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

/** Makes the test of the calls of an hour whose numbers begin with these signs; some that do not are kept as well. */
export function keepsNumbers(beginning: string): (numbers: ArrayLike<number>) => (row: number) => boolean {
  if (!/^\d{1,15}$/.test(beginning)) return (numbers) => (row) => numbers[row] === other;
  const from = Number(`1${beginning}`);
  // The longest first: a number behind the end of one is behind those of all shorter ones.
  const ranges = Array.from({ length: maximumDigits - beginning.length + 1 }, (_, more) => ({
    from: from * 10 ** more,
    end: (from + 1) * 10 ** more,
  })).reverse();
  return (numbers) => (row) => {
    const number = numbers[row] ?? other;
    if (number === other) return true;
    for (const range of ranges) {
      if (number >= range.end) return false;
      if (number >= range.from) return true;
    }
    return false;
  };
}
