/** Spreadsheets write the separator of their locale. The order decides between two that fit equally: `44;0,01` has a decimal comma. */
export const separators = [';', '\t', '|', ','] as const;

/** Lines that are looked at; a notice may have some before its table. */
const looked = 100;

/** How many fields a line has, not counting separators inside quotes. */
function fieldsIn(line: string, separator: string): number {
  return line.replace(/"(?:[^"]|"")*"/g, '').split(separator).length;
}

/** The separator that cuts the most lines into the same number of fields, and into many: lines of a table agree in both. */
export function separatorOfLines(lines: readonly string[]): string {
  const some = lines.filter((line) => line.trim() !== '').slice(0, looked);
  let best: { separator: string; score: number } = { separator: ',', score: 0 };
  for (const separator of separators) {
    const counts = new Map<number, number>();
    for (const line of some) {
      const fields = fieldsIn(line, separator);
      counts.set(fields, (counts.get(fields) ?? 0) + 1);
    }
    for (const [fields, count] of counts) {
      const score = count * (fields - 1);
      if (score > best.score) best = { separator, score };
    }
  }
  return best.separator;
}
