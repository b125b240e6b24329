import type { ReportDocument } from '../document.ts';
import type { Format, PrintedFormat } from '../format.ts';
import { renderCsv } from './csv.ts';
import { renderJson } from './json.ts';
import type { Letterhead } from './letterhead.ts';
import { renderPdf, renderPdfs } from './pdf.ts';
import { renderTable } from './table.ts';
import { renderXlsx } from './xlsx.ts';

type Content = AsyncIterable<string | Uint8Array>;

/** The report in a format, in pieces. */
export function renderReport(document: ReportDocument, format: Format): Content {
  switch (format) {
    case 'table':
      return renderTable(document);
    case 'csv':
      return renderCsv(document);
    case 'json':
      return renderJson(document);
    case 'xlsx':
      return renderXlsx(document);
    case 'pdf':
      return renderPdf(document);
  }
}

/** `whole` is written where there is none. */
export function renderStatements(
  statements: { each: AsyncIterable<ReportDocument>; whole: ReportDocument; letterhead: Letterhead },
  format: PrintedFormat,
): Content {
  switch (format) {
    case 'table':
      return tables(statements.each, statements.whole);
    case 'pdf':
      return renderPdfs(statements);
  }
}

async function* tables(statements: AsyncIterable<ReportDocument>, whole: ReportDocument): AsyncGenerator<string> {
  let isFirst = true;
  for await (const statement of statements) {
    if (!isFirst) yield '\n\n';
    yield* renderTable(statement);
    isFirst = false;
  }
  if (isFirst) yield* renderTable(whole);
}
