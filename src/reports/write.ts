import { createWriteStream } from 'node:fs';
import { chmod, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { catalog, type ReportDefinition } from './catalog.ts';
import { composeReport } from './compose.ts';
import type { ReportDocument } from './document.ts';
import { isAccounting, isPrinted, type AccountingFormat } from './format.ts';
import { inPieces } from './summary-document.ts';
import { ledesProblems } from './render/accounting/ledes.ts';
import { renderInvoices, renderReport, renderStatements, type RenderOptions } from './render/formats.ts';
import { maximumLines, TooLongForPdf } from './render/pdf/longest.ts';
import type { ReportFilters, ReportSource } from './report.ts';
import type { Asked, ReportRequest } from './request.ts';
import type { ReportSite } from './site.ts';
import { composeStatements, type Correction } from './statements/compose.ts';
import { flatDocument } from './statements/flat.ts';
import { accountingLayout, fileProblem, invoiceProblems, invoicesOf, type Invoice } from './statements/invoice.ts';
import { chargesText, type IssuedStatement } from './statements/issued.ts';
import { payersWithCalls, type Payer } from './statements/payer.ts';
import { taxOf } from './statements/tax.ts';

export type Content = AsyncIterable<string | Uint8Array>;

export type ContentOptions = {
  site: ReportSite;
  /** Gets a line about what could not be written as it is. */
  warn: (line: string) => void;
  /** Of statements, only theirs; absent: of everybody with calls. */
  payers?: readonly Payer[];
  correction?: Correction;
  /** Told of each statement once its rows were read. */
  onMade?: (made: IssuedStatement) => void;
};

/** The report in its format, in pieces. */
export async function contentOf(
  { request, format }: Pick<Asked, 'request' | 'format'>,
  source: ReportSource,
  { site: ofSite, ...more }: ContentOptions,
): Promise<Content> {
  const { paper = ofSite.paper, locale = ofSite.locale, bom = false } = request;
  const site = { ...ofSite, paper, locale };
  const from: StatementsContext = { ...more, source, site };
  const { warn } = more;
  // Programs read what they always read, unless somebody asks for what a spreadsheet reads.
  const options: RenderOptions = { site, warn, csv: { bom, locale: request.locale ?? '' } };
  if (format === 'pdf') await refuseLong(request, more.payers, source);
  if (isAccounting(format)) return renderInvoices(invoicesFor(request, format, from), format, site);
  if (request.statements === undefined) return renderReport(await composeReport(request, source), format, options);
  const statements = statementsOf({ ...request, statements: request.statements }, from);
  const about = aboutStatements(request);
  if (!isPrinted(format)) {
    return renderReport(flatDocument(about, request.statements.layout, statements), format, options);
  }
  return renderStatements(statements, nothingIn(about), { ...options, format });
}

/** What else is to be done in the accounts: a corrected invoice asks for all of it once more. */
function takeBack(number: string, { of }: Correction, invoices: number): string {
  const made = invoices === 0 ? `nothing is left to invoice` : `it asks for all of the calls once more`;
  return `${number}: ${made}: credit ${of.number} (${chargesText(of.charges)} before tax) in the accounts`;
}

/** Before anything is drawn, as far as it can be known. `payers`: only their calls. */
async function refuseLong(
  request: ReportRequest,
  payers: readonly Payer[] | undefined,
  source: ReportSource,
): Promise<void> {
  const definition: ReportDefinition = catalog[request.name];
  if (definition.kind !== 'calls' && definition.kind !== 'statement') return;
  const all = { ...request.filters, ...definition.filters };
  const parts = payers?.flatMap(({ parts: ofPayer }) => ofPayer.map(({ filters }) => filters)) ?? [all];
  let lines = 0;
  for (const filters of parts) {
    const pieces = source.summarize({ period: request.period, groupings: ['outcome'], filters });
    for await (const { calls } of pieces) lines += calls;
  }
  const limit = request.limit ?? (definition.kind === 'calls' ? definition.limit : undefined);
  if (Math.min(lines, limit ?? Infinity) > maximumLines) throw new TooLongForPdf(lines);
}

function statementsOf(
  request: ReportRequest & { statements: NonNullable<ReportRequest['statements']> },
  { source, site, payers, correction, onMade }: StatementsContext,
) {
  const { period, zone, statements, askedAtMs } = request;
  const more = {
    ...(payers === undefined ? {} : { payers }),
    ...(correction === undefined ? {} : { correction }),
    ...(onMade === undefined ? {} : { onMade }),
  };
  const filters = statementFilters(request);
  return composeStatements({ ...more, period, zone, filters, ...statements, site, issuedAtMs: askedAtMs }, source);
}

const statementFilters = ({ filters }: ReportRequest): ReportFilters => ({
  ...{ ...filters, ...catalog.statement.filters },
});

/** Who gets one of the statements that are asked for; of another report, nobody. */
export async function payersOf(request: ReportRequest, source: ReportSource): Promise<Payer[]> {
  const { period, statements } = request;
  if (statements === undefined) return [];
  return payersWithCalls(source, { period, filters: statementFilters(request), by: statements.by });
}

type StatementsContext = ContentOptions & { source: ReportSource };

/** A request in an accounting format is for statements (`readRequest`). */
async function* invoicesFor(
  request: ReportRequest,
  format: AccountingFormat,
  context: StatementsContext,
): AsyncGenerator<Invoice> {
  const { statements } = request;
  if (statements === undefined) return;
  const layout = accountingLayout(statements.layout);
  const tax = layout.tax ? taxOf(context.site) : null;
  const detail = format === 'ledes' ? 'call' : 'place';
  const currencies = new Set<string>();
  const written = { invoices: 0, lines: 0 };
  for await (const statement of statementsOf({ ...request, statements: { ...statements, layout } }, context)) {
    const invoices = await invoicesOf(statement, detail, tax);
    const ofLedes = format === 'ledes' ? invoices.flatMap((one) => ledesProblems(one, context.site)) : [];
    for (const problem of [...ofLedes, ...invoices.flatMap((one) => invoiceProblems(one, format))])
      context.warn(problem);
    for (const { currency, lines } of invoices) {
      currencies.add(currency);
      written.invoices += 1;
      written.lines += lines.length;
    }
    yield* invoices;
    for (const line of statement.unpriced()) context.warn(`${statement.number}: ${line}`);
    if (context.correction !== undefined) context.warn(takeBack(statement.number, context.correction, invoices.length));
  }
  const tooMuch = fileProblem(written, format);
  if (tooMuch !== null) context.warn(tooMuch);
  const several = [...currencies].sort().join(', ');
  if (format === 'ledes' && currencies.size > 1) {
    context.warn(
      `LEDES has no field for the currency, and here are invoices in ${several}: only INVOICE_DESCRIPTION says which is in which`,
    );
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

/** Names, numbers and charges concern nobody but who asked for them. */
const ownerOnly = 0o600;

/** Whether it is what `writeFileWhole` had written of a file when its process was killed, or is writing. */
export const isBeginningOf = (fileName: string, name: string): boolean =>
  name.startsWith(`${fileName}.`) && /^\d+\.part$/.test(name.slice(fileName.length + 1));

/** What was in the file stays until all of the report is there, on the disk itself. `mode`: of a new file. */
export async function writeFileWhole(content: Content, file: string, mode = ownerOnly): Promise<void> {
  const present = await stat(file).catch(() => null);
  // A device or a pipe must not be replaced; a folder says so itself.
  const isPlain = present === null || present.isFile();
  const beside = isPlain ? `${file}.${process.pid}.part` : file;
  try {
    await pipeline(Readable.from(content), createWriteStream(beside, { mode: ownerOnly, flush: isPlain }));
    // Whatever the process's umask says.
    if (isPlain && mode !== ownerOnly) await chmod(beside, mode);
    if (isPlain) await rename(beside, file);
  } catch (error) {
    if (isPlain) await rm(beside, { force: true });
    throw error;
  }
}
