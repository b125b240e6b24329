import type { Styles } from './styles.ts';
import { declaration, escapeCell } from './xml.ts';

/** A date shows its UTC time, and is never changed to a time zone: spreadsheets know none. */
export type Value = string | number | Date | null;
export type SheetCell = { readonly value: Value; readonly format: string | null };

/** `columns`: their widths in characters; a header row stays in sight. */
export type SheetLayout = { readonly widths: readonly number[]; readonly hasHeader: boolean };

const dayMs = 86_400_000;
/** 1970-01-01 in a spreadsheet's days, which are counted from the end of 1899. */
const epochDay = 25_569;

export function sheetHead({ widths, hasHeader }: SheetLayout): string {
  const cols = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`);
  return (
    `${declaration}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
    (hasHeader
      ? '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
        '<selection pane="bottomLeft"/></sheetView></sheetViews>'
      : '') +
    (cols.length === 0 ? '' : `<cols>${cols.join('')}</cols>`) +
    '<sheetData>'
  );
}

export const sheetTail = '</sheetData></worksheet>';

/** Row `number` counts from 1. Text is written as text, so that it is never a formula. */
export function rowXml(number: number, cells: readonly SheetCell[], bold: boolean, styles: Styles): string {
  let xml = `<row r="${number}">`;
  for (const [at, { value, format }] of cells.entries()) {
    if (value === null) continue;
    const style = styles.numberOf({ format, bold });
    const place = `r="${columnName(at)}${number}"${style === 0 ? '' : ` s="${style}"`}`;
    xml +=
      typeof value === 'string'
        ? `<c ${place} t="inlineStr"><is><t xml:space="preserve">${escapeCell(value)}</t></is></c>`
        : `<c ${place}><v>${typeof value === 'number' ? value : value.getTime() / dayMs + epochDay}</v></c>`;
  }
  return `${xml}</row>`;
}

/** A, B, … Z, AA, … for 0, 1, … */
function columnName(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : columnName(Math.floor(at / 26) - 1) + letter;
}
