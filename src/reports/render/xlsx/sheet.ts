import { columnLetters } from '../../../words/column-letters.ts';
import { widthOf } from '../../../words/text-width.ts';
import type { Paper } from '../../site.ts';
import type { RowLook, Styles } from './styles.ts';
import { declaration, escapeCell, escapeXml } from './xml.ts';

/** A date shows its UTC time, and is never changed to a time zone: spreadsheets know none. */
export type Value = string | number | Date | Formula | null;
/** Of our own making, never of what somebody typed; `value` is shown until the spreadsheet has reckoned itself. */
export type Formula = { readonly formula: string; readonly value: number };
export type SheetCell = { readonly value: Value; readonly format: string | null };

export type SheetLayout = {
  /** Of the columns, in characters. */
  readonly widths: readonly number[];
  /** The first row stays in sight, and begins each page on paper. */
  readonly hasHeader: boolean;
  /** Across the sheet, as wide as it; absent: as the spreadsheet has it. */
  readonly print?: { readonly paper: Paper; readonly title: string };
};

const dayMs = 86_400_000;
/** 1970-01-01 in a spreadsheet's days, which are counted from the end of 1899. */
const epochDay = 25_569;

/** Points. */
const lineHeight = 15;

/** Elements in the order of ECMA-376 part 1, 18.3.1.99: Excel calls a file with another order damaged. */
export function sheetHead({ widths, hasHeader, print }: SheetLayout): string {
  const cols = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`);
  return (
    `${declaration}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
    (print === undefined ? '' : '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>') +
    (hasHeader
      ? '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
        '<selection pane="bottomLeft"/></sheetView></sheetViews>'
      : '') +
    `<sheetFormatPr defaultRowHeight="${lineHeight}"/>` +
    (cols.length === 0 ? '' : `<cols>${cols.join('')}</cols>`) +
    '<sheetData>'
  );
}

/** Numbers of ST_PaperSize. */
const paperSizes: Readonly<Record<Paper, number>> = { A4: 9, Letter: 1 };

/** `filtered`: the rows, the header among them, that may be filtered; 0: none. */
export function sheetTail({ widths, print }: SheetLayout, filtered: number): string {
  const filter = filtered < 2 ? '' : `<autoFilter ref="A1:${columnLetters(widths.length - 1)}${filtered}"/>`;
  if (print === undefined) return `</sheetData>${filter}</worksheet>`;
  // An ampersand begins a code there.
  const title = escapeXml(print.title.replaceAll('&', '&&'));
  return (
    `</sheetData>${filter}` +
    '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>' +
    `<pageSetup paperSize="${paperSizes[print.paper]}" orientation="landscape" fitToWidth="1" fitToHeight="0"/>` +
    `<headerFooter><oddFooter>&amp;L${title}&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter></worksheet>`
  );
}

/** Row `number` counts from 1. Text is written as text, so that it is never a formula. */
export function rowXml(
  number: number,
  cells: readonly SheetCell[],
  look: RowLook,
  { styles, widths }: RowContext,
): string {
  const lines = linesOf(cells, widths);
  // Not every spreadsheet finds the height of wrapped text by itself.
  let xml = `<row r="${number}"${lines === 1 ? '' : ` ht="${lines * lineHeight}" customHeight="1"`}>`;
  for (const [at, { value, format }] of cells.entries()) {
    if (value === null && look === 'plain') continue;
    const style = styles.numberOf({ format, look });
    xml += cellXml(`r="${columnLetters(at)}${number}"${style === 0 ? '' : ` s="${style}"`}`, value);
  }
  return `${xml}</row>`;
}

export type RowContext = { readonly styles: Styles; readonly widths: readonly number[] };

/** Of the cell that needs most; words end lines a little before they are full. */
function linesOf(cells: readonly SheetCell[], widths: readonly number[]): number {
  const maximum = 20;
  const lines = cells.map(({ value }, at) => {
    const width = widths[at];
    if (typeof value !== 'string' || width === undefined || value.length < width) return 1;
    const breaks = value.split('\n').map((line) => Math.max(1, Math.ceil((widthOf(line) * 1.15) / width)));
    return breaks.reduce((sum, one) => sum + one, 0);
  });
  return Math.min(maximum, Math.max(1, ...lines));
}

function cellXml(place: string, value: Value): string {
  if (value === null) return `<c ${place}/>`;
  if (typeof value === 'string') {
    return `<c ${place} t="inlineStr"><is><t xml:space="preserve">${escapeCell(value)}</t></is></c>`;
  }
  if (typeof value === 'number') return `<c ${place}><v>${value}</v></c>`;
  if (value instanceof Date) return `<c ${place}><v>${value.getTime() / dayMs + epochDay}</v></c>`;
  return `<c ${place}><f>${escapeXml(value.formula)}</f><v>${value.value}</v></c>`;
}
