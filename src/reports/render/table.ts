import { isLeftAligned, type Column, type ReportDocument, type Row } from '../document.ts';
import { plainWriting } from '../writing.ts';
import { periodText } from '../period-text.ts';
import { visibleText } from '../../words/clean-text.ts';
import { widthOf } from '../../words/text-width.ts';
import { rowTexts } from './text.ts';

export function alignedLine(cells: readonly string[], widths: readonly number[], columns: readonly Column[]): string {
  return cells
    .map((cell, place) => {
      const space = ' '.repeat(Math.max(0, (widths[place] ?? 0) - widthOf(cell)));
      const column = columns[place];
      return column === undefined || isLeftAligned(column) ? cell + space : space + cell;
    })
    .join('  ')
    .trimEnd();
}

/**
 * For a terminal. A piece of rows is aligned at a time, and columns never get narrower, so that a report of any length needs
 * no more memory than its longest piece.
 */
export async function* renderTable(document: ReportDocument): AsyncGenerator<string> {
  const { columns, zone } = document;
  yield `${document.title}\n${[periodText(document.period, zone), ...document.filters].map(visibleText).join(', ')}\n\n`;
  const header = columns.map(({ title }) => title);
  const widths = header.map(widthOf);
  const writing = plainWriting(zone);
  const texts = (row: Row) => rowTexts(row, columns, writing).map(visibleText);
  const widen = (rows: readonly string[][]) => {
    for (const row of rows)
      for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell));
  };
  const print = (rows: readonly string[][]) => rows.map((row) => `${alignedLine(row, widths, columns)}\n`).join('');
  let isFirst = true;
  for await (const piece of document.rows) {
    const rows = piece.map(texts);
    widen(rows);
    yield print(isFirst ? [header, ...rows] : rows);
    isFirst = false;
  }
  if (isFirst) {
    yield `${document.empty}\n`;
    return;
  }
  const totals = document.totals().map(texts);
  if (totals.length > 0) {
    widen(totals);
    yield `${widths.map((width) => '-'.repeat(width)).join('  ')}\n${print(totals)}`;
  }
  const notes = document.notes();
  if (notes.length > 0) yield `\n${notes.join('\n')}\n`;
}
