import { formatMoney } from '../../rating/money.ts';
import type { Cell, Column, ReportDocument, Row } from '../document.ts';
import type { ReportedCall, ReportSource, CallsQuery } from '../report.ts';
import { inPieces } from '../summary-document.ts';
import type { CarrierInvoice, CostGrouping } from './invoice.ts';
import { sharesOf } from './spread.ts';

type About = Pick<ReportDocument, 'name' | 'title' | 'period' | 'zone' | 'filters' | 'empty'>;

/** A call, what it costs by the rates (null: nobody knows), and its share of the invoice; both in micro-units. */
type BilledCall = { call: ReportedCall; costMicros: bigint | null; shareMicros: bigint };

type Sums = { calls: number; without: number; billableMs: number; costMicros: bigint; shareMicros: bigint };
const nothing = (): Sums => ({ calls: 0, without: 0, billableMs: 0, costMicros: 0n, shareMicros: 0n });

function addTo(sums: Sums, { call, costMicros, shareMicros }: BilledCall): void {
  sums.calls += 1;
  sums.without += costMicros === null ? 1 : 0;
  sums.billableMs += call.billableMs;
  sums.costMicros += costMicros ?? 0n;
  sums.shareMicros += shareMicros;
}

const costIn = ({ price, currency, costMicros }: ReportedCall, invoice: CarrierInvoice): bigint | null =>
  price === 'priced' && currency === invoice.currency && costMicros !== null ? BigInt(costMicros) : null;

const weightOf = (call: ReportedCall, invoice: CarrierInvoice): bigint =>
  invoice.by === 'duration' ? BigInt(call.billableMs) : (costIn(call, invoice) ?? 0n);

/** A carrier's invoice, spread over the calls that it is for: the report is read twice, the first time for the sum of the weights. */
export async function actualCostDocument(
  about: About,
  { invoice, group, query }: { invoice: CarrierInvoice; group: CostGrouping | null; query: CallsQuery },
  source: Pick<ReportSource, 'calls'>,
): Promise<ReportDocument> {
  let total = 0n;
  for await (const piece of source.calls(query)) for (const call of piece) total += weightOf(call, invoice);
  if (total === 0n) throw new Error(nobodyBears(invoice));
  const sums = nothing();

  async function* billed(): AsyncGenerator<readonly BilledCall[]> {
    const shareOf = sharesOf(invoice.micros, total);
    for await (const piece of source.calls(query)) {
      const calls = piece.map((call) => ({
        ...{ call, costMicros: costIn(call, invoice), shareMicros: shareOf(weightOf(call, invoice)) },
      }));
      for (const call of calls) addTo(sums, call);
      yield calls;
    }
    if (sums.shareMicros !== invoice.micros) throw new Error('Calls changed while the report was made: make it again.');
  }

  const layout = group === null ? callLayout(invoice) : groupLayout(group, invoice);
  return {
    ...about,
    columns: layout.columns,
    rows: layout.rows(billed()),
    totals: () => (sums.calls === 0 ? [] : [layout.total(sums)]),
    notes: () => notesOf(invoice, sums),
  };
}

const nobodyBears = ({ by, currency }: CarrierInvoice): string =>
  by === 'cost'
    ? `No call of this period has a cost in ${currency}, so that nothing could bear the invoice: price the calls with "billing-codes rates rerate", or spread it with --by duration.`
    : 'No call of this period has billable time, so that nothing could bear the invoice.';

function notesOf({ micros, currency, by }: CarrierInvoice, { calls, without }: Sums): string[] {
  const proportion = by === 'cost' ? 'cost by the rates' : 'billable time';
  const answered = calls === 1 ? '1 answered call' : `${calls} answered calls`;
  return [
    `The invoice of ${formatMoney(Number(micros), currency)} is spread over ${answered} in proportion to their ${proportion}; the shares add up to it exactly.`,
    ...(without > 0 && by === 'cost'
      ? [
          `${without} of them ${without === 1 ? 'has' : 'have'} no cost in ${currency} and ${without === 1 ? 'bears' : 'bear'} nothing.`,
        ]
      : []),
  ];
}

type Layout = {
  columns: readonly Column[];
  rows: (billed: AsyncIterable<readonly BilledCall[]>) => AsyncIterable<readonly Row[]>;
  total: (sums: Sums) => Row;
};

const amounts = ({ currency }: CarrierInvoice): Column[] => [
  { key: 'cost', title: `Cost ${currency}`, kind: 'money', currency },
  { key: 'actualCost', title: `Actual cost ${currency}`, kind: 'money', currency },
];
const duration: Column = { key: 'billableMs', title: 'Billable time', kind: 'duration' };

function callLayout(invoice: CarrierInvoice): Layout {
  const columns: Column[] = [
    { key: 'callId', title: 'Call', kind: 'text' },
    { key: 'startedAt', title: 'Started', kind: 'moment' },
    { key: 'account', title: 'Account', kind: 'text' },
    { key: 'number', title: 'Number', kind: 'phone' },
    { key: 'destination', title: 'Destination', kind: 'text' },
    ...[duration, ...amounts(invoice)],
  ];
  const rowOf = ({ call, costMicros, shareMicros }: BilledCall): Cell[] => [
    ...[call.callId, call.startedAtMs, call.account, call.number, call.destination],
    ...[call.billableMs, costMicros, shareMicros],
  ];
  return {
    columns,
    async *rows(billed) {
      for await (const calls of billed) yield calls.map(rowOf);
    },
    total: ({ calls, billableMs, costMicros, shareMicros }) => [
      ...[`Total: ${calls} ${calls === 1 ? 'call' : 'calls'}`, null, null, null, null],
      ...[billableMs, costMicros, shareMicros],
    ],
  };
}

function groupLayout(group: CostGrouping, invoice: CarrierInvoice): Layout {
  const title = group.slice(0, 1).toUpperCase() + group.slice(1);
  const rowOf = (name: string, { calls, billableMs, costMicros, shareMicros }: Sums): Row => [
    ...[name, calls, billableMs, costMicros, shareMicros],
  ];
  return {
    columns: [
      { key: group, title, kind: 'text' },
      { key: 'calls', title: 'Calls', kind: 'count' },
      ...[duration, ...amounts(invoice)],
    ],
    async *rows(billed) {
      const groups = new Map<string, Sums>();
      for await (const calls of billed) {
        for (const one of calls) {
          const name = one.call[group] ?? '(none)';
          const sums = groups.get(name) ?? nothing();
          groups.set(name, sums);
          addTo(sums, one);
        }
      }
      const largestFirst = ([a, x]: [string, Sums], [b, y]: [string, Sums]) =>
        Number(y.shareMicros - x.shareMicros) || (a < b ? -1 : 1);
      yield* inPieces([...groups].sort(largestFirst).map(([name, sums]) => rowOf(name, sums)));
    },
    total: (sums) => rowOf('Total', sums),
  };
}
