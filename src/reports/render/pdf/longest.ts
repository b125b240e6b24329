/**
 * What a screen reader goes by is held in memory until a PDF is whole: so many lines of calls take 0.7 GB and half a minute, on a machine that
 * serves calls, for some 1,500 pages.
 */
export const maximumLines = 50_000;

/** What was asked for is too long to be a PDF. */
export class TooLongForPdf extends Error {
  constructor(lines: number | null) {
    const many = lines === null ? 'more' : lines.toLocaleString('en-US');
    const most = maximumLines.toLocaleString('en-US');
    super(
      `a PDF holds ${most} lines, and this would be ${many}: choose a shorter period, a filter or a limit, or the format xlsx or csv`,
    );
  }
}

/** Makes a function that counts rows as they go by, over all that is in one file, and throws where there are too many. */
export function countingLines(): <Row>(rows: AsyncIterable<readonly Row[]>) => AsyncGenerator<readonly Row[]> {
  let lines = 0;
  return async function* (rows) {
    for await (const piece of rows) {
      lines += piece.length;
      if (lines > maximumLines) throw new TooLongForPdf(null);
      yield piece;
    }
  };
}
