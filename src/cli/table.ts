import { visibleText } from '../words/clean-text.ts';
import { widthOf } from '../words/text-width.ts';

/** Rows as lines of an aligned table, the header first: whatever is in a cell, a row is one line. */
export function tableLines(texts: readonly (readonly string[])[]): string[] {
  const rows = texts.map((row) => row.map(visibleText));
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}
