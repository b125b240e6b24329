/** A cell of a CSV file (RFC 4180), quoted where it has to be; semicolons separate cells in some countries. */
const csvCell = (text: string): string => (/[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A line of a CSV file with its end. */
export const csvLine = (cells: readonly string[], separator: ',' | ';' = ','): string =>
  `${cells.map(csvCell).join(separator)}\r\n`;
