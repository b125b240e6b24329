/** Apart from render/formats.ts, whose libraries a controller that only checks its schedules does not need. */
export const formats = ['table', 'csv', 'json', 'xlsx', 'pdf'] as const;
export type Format = (typeof formats)[number];

/** Formats for people: statements are one after the other in them, each with its own totals. */
const printedFormats = ['table', 'pdf'] as const satisfies readonly Format[];
export type PrintedFormat = (typeof printedFormats)[number];

export function isPrinted(format: Format): format is PrintedFormat {
  return (printedFormats as readonly Format[]).includes(format);
}
