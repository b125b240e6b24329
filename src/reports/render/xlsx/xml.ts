import { xmlText } from '../../../words/clean-text.ts';

export const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text or an attribute's value. */
export function escapeXml(text: string): string {
  return xmlText(text).replace(/[&<>"]/g, (char) => entities[char] ?? char);
}

/**
 * The text of a cell: spreadsheets take `_xHHHH_` for a character (ECMA-376 part 1, 22.9.2.19, ST_Xstring), and XML makes a
 * line feed of a carriage return.
 */
export function escapeCell(text: string): string {
  return escapeXml(text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replaceAll('\r', '_x000D_'));
}
