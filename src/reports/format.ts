/** Apart from render/formats.ts, whose libraries a controller that only checks its schedules does not need. */
const documentFormats = ['table', 'csv', 'json', 'xlsx', 'pdf'] as const;
export type DocumentFormat = (typeof documentFormats)[number];

/** Of statements, for accounting programs. */
const accountingFormats = ['ledes', 'quickbooks', 'xero', 'invoices'] as const;
export type AccountingFormat = (typeof accountingFormats)[number];

export const formats = [...documentFormats, ...accountingFormats] as const;
export type Format = DocumentFormat | AccountingFormat;

export function isAccounting(format: Format): format is AccountingFormat {
  return (accountingFormats as readonly Format[]).includes(format);
}

/** Of the name of a file in it. */
export const endingOf = (format: Format): string => {
  switch (format) {
    case 'ledes':
      return 'ledes.txt';
    case 'quickbooks':
    case 'xero':
    case 'invoices':
      return `${format}.csv`;
    case 'table':
    case 'csv':
    case 'json':
    case 'xlsx':
    case 'pdf':
      return format;
  }
};

/** Formats for people: statements are one after the other in them, each with its own totals. */
const printedFormats = ['table', 'pdf'] as const satisfies readonly Format[];
export type PrintedFormat = (typeof printedFormats)[number];

export function isPrinted(format: Format): format is PrintedFormat {
  return (printedFormats as readonly Format[]).includes(format);
}
