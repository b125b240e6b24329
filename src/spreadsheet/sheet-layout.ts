import { attribute } from './xml.ts';
import type { Zip } from './zip.ts';

/** What a sheet says of its columns and cells, apart from what stands in them: which are hidden, and which are merged. */

export const maximumSheet = 4_000_000_000;

/** What becomes of what a sheet does not show as its own; null: it is a problem. */
export type Choice = 'read' | 'leave-out' | null;

export const isYes = (value: string | null): boolean => value === '1' || value === 'true';

/** 0 for A, 26 for AA; -1: no column. */
export function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

/** Cells that are merged with those below them: by the line of the first, its column and the last line. */
export type MergedDown = ReadonlyMap<number, readonly { column: number; lastLine: number }[]>;

/** They stand behind all rows, so the sheet is gone through once before. */
export async function mergedDown(zip: Zip, path: string): Promise<MergedDown> {
  const merged = new Map<number, { column: number; lastLine: number }[]>();
  const decoder = new TextDecoder();
  const longest = 200;
  let rest = '';
  for await (const piece of zip.read(path, maximumSheet)) {
    const text = rest + decoder.decode(piece, { stream: true });
    let end = 0;
    for (const match of text.matchAll(/<(?:[\w.-]+:)?mergeCell\s([^<>]*)>/g)) {
      end = match.index + match[0].length;
      const [, column = '', first, last] =
        /^([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})$/.exec(attribute(match[1] ?? '', 'ref') ?? '') ?? [];
      const [firstLine, lastLine] = [Number(first), Number(last)];
      if (!(lastLine > firstLine)) continue;
      const others = merged.get(firstLine) ?? [];
      merged.set(firstLine, [...others, { column: columnOf(column), lastLine }]);
    }
    rest = text.slice(Math.max(end, text.length - longest));
  }
  return merged;
}

/**
 * Makes a function that puts into the cells of a row what those above, with which they are merged, have: whoever looks at the sheet sees one price,
 * or one day, beside all of these rows; struck out in all of them (`struck`: by column). Rows come in their order.
 */
export function fillingMerged(merged: MergedDown): (line: number, cells: string[], struck: Set<number>) => void {
  let open: { column: number; lastLine: number; text: string; isStruck: boolean }[] = [];
  return (line, cells, struck) => {
    open = open.filter(({ lastLine }) => lastLine >= line);
    // A row that is blank, apart from what it is merged with, is none.
    const isBlank = cells.every((text) => text === '');
    for (const { column, text, isStruck } of isBlank ? [] : open) {
      while (cells.length <= column) cells.push('');
      cells[column] = text;
      if (isStruck) struck.add(column);
    }
    for (const one of merged.get(line) ?? []) {
      open.push({ ...one, text: cells[one.column] ?? '', isStruck: struck.has(one.column) });
    }
  };
}

/** Columns that a sheet hides; `onHidden`: the first text of each, where nobody has said what becomes of it. */
export function hiddenColumns(choice: Choice, onHidden: (column: number, text: string) => void) {
  const spans: { first: number; last: number }[] = [];
  const told = new Set<number>();
  const isHidden = (column: number): boolean => spans.some(({ first, last }) => column >= first && column <= last);
  return {
    /** Of a `col` element. */
    note(attributes: string): void {
      const isOff = isYes(attribute(attributes, 'hidden')) || attribute(attributes, 'width') === '0';
      const [first, last] = [Number(attribute(attributes, 'min')), Number(attribute(attributes, 'max'))];
      if (isOff && first > 0) spans.push({ first: first - 1, last: last - 1 });
    },
    leavesOut(column: number, text: string): boolean {
      if (choice === 'read' || text === '' || !isHidden(column)) return false;
      if (choice === null && !told.has(column)) onHidden(column, text);
      told.add(column);
      return choice === 'leave-out';
    },
  };
}
