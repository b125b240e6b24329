import type { Column, Row } from '../document.ts';
import type { Period } from '../period.ts';
import type { Zone } from '../../words/zone.ts';
import type { ReportedCall, ReportFilters, ReportSource } from '../report.ts';
import type { ReportSite } from '../site.ts';
import { writingIn, type Writing } from '../writing.ts';
import { amountIn } from './amount.ts';
import { chartsOf } from './charts.ts';
import { columnsFor } from './columns.ts';
import { fieldNamed } from './fields.ts';
import { groupsOf, type CallGroup } from './groups.ts';
import { addresseeOf, dayAfter, factsOf, numberOf, valuesOf } from './head.ts';
import type { Layout } from './layout.ts';
import { chargesText, createFigures, differenceText, type IssuedStatement } from './issued.ts';
import { payable, roundingNote } from './payable.ts';
import { payerKey, payersWithCalls, type Payer, type PayerKind } from './payer.ts';
import type { ClosingSum, Statement, StatementRow } from './statement.ts';
import { createSums, type Sums } from './sums.ts';
import { taxOf } from './tax.ts';
import { filled, filledLines, type Values } from './texts.ts';

/** What statements are made for. */
export type StatementsRequest = {
  period: Period;
  zone: Zone;
  filters: ReportFilters;
  by: PayerKind;
  layout: Layout;
  site: ReportSite;
  /** When they are issued, UTC milliseconds. */
  issuedAtMs: number;
  /** Only theirs; absent: of everybody with calls. */
  payers?: readonly Payer[];
  /** Of which file or built-in name the layout is. */
  layoutName: string;
  /** The statement that this one takes the place of, and the number of this one. */
  correction?: Correction;
  /** Told of each statement once its rows were read: whether it goes out is for others to know. */
  onMade?: (made: IssuedStatement) => void;
};

export type Correction = { of: IssuedStatement; number: string };

/** One after the other: the rows of each are to be read before the next is asked for. */
export async function* composeStatements(request: StatementsRequest, source: ReportSource): AsyncGenerator<Statement> {
  const payers = request.payers ?? (await payersWithCalls(source, request));
  for (const payer of payers) yield await statementFor(payer, request, source);
}

async function statementFor(payer: Payer, request: StatementsRequest, source: ReportSource): Promise<Statement> {
  const { layout, site, period, zone, issuedAtMs } = request;
  const writing = writingIn(layout.locale ?? site.locale, zone);
  const number = request.correction?.number ?? numberOf(payer, layout, period, zone);
  const dueAtMs = dayAfter(issuedAtMs, layout.dueDays, zone);
  const values = valuesOf(payer, { site, period, issuedAtMs, dueAtMs, number, writing });
  const groups = await groupsOf(payer, layout.subtotals, { period, source });
  const columns = await columnsFor(layout, payer, { period, source });
  const sums = createSums(columns);
  const figures = createFigures();
  const made = (): IssuedStatement => issuedOf(payer, request, { number, ...figures.figures() });
  const read = { add: figures.add, over: () => request.onMade?.(made()) };
  return {
    ...{ title: filled(layout.title, values), number, issuedAtMs, dueAtMs },
    ...{ period, zone, payer, writing, columns },
    addressee: addresseeOf(payer),
    facts: factsOf(layout, values),
    opening: [...replacesNote(request.correction, writing), ...filledLines(layout.opening, values)],
    rows: rowsOf(groups, { columns, sums, layout, source, period, read }),
    calls: () => sums.count(),
    sums: () => closingSums(sums, layout, site),
    totals: () => sums.rows(),
    unpriced: () => unpricedNote(sums.unpriced()),
    closing: () => [
      ...differenceNote(request.correction, made()),
      ...closingOf({ sums, layout, site, values, writing }),
    ],
    footer: filled(layout.footer, values),
    labels: layout.labels,
    charts: () => chartsOf(payer, layout.charts, { source, period, zone, writing }),
    paper: layout.paper ?? site.paper,
    orientation: layout.orientation ?? null,
  };
}

function issuedOf(
  payer: Payer,
  { by, layoutName, filters, issuedAtMs, period, correction }: StatementsRequest,
  figures: Pick<IssuedStatement, 'number' | 'calls' | 'charges' | 'fingerprint'>,
): IssuedStatement {
  return {
    ...{ ...figures, issuedAtMs, period, sentTo: '', corrects: correction?.of.number ?? '' },
    ...{ payer: payerKey(payer), name: payer.name, client: payer.client },
    asked: { by, layout: layoutName, filters, parts: payer.parts.map((part) => part.filters) },
  };
}

function replacesNote(correction: Correction | undefined, writing: Writing): string[] {
  if (correction === undefined) return [];
  const { number, issuedAtMs } = correction.of;
  return [`This statement takes the place of statement ${number} of ${writing.date(issuedAtMs)}.`];
}

function differenceNote(correction: Correction | undefined, now: IssuedStatement): string[] {
  if (correction === undefined) return [];
  const { number, charges } = correction.of;
  const difference = differenceText(charges, now.charges);
  return [
    `Charges of statement ${number}: ${chargesText(charges)}; of this one: ${chargesText(now.charges)} (${difference}).`,
  ];
}

type RowsContext = {
  columns: readonly Column[];
  sums: Sums;
  layout: Layout;
  source: ReportSource;
  period: Period;
  /** Takes in the calls as they are read. */
  read: { add: (call: ReportedCall) => void; over: () => void };
};

async function* rowsOf(
  groups: readonly CallGroup[],
  { columns, sums, layout: { labels }, source, period, read }: RowsContext,
): AsyncGenerator<readonly StatementRow[]> {
  for (const { label, filters } of groups) {
    const ofGroup = createSums(columns);
    for await (const piece of source.calls({ period, filters })) {
      const isFirst = ofGroup.count() === 0;
      for (const call of piece) {
        sums.add(call);
        read.add(call);
        ofGroup.add(call);
      }
      const rows = piece.map((call): StatementRow => ({ kind: 'call', cells: cellsOf(call, columns, labels) }));
      yield isFirst && label !== null ? [{ kind: 'group', label }, ...rows] : rows;
    }
    // What is all there is has its total below.
    if (label === null || groups.length === 1) continue;
    yield ofGroup.rows().map((cells): StatementRow => ({ kind: 'subtotal', label: labels.subtotal, cells }));
  }
  read.over();
}

const cellsOf = (call: ReportedCall, columns: readonly Column[], labels: Layout['labels']): Row =>
  columns.map(({ key }) => fieldNamed(key)?.cell(call, labels) ?? null);

function closingSums(sums: Sums, layout: Layout, site: ReportSite): ClosingSum[] {
  const tax = layout.tax ? taxOf(site) : null;
  return sums.charges().map(([currency, exact]) => ({
    ...{ currency, payable: payable(exact, currency, tax) },
    tax: tax === null ? null : `${site.taxName} ${site.taxPercent} %`,
  }));
}

type Closing = { sums: Sums; layout: Layout; site: ReportSite; values: Values; writing: Writing };

function closingOf({ sums, layout, site, values, writing }: Closing): string[] {
  const amounts = closingSums(sums, layout, site);
  const due = amounts.map(({ currency, payable: { due: micros } }) => amountIn(micros, currency, writing)).join(', ');
  const late = { ...values, due, calls: writing.decimal(String(sums.count())) };
  return [
    ...unpricedNote(sums.unpriced()),
    ...(layout.rounding ? amounts.map(({ payable: one, currency }) => roundingNote(one, currency)) : []),
    ...filledLines(layout.closing, late),
  ];
}

function unpricedNote(unpriced: number): string[] {
  if (unpriced === 0) return [];
  return [
    unpriced === 1
      ? '1 call has no price yet: the total does not include it.'
      : `${unpriced} calls have no price yet: the total does not include them.`,
  ];
}
