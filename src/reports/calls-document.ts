import { callRecordFields, listedFields, type ListedField } from '../words/call-record.ts';
import type { Cell, Column, ReportDocument, Row } from './document.ts';
import type { Amount, ReportedCall } from './report.ts';
import { unratedNote } from './summary-document.ts';

/** What calls are listed with: fields of the record, and what is derived. */
export type CallField = Exclude<keyof ReportedCall, 'answered' | 'includedMs'>;

/** What is no field of the record, with the field that it stands before; null: after all of them. */
const derived: Record<Exclude<CallField, ListedField>, Column & { before: ListedField | null }> = {
  account: { key: 'account', title: 'Account', kind: 'text', before: 'extension' },
  department: { key: 'department', title: 'Department', kind: 'text', before: 'extension' },
  number: { key: 'number', title: 'Number', kind: 'phone', before: 'callType' },
  destination: { key: 'destination', title: 'Destination', kind: 'text', before: 'callType' },
  price: { key: 'price', title: 'Price', kind: 'text', before: null },
  currency: { key: 'currency', title: 'Currency', kind: 'text', before: null },
  costMicros: { key: 'cost', title: 'Cost', kind: 'money', before: null },
  chargeMicros: { key: 'charge', title: 'Charge', kind: 'money', before: null },
  billedMs: { key: 'billedMs', title: 'Billed time', kind: 'duration', before: null },
  arithmetic: { key: 'arithmetic', title: 'Arithmetic', kind: 'text', before: null },
};
const isDerived = (field: CallField): field is keyof typeof derived => Object.hasOwn(derived, field);
const derivedBefore = (place: ListedField | null): CallField[] =>
  (Object.keys(derived) as (keyof typeof derived)[]).filter((field) => derived[field].before === place);

export const allCallFields: readonly CallField[] = [
  ...listedFields.flatMap((field) => [...derivedBefore(field), field]),
  ...derivedBefore(null),
];

function columnOf(field: CallField): Column {
  if (!isDerived(field)) return callRecordFields[field].listed;
  const { key, title, kind } = derived[field];
  return { key, title, kind };
}

/** A flag that is set is named after its column. */
function cellOf(call: ReportedCall, field: CallField): Cell {
  if (field === 'billableMs' && !call.answered) return null;
  const value = call[field];
  if (typeof value !== 'boolean') return value;
  return value ? columnOf(field).title.toLowerCase() : null;
}

/** Calls, one a row, with a row of totals for each currency. */
export function callsDocument(
  about: Pick<ReportDocument, 'name' | 'title' | 'period' | 'zone' | 'filters' | 'empty'>,
  fields: readonly CallField[],
  calls: AsyncIterable<readonly ReportedCall[]>,
): ReportDocument {
  const columns = fields.map(columnOf);
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
      yield piece.map((call) => fields.map((field) => cellOf(call, field)));
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
