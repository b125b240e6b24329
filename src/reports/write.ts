import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { catalog } from './catalog.ts';
import { composeReport } from './compose.ts';
import type { ReportDocument } from './document.ts';
import { isAccounting, isPrinted, type AccountingFormat } from './format.ts';
import { inPieces } from './summary-document.ts';
import { renderInvoices, renderReport, renderStatements, type RenderOptions } from './render/formats.ts';
import type { ReportSource } from './report.ts';
import type { Asked, ReportRequest } from './request.ts';
import type { ReportSite } from './site.ts';
import { composeStatements } from './statements/compose.ts';
import { flatDocument } from './statements/flat.ts';
import { accountingLayout, invoicesOf, type Invoice } from './statements/invoice.ts';
import { taxOf } from './statements/tax.ts';

export type Content = AsyncIterable<string | Uint8Array>;

/** `warn`: gets a line about what could not be written as it is. */
export type ContentOptions = { site: ReportSite; warn: (line: string) => void };

/** The report in its format, in pieces. */
export async function contentOf(
  { request, format }: Pick<Asked, 'request' | 'format'>,
  source: ReportSource,
  { site: ofSite, warn }: ContentOptions,
): Promise<Content> {
  const { paper = ofSite.paper, locale = ofSite.locale, bom = false } = request;
  const site = { ...ofSite, paper, locale };
  // Programs read what they always read, unless somebody asks for what a spreadsheet reads.
  const options: RenderOptions = { site, warn, csv: { bom, locale: request.locale ?? '' } };
  if (isAccounting(format)) return renderInvoices(invoicesFor(request, format, { source, site, warn }), format, site);
  if (request.statements === undefined) return renderReport(await composeReport(request, source), format, options);
  const statements = statementsOf({ ...request, statements: request.statements }, source, site);
  const about = aboutStatements(request);
  if (!isPrinted(format)) {
    return renderReport(flatDocument(about, request.statements.layout, statements), format, options);
  }
  return renderStatements(statements, nothingIn(about), { ...options, format });
}

function statementsOf(
  request: ReportRequest & { statements: NonNullable<ReportRequest['statements']> },
  source: ReportSource,
  site: ReportSite,
) {
  const { period, zone, statements, askedAtMs } = request;
  const filters = { ...request.filters, ...catalog.statement.filters };
  return composeStatements({ period, zone, filters, ...statements, site, issuedAtMs: askedAtMs }, source);
}

type InvoicesContext = { source: ReportSource; site: ReportSite; warn: (line: string) => void };

/** A request in an accounting format is for statements (`readRequest`). */
async function* invoicesFor(
  request: ReportRequest,
  format: AccountingFormat,
  { source, site, warn }: InvoicesContext,
): AsyncGenerator<Invoice> {
  const { statements } = request;
  if (statements === undefined) return;
  const layout = accountingLayout(statements.layout);
  const tax = layout.tax ? taxOf(site) : null;
  const detail = format === 'ledes' ? 'call' : 'place';
  for await (const statement of statementsOf({ ...request, statements: { ...statements, layout } }, source, site)) {
    yield* await invoicesOf(statement, detail, tax);
    for (const line of statement.unpriced()) warn(`${statement.number}: ${line}`);
  }
}

type About = Pick<ReportDocument, 'name' | 'title' | 'period' | 'zone' | 'filters' | 'empty'>;

function aboutStatements({ name, period, zone, filterTexts }: ReportRequest): About {
  return {
    name,
    title: catalog.statement.title,
    period,
    zone,
    filters: filterTexts,
    empty: 'No calls in this period.',
  };
}

const nothingIn = (about: About): ReportDocument => ({
  ...{ ...about, columns: [], rows: inPieces([]) },
  ...{ totals: () => [], notes: () => [] },
});

/** What was in the file stays until all of the report is there. */
export async function writeFileWhole(content: Content, file: string): Promise<void> {
  const present = await stat(file).catch(() => null);
  // A device or a pipe must not be replaced; a folder says so itself.
  const isPlain = present === null || present.isFile();
  const beside = isPlain ? `${file}.${process.pid}.part` : file;
  try {
    // Names, numbers and charges concern nobody but who asked for them.
    await pipeline(Readable.from(content), createWriteStream(beside, { mode: 0o600 }));
    if (isPlain) await rename(beside, file);
  } catch (error) {
    if (isPlain) await rm(beside, { force: true });
    throw error;
  }
}
