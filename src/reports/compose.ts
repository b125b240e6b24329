import { actualCostDocument } from './actual-cost/document.ts';
import { costGroupings } from './actual-cost/invoice.ts';
import { callsDocument, type CallField } from './calls-document.ts';
import { catalog } from './catalog.ts';
import type { ReportDefinition } from './catalog.ts';
import type { ReportDocument, Row } from './document.ts';
import type { CallsQuery, ReportedCall, ReportSource } from './report.ts';
import { groupsOf, type ReportRequest } from './request.ts';
import { comparisonDocument } from './comparison-document.ts';
import { periodBefore, type Period } from './period.ts';
import { summaryDocument } from './summary-document.ts';
import { clockIn, summarize, topOf } from './summary.ts';

type About = Pick<ReportDocument, 'name' | 'title' | 'period' | 'zone' | 'filters' | 'empty'>;

const noCalls = 'No calls in this period.';

/** The report as one document. For a request without a problem. */
export async function composeReport(request: ReportRequest, source: ReportSource): Promise<ReportDocument> {
  const { name, period, zone, filterTexts } = request;
  const definition: ReportDefinition = catalog[name];
  const about: About = { name, title: definition.title, period, zone, filters: filterTexts, empty: noCalls };
  const filters = { ...request.filters, ...definition.filters };
  switch (definition.kind) {
    case 'summary': {
      const [group, thenBy] = groupsOf(request, definition);
      const groupings = [group, ...(thenBy === undefined ? [] : [thenBy])];
      const limit = request.limit ?? definition.limit;
      const before = request.compare === true ? periodBefore(period, zone) : null;
      const top = before === null ? topOf(groupings, limit, definition.order) : null;
      const piecesOf = (of: Period) =>
        source.summarize({ period: of, groupings, filters, clock: clockIn(zone), ...(top === null ? {} : { top }) });
      const summary = await summarize(piecesOf(period), {
        ...(before === null ? {} : { before: piecesOf(before) }),
        groupings,
        zone,
        order: definition.order,
        ...(limit === undefined ? {} : { limit }),
      });
      const titled = { ...about, title: titleOf(request, definition.title) };
      return before === null
        ? summaryDocument(titled, groupings, summary)
        : comparisonDocument(titled, groupings, { summary, before });
    }
    case 'calls': {
      const { limit = definition.limit, order = definition.order } = request;
      const query = { period, filters, order, ...(limit === undefined ? {} : { limit }) };
      return order === 'charge'
        ? byCharge(about, definition.fields, { query, source })
        : callsDocument(about, definition.fields, source.calls(query));
    }
    case 'actual-cost': {
      const { invoice } = request;
      if (invoice === undefined) throw new Error('a request for actual cost has an invoice (readRequest)');
      const group = costGroupings.find((one) => one === request.group) ?? null;
      return actualCostDocument(about, { invoice, group, query: { period, filters } }, source);
    }
    case 'statement':
      throw new Error('statements are composed by composeStatements');
    case 'unused-accounts':
      return unusedDocument({ ...about, empty: 'Every account had a call in this period.' }, source);
  }
}

/** Those of each currency by themselves: nothing says how many yen a euro is. */
function byCharge(
  about: About,
  fields: readonly CallField[],
  { query, source }: { query: CallsQuery; source: ReportSource },
): ReportDocument {
  const { period, filters, limit } = query;
  let currencies: (string | null)[] = [];
  async function* calls(): AsyncGenerator<readonly ReportedCall[]> {
    if (filters.currency === undefined) currencies = await currenciesOf(query, source);
    if (currencies.length < 2) {
      yield* source.calls(query);
      return;
    }
    // In one piece: by it a table knows how wide its columns are.
    const all: ReportedCall[] = [];
    for (const currency of currencies) {
      for await (const piece of source.calls({ ...query, filters: { ...filters, currency } })) all.push(...piece);
    }
    yield all;
  }
  const document = callsDocument({ ...about, period }, fields, calls());
  const first = limit === undefined ? '' : `: up to ${limit} calls of each`;
  return {
    ...document,
    notes: () => [
      ...document.notes(),
      ...(currencies.filter((one) => one !== null).length < 2
        ? []
        : [`Charges in different currencies are not compared with each other${first}.`]),
    ],
  };
}

/** In alphabetical order, calls without one last. */
async function currenciesOf({ period, filters }: CallsQuery, source: ReportSource): Promise<(string | null)[]> {
  const found = new Set<string | null>();
  for await (const { currency } of source.summarize({ period, groupings: [], filters })) found.add(currency);
  const known = [...found].filter((one) => one !== null).sort();
  return found.has(null) ? [...known, null] : known;
}

/** What it is grouped by, where that is not what the report is named after. */
function titleOf({ group, thenBy }: ReportRequest, title: string): string {
  const grouped = group === undefined ? title : `Calls by ${group}`;
  return thenBy === undefined ? grouped : `${grouped}, then by ${thenBy}`;
}

function unusedDocument(about: About, source: ReportSource): ReportDocument {
  let count = 0;
  async function* rows(): AsyncGenerator<readonly Row[]> {
    for await (const accounts of source.unusedAccounts(about.period)) {
      count += accounts.length;
      yield accounts.map(({ name, department, enabled, lastCallAtMs }) => [
        name,
        department,
        enabled ? 'enabled' : 'disabled',
        lastCallAtMs,
      ]);
    }
  }
  return {
    ...about,
    columns: [
      { key: 'account', title: 'Account', kind: 'text' },
      { key: 'department', title: 'Department', kind: 'text' },
      { key: 'state', title: 'State', kind: 'text' },
      { key: 'lastCallAt', title: 'Last call', kind: 'moment' },
    ],
    rows: rows(),
    totals: () => [],
    notes: () => (count === 0 ? [] : [`${count} ${count === 1 ? 'account' : 'accounts'}.`]),
  };
}
