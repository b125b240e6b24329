import { isLeftAligned, type Column, type Row } from '../../document.ts';
import type { Paper } from '../../site.ts';
import type { Writing } from '../../writing.ts';
import { rowTexts, withDecimals } from '../text.ts';
import { accent, hairline, roomOf, type Orientation, type Pages } from './page.ts';
import type { CellTag, Tags } from './tags.ts';
import type { Type } from './type.ts';
import type { Weight } from './fonts.ts';
import { columnWidths, squeezedWidths, type Wanted } from './widths.ts';
import { breakable } from './wrap.ts';

/** Where columns stand, and how large their letters are. */
export type TableLayout = {
  columns: readonly Column[];
  widths: readonly number[];
  size: number;
  orientation: Orientation;
};

const widestGap = 9;
/** Many columns stand closer. */
const gapOf = (columns: number): number => (columns > 11 ? 6 : widestGap);
const sizes = [8, 7.25, 6.5] as const;
const smallestSize = 6.5;
/** A text column as narrow as this is hard to read: rather the long side of the sheet. */
const comfortable = 64;

/** What may still come, on later pages. */
function reserved(kind: Column['kind']): string[] {
  switch (kind) {
    case 'money':
      return ['1000.0000'];
    case 'minutes':
      return ['1000:00'];
    case 'duration':
      return ['100:00:00'];
    case 'count':
      return ['10000'];
    case 'text':
    case 'phone':
    case 'moment':
    case 'date':
    case 'time':
    case 'share':
    case 'unit-price':
      return [];
  }
}

type Sample = { columns: readonly Column[]; rows: readonly Row[]; writing: Writing };

/** What each column needs, of the texts that are known. */
function wantedBy({ columns, rows, writing }: Sample, type: Type, size: number, atLeast: number): Wanted[] {
  const texts = rows.map((row) => rowTexts(row, columns, writing));
  const width = (text: string, weight: 'regular' | 'bold') => type.width(text, size, weight) + 0.5;
  return columns.map(({ title, kind }, at) => {
    // A moment is broken between day and time, but only if there is no other way.
    const isText = kind === 'text' || (kind === 'moment' && atLeast < comfortable);
    const cells = [...new Set(texts.map((row) => row[at] ?? ''))];
    const widest = Math.max(0, ...[...cells, ...reserved(kind)].map((cell) => width(cell, 'bold')));
    const titleWord = Math.max(...breakable(title).map((word) => width(word.trimEnd(), 'bold')));
    // A heading may have two lines, its cells one.
    const natural = Math.max(widest, isText ? width(title, 'bold') : titleWord);
    if (!isText) return { natural, minimum: natural, isText };
    const word = Math.max(
      0,
      ...cells.flatMap((cell) => breakable(cell).map((part) => width(part.trimEnd(), 'regular'))),
    );
    return { natural, minimum: Math.min(natural, Math.max(titleWord, Math.min(word, atLeast * 2), atLeast)), isText };
  });
}

type Sheet = { paper: Paper; orientation: Orientation | null };

/** The layout in which these rows read best: upright in letters of full size, or else across, or else smaller. */
export function layTable({ rows, writing, ...given }: Sample, type: Type, { paper, orientation }: Sheet): TableLayout {
  const columns = withDecimals(given.columns, rows);
  const sample = { columns, rows, writing };
  const orientations: readonly Orientation[] = orientation === null ? ['portrait', 'landscape'] : [orientation];
  const roomFor = (one: Orientation) => roomOf(paper, one) - gapOf(columns.length) * (columns.length - 1);
  for (const atLeast of [comfortable, 24]) {
    for (const size of sizes) {
      for (const one of orientations) {
        const widths = columnWidths(wantedBy(sample, type, size, atLeast), roomFor(one));
        if (widths !== null) return { columns, widths, size, orientation: one };
      }
    }
  }
  const last = orientations.at(-1) ?? 'landscape';
  const widths = squeezedWidths(wantedBy(sample, type, smallestSize, 12), roomFor(last));
  return { columns, widths, size: smallestSize, orientation: last };
}

export type Table = {
  row(cells: readonly string[], look?: { bold?: boolean; ruled?: boolean }): void;
  /** A line across all columns; `below`: so many rows stay with it. */
  heading(text: string, below: number): void;
  /** So many rows, of one line each, come on the same page. */
  together(rows: number): void;
};

/** How a row is set. */
type Setting = {
  lineHeight: number;
  padding: number;
  linesOf: (texts: readonly string[], weight: Weight) => string[][];
  heightOf: (lines: readonly string[][]) => number;
  cellsOf: (lines: readonly string[][], look: { weight: Weight; isTitle?: boolean }) => CellTag[];
};

function settingOf(pages: Pages, { columns, widths, size }: TableLayout): Setting {
  const { type } = pages;
  const lineHeight = size * 1.32;
  const padding = size * 0.32;
  const gap = gapOf(columns.length);
  const starts = widths.map((_, at) => pages.left + widths.slice(0, at).reduce((all, width) => all + width + gap, 0));
  const tallest = (lines: readonly string[][]) => Math.max(...lines.map((cell) => cell.length));
  return {
    ...{ lineHeight, padding },
    linesOf: (texts, weight) => columns.map((_, at) => type.lines(texts[at] ?? '', widths[at] ?? 0, size, weight)),
    heightOf: (lines) => tallest(lines) * lineHeight + 2 * padding,
    cellsOf(lines, { weight, isTitle = false }) {
      const top = pages.y + padding + size;
      const color = isTitle ? { color: accent } : {};
      return columns.map((column, at) => ({
        scope: isTitle ? ('Column' as const) : null,
        draw() {
          const cell = lines[at] ?? [];
          // Titles stand on their column, cells hang from their row.
          const down = isTitle ? tallest(lines) - cell.length : 0;
          for (const [place, line] of cell.entries()) {
            const start = starts[at] ?? 0;
            const x = isLeftAligned(column) ? start : start + (widths[at] ?? 0) - type.width(line, size, weight);
            type.draw(line, x, top + (place + down) * lineHeight, { size, weight, ...color });
          }
        },
      }));
    },
  };
}

/** Draws rows below each other; each page begins with the titles of the columns. */
export function startTable(pages: Pages, tags: Tags, layout: TableLayout): Table {
  const { pdf, type } = pages;
  const { columns, size } = layout;
  const { lineHeight, padding, linesOf, heightOf, cellsOf } = settingOf(pages, layout);
  const titles = linesOf(
    columns.map(({ title }) => title),
    'bold',
  );
  function rule(width: number, color: string): void {
    tags.artifact(() => pdf.moveTo(pages.left, pages.y).lineTo(pages.right, pages.y).lineWidth(width).stroke(color));
  }
  function header(isRepeated: boolean): void {
    const cells = cellsOf(titles, { weight: 'bold', isTitle: true });
    if (isRepeated) tags.artifact(() => cells.forEach(({ draw }) => draw()));
    else tags.row(cells);
    pages.y += heightOf(titles);
    rule(0.9, accent);
  }
  /** Room for this much, on another page if need be. */
  function make(height: number): void {
    if (pages.fits(height)) return;
    pages.next();
    header(true);
  }

  tags.table();
  if (!pages.fits(heightOf(titles) + 2 * lineHeight)) pages.next();
  header(false);
  return {
    together: (rows) => make(rows * (lineHeight + 2 * padding)),
    row(texts, { bold = false, ruled = true } = {}) {
      const weight = bold ? 'bold' : 'regular';
      const lines = linesOf(texts, weight);
      make(heightOf(lines));
      tags.row(cellsOf(lines, { weight }));
      pages.y += heightOf(lines);
      if (ruled) rule(0.4, hairline);
    },
    heading(text, below) {
      const style = { size: size + 0.5, weight: 'bold' } as const;
      const lines = type.lines(text, pages.right - pages.left, style.size, style.weight);
      const height = lines.length * lineHeight + 3.5 * padding;
      make(height + below * (lineHeight + 2 * padding));
      const top = pages.y + 2.5 * padding + size;
      const draw = () => {
        for (const [at, line] of lines.entries()) type.draw(line, pages.left, top + at * lineHeight, style);
      };
      tags.row([{ scope: 'Row', draw }]);
      pages.y += height;
      rule(0.4, hairline);
    },
  };
}
