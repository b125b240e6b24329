import type { Result } from '../words/result.ts';
import type { Chart } from './chart.ts';
import { composeReport } from './compose.ts';
import type { Column, Row } from './document.ts';
import { checkNames } from './known-names.ts';
import type { Period } from './period.ts';
import type { CallsQuery, ReportedCall, ReportSource } from './report.ts';
import type { Asked, ReportRequest } from './request.ts';
import type { ReportSite } from './site.ts';
import { TooLongForPdf } from './render/pdf/longest.ts';
import { contentOf, type Content } from './write.ts';

/** A report as a page has it: as many rows as were asked for. */
export type ReportPage = {
  title: string;
  period: Period;
  columns: readonly Column[];
  rows: readonly Row[];
  totals: readonly Row[];
  notes: readonly string[];
  chart: Chart | null;
  empty: string;
  /** There are more rows, which nothing here was added up of. */
  isCut: boolean;
};

/** Makes reports for people who wait for them. What is wrong with what they asked for is one line. */
export type ReportDesk = {
  page(request: ReportRequest): Promise<Result<ReportPage>>;
  /** `checksNames`: a name that nobody has is said, instead of a report without calls. */
  content(asked: Pick<Asked, 'request' | 'format'>, checksNames: boolean): Promise<Result<Content>>;
  calls(query: CallsQuery): AsyncIterable<readonly ReportedCall[]>;
};

/** On the calling thread. */
export function deskOf(
  source: ReportSource,
  { site, warn }: { site: ReportSite; warn: (line: string) => void },
): ReportDesk {
  const problemIn = async ({ filters }: ReportRequest): Promise<string | null> => {
    const known = await checkNames(filters, source);
    return known.ok ? null : known.problem((field) => field);
  };
  return {
    async page(request) {
      const problem = await problemIn(request);
      return problem === null ? { ok: true, value: await pageOf(request, source) } : { ok: false, problem };
    },
    async content(asked, checksNames) {
      const problem = checksNames ? await problemIn(asked.request) : null;
      if (problem !== null) return { ok: false, problem };
      try {
        return { ok: true, value: await contentOf(asked, source, { site, warn }) };
      } catch (error) {
        if (error instanceof TooLongForPdf) return { ok: false, problem: error.message };
        throw error;
      }
    },
    calls: (query) => source.calls(query),
  };
}

/** So many rows are shown on a page, whatever was asked for. */
const mostRows = 1_000;

async function pageOf(request: ReportRequest, source: ReportSource): Promise<ReportPage> {
  const document = await composeReport(request, source);
  const rows: Row[] = [];
  let isCut = false;
  for await (const piece of document.rows) {
    rows.push(...piece.slice(0, mostRows - rows.length));
    isCut = rows.length >= mostRows;
    if (isCut) break;
  }
  const { title, period, columns, empty, charts } = document;
  const added = isCut ? { totals: [], notes: [] } : { totals: document.totals(), notes: document.notes() };
  return { title, period, columns, empty, rows, ...added, chart: charts?.[0] ?? null, isCut };
}
