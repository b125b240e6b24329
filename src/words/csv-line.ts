/** What a cell cannot hold without quotes (RFC 4180). */
const special = { ',': /[",\r\n]/, ';': /[";\r\n]/ } as const;

/** A line of a CSV file with its end; semicolons separate cells where decimals have a comma. */
export const csvLine = (cells: readonly string[], separator: ',' | ';' = ','): string => {
  const quoted = cells.map((text) => (special[separator].test(text) ? `"${text.replaceAll('"', '""')}"` : text));
  return `${quoted.join(separator)}\r\n`;
};
