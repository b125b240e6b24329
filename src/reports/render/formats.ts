import type { ReportDocument } from '../document.ts';
import type { AccountingFormat, DocumentFormat, PrintedFormat } from '../format.ts';
import type { ReportSite } from '../site.ts';
import type { Statement } from '../statements/statement.ts';
import type { Invoice } from '../statements/invoice.ts';
import { plainColumns, quickBooksColumns, renderInvoiceCsv, xeroColumns } from './accounting/invoice-csv.ts';
import { renderLedes } from './accounting/ledes.ts';
import { renderCsv, type CsvOptions } from './csv.ts';
import { renderJson } from './json.ts';
import { renderPdf, renderStatementsPdf } from './pdf.ts';
import { renderStatementText } from './statement-text.ts';
import { renderTable } from './table.ts';
import { renderXlsx } from './xlsx.ts';

type Content = AsyncIterable<string | Uint8Array>;

export type RenderOptions = { site: ReportSite; csv: CsvOptions; warn: (line: string) => void };

/** The report in a format, in pieces. */
export function renderReport(document: ReportDocument, format: DocumentFormat, options: RenderOptions): Content {
  switch (format) {
    case 'table':
      return renderTable(document);
    case 'csv':
      return renderCsv(document, options.csv);
    case 'json':
      return renderJson(document);
    case 'xlsx':
      return renderXlsx(document, options.site.paper);
    case 'pdf':
      return renderPdf(document, options);
  }
}

/** `none` is written where there are no statements. */
export function renderStatements(
  statements: AsyncIterable<Statement>,
  none: ReportDocument,
  { format, ...options }: { format: PrintedFormat } & RenderOptions,
): Content {
  switch (format) {
    case 'table':
      return tables(statements, none);
    case 'pdf':
      return renderStatementsPdf(statements, none, options);
  }
}

/** `invoices`: with a line for each call where LEDES is asked for, else for each place. */
export function renderInvoices(invoices: AsyncIterable<Invoice>, format: AccountingFormat, site: ReportSite): Content {
  switch (format) {
    case 'ledes':
      return renderLedes(invoices, site);
    case 'quickbooks':
      return renderInvoiceCsv(invoices, quickBooksColumns, site);
    case 'xero':
      return renderInvoiceCsv(invoices, xeroColumns, site);
    case 'invoices':
      return renderInvoiceCsv(invoices, plainColumns, site);
  }
}

async function* tables(statements: AsyncIterable<Statement>, none: ReportDocument): AsyncGenerator<string> {
  let isFirst = true;
  for await (const statement of statements) {
    if (!isFirst) yield '\n\n';
    yield* renderStatementText(statement);
    isFirst = false;
  }
  if (isFirst) yield* renderTable(none);
}
