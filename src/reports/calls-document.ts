import type { Column, ReportDocument, Row } from './document.ts';
import type { Amount, ReportedCall } from './report.ts';
import { unratedNote } from './summary-document.ts';

type Shown = { column: Column; cell(call: ReportedCall): Row[number] };

const shown = {
  started: { column: { key: 'startedAt', title: 'Started', kind: 'moment' }, cell: (call) => call.startedAtMs },
  account: { column: { key: 'account', title: 'Account', kind: 'text' }, cell: (call) => call.account },
  department: { column: { key: 'department', title: 'Department', kind: 'text' }, cell: (call) => call.department },
  extension: { column: { key: 'extension', title: 'Extension', kind: 'phone' }, cell: (call) => call.extension },
  caller: { column: { key: 'callerName', title: 'Caller', kind: 'text' }, cell: (call) => call.callerName },
  number: { column: { key: 'number', title: 'Number', kind: 'phone' }, cell: (call) => call.number },
  destination: {
    column: { key: 'destination', title: 'Destination', kind: 'text' },
    cell: (call) => call.destination,
  },
  callType: { column: { key: 'callType', title: 'Call type', kind: 'text' }, cell: (call) => call.callType },
  entry: { column: { key: 'entry', title: 'Entry', kind: 'text' }, cell: (call) => call.entry },
  gateway: { column: { key: 'gateway', title: 'Gateway', kind: 'text' }, cell: (call) => call.gateway },
  outcome: { column: { key: 'outcome', title: 'Outcome', kind: 'text' }, cell: (call) => call.outcome },
  reason: { column: { key: 'reason', title: 'Reason', kind: 'text' }, cell: (call) => call.reason },
  rule: { column: { key: 'rule', title: 'Rule', kind: 'text' }, cell: (call) => call.rule },
  duration: {
    column: { key: 'billableMs', title: 'Billable time', kind: 'duration' },
    cell: (call) => (call.answered ? call.billableMs : null),
  },
  estimated: {
    column: { key: 'estimated', title: 'Estimated', kind: 'text' },
    cell: (call) => (call.estimated ? 'estimated' : null),
  },
  price: { column: { key: 'price', title: 'Price', kind: 'text' }, cell: (call) => call.price },
  currency: { column: { key: 'currency', title: 'Currency', kind: 'text' }, cell: (call) => call.currency },
  cost: { column: { key: 'cost', title: 'Cost', kind: 'money' }, cell: (call) => call.costMicros },
  charge: { column: { key: 'charge', title: 'Charge', kind: 'money' }, cell: (call) => call.chargeMicros },
  arithmetic: { column: { key: 'arithmetic', title: 'Arithmetic', kind: 'text' }, cell: (call) => call.arithmetic },
  id: { column: { key: 'callId', title: 'Call', kind: 'text' }, cell: (call) => call.callId },
} satisfies Record<string, Shown>;
export type CallField = keyof typeof shown;

export const allCallFields = Object.keys(shown) as readonly CallField[];

/** Calls, one a row, with a row of totals for each currency. */
export function callsDocument(
  about: Pick<ReportDocument, 'name' | 'title' | 'period' | 'zone' | 'filters' | 'empty'>,
  fields: readonly CallField[],
  calls: AsyncIterable<readonly ReportedCall[]>,
): ReportDocument {
  const columns = fields.map((field): Column => shown[field].column);
  const amounts = new Map<string, Amount>();
  let [count, billableMs, unrated] = [0, 0, 0];

  async function* rows(): AsyncGenerator<readonly Row[]> {
    for await (const piece of calls) {
      for (const call of piece) {
        count += 1;
        if (call.answered) billableMs += call.billableMs;
        if (call.price === 'unrated') unrated += 1;
        addTo(amounts, call);
      }
      yield piece.map((call) => fields.map((field) => shown[field].cell(call)));
    }
  }

  const totalRow = (first: string, ms: number | null, currency: string | null, amount: Amount | null): Row =>
    columns.map(({ key }, place) => {
      if (place === 0) return first;
      if (key === 'billableMs') return ms;
      if (key === 'currency') return currency;
      if (key === 'cost') return amount?.costMicros ?? null;
      return key === 'charge' ? (amount?.chargeMicros ?? null) : null;
    });

  return {
    ...about,
    columns,
    rows: rows(),
    totals() {
      if (count === 0) return [];
      const title = `Total: ${count} ${count === 1 ? 'call' : 'calls'}`;
      const [first, ...more] = [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        totalRow(title, billableMs, first?.[0] ?? null, first?.[1] ?? null),
        ...more.map(([currency, amount]) => totalRow('', null, currency, amount)),
      ];
    },
    notes: () => unratedNote(unrated),
  };
}

function addTo(amounts: Map<string, Amount>, { currency, costMicros, chargeMicros }: ReportedCall): void {
  if (currency === null || costMicros === null || chargeMicros === null) return;
  const amount = amounts.get(currency) ?? { costMicros: 0n, chargeMicros: 0n };
  amount.costMicros += BigInt(costMicros);
  amount.chargeMicros += BigInt(chargeMicros);
  amounts.set(currency, amount);
}
