import type { Row } from '../document.ts';
import type { AccountingFormat } from '../format.ts';
import type { Layout } from './layout.ts';
import { payable, payableShares, type Payable, type Tax } from './payable.ts';
import type { Statement } from './statement.ts';

/** Statements as accounting programs take them: amounts that can be paid, which add up to what the statement asks for. */

/** A call, or the calls to a place; `amount` and `tax`: micro-units, whole numbers of the currency's smallest unit. */
export type InvoiceLine = {
  atMs: number;
  phone: string;
  place: string;
  calls: number;
  billedMs: number;
  amount: bigint;
  tax: bigint;
};

/** What a statement asks for in one currency. */
export type Invoice = {
  number: string;
  currency: string;
  payable: Payable;
  tax: Tax | null;
  statement: Statement;
  lines: readonly InvoiceLine[];
};

const needed = ['started', 'number', 'place', 'billed', 'charge', 'currency'] as const;

/** Whatever a layout shows, an invoice needs these. */
export const accountingLayout = (layout: Layout): Layout => ({
  ...layout,
  columns: needed.map((field) => ({ field })),
  ...{ subtotals: 'none', charts: [] },
});

type Charged = Omit<InvoiceLine, 'amount' | 'tax'> & { chargeMicros: bigint };

/** Of a statement with the columns of `accountingLayout`; null: it was free, or has no price yet. */
function chargedOf(cells: Row): { currency: string; call: Charged } | null {
  const [atMs, phone, place, billedMs, charge, currency] = cells;
  if (typeof charge !== 'number' || typeof currency !== 'string') return null;
  const call = { atMs: Number(atMs), phone: String(phone ?? ''), place: String(place ?? ''), calls: 1 };
  return { currency, call: { ...call, billedMs: Number(billedMs ?? 0), chargeMicros: BigInt(charge) } };
}

export type InvoiceDetail = 'call' | 'place';

/** The calls to a place as one, in the order in which places were first called. */
function byPlace(calls: readonly Charged[]): Charged[] {
  const places = new Map<string, Charged>();
  for (const call of calls) {
    const known = places.get(call.place);
    places.set(
      call.place,
      known === undefined
        ? { ...call, phone: '' }
        : {
            ...known,
            calls: known.calls + 1,
            billedMs: known.billedMs + call.billedMs,
            chargeMicros: known.chargeMicros + call.chargeMicros,
          },
    );
  }
  return [...places.values()];
}

/** Each line's share of the total and of its tax: both add up to the statement's. */
function linesOf(charged: readonly Charged[], currency: string, tax: Tax | null): InvoiceLine[] {
  const share = payableShares(currency);
  let [net, taxed] = [0n, 0n];
  return charged.map(({ chargeMicros, ...line }) => {
    const amount = share(chargeMicros);
    net += amount;
    const taxShare = payable(net, currency, tax).tax - taxed;
    taxed += taxShare;
    return { ...line, amount, tax: taxShare };
  });
}

/** The invoices of a statement, one for each currency. Reads its rows. */
export async function invoicesOf(statement: Statement, detail: InvoiceDetail, tax: Tax | null): Promise<Invoice[]> {
  const byCurrency = new Map<string, Charged[]>();
  for await (const piece of statement.rows) {
    for (const row of piece) {
      const charged = row.kind === 'call' ? chargedOf(row.cells) : null;
      if (charged === null) continue;
      const calls = byCurrency.get(charged.currency) ?? [];
      byCurrency.set(charged.currency, calls);
      calls.push(charged.call);
    }
  }
  const isOne = byCurrency.size === 1;
  return statement.sums().map(({ currency, payable: due }): Invoice => {
    const calls = byCurrency.get(currency) ?? [];
    const lines = linesOf(detail === 'place' ? byPlace(calls) : calls, currency, tax);
    // Accounting programs take one currency an invoice.
    const number = isOne ? statement.number : `${statement.number}-${currency}`;
    return { number, currency, payable: due, tax, statement, lines };
  });
}

/**
 * How long a number may be, where programs say so: LEDES 1998B (field specification, rev. 8/23/2007), and QuickBooks Online, which refuses
 * the file (DocNumber, 21 characters).
 */
const longestNumber: Partial<Record<AccountingFormat, number>> = { ledes: 20, quickbooks: 21 };

/** A line for each thing about an invoice that who takes it in would stumble over, or not see. */
export function invoiceProblems({ number, statement: { payer } }: Invoice, format: AccountingFormat): string[] {
  const most = longestNumber[format] ?? Infinity;
  const length = Array.from(number).length;
  return [
    ...(length > most
      ? [
          `${number}: the number has ${length} characters, and ${format} has room for ${most}: a layout may have a shorter "number"`,
        ]
      : []),
    ...(payer.id === null ? [`${number}: nobody pays for these calls, and the invoice is for ${payer.name}`] : []),
  ];
}

/** How much the programs take in at a time (help of QuickBooks Online, "Import invoices", and of Xero, "Import sales invoices"). */
const mostInFile: Partial<Record<AccountingFormat, { program: string; invoices: number; lines: number }>> = {
  quickbooks: { program: 'QuickBooks Online', invoices: 100, lines: 1000 },
  xero: { program: 'Xero', invoices: 500, lines: Infinity },
};

/** A file that is too large to be taken in; null: it is not. */
export function fileProblem(has: { invoices: number; lines: number }, format: AccountingFormat): string | null {
  const most = mostInFile[format];
  if (most === undefined || (has.invoices <= most.invoices && has.lines <= most.lines)) return null;
  const inWords = [`${most.invoices} invoices`, ...(most.lines === Infinity ? [] : [`${most.lines} lines`])].join(
    ' and ',
  );
  return `${has.invoices} invoices with ${has.lines} lines, and ${most.program} takes ${inWords} at a time: ask for fewer with --account or --department`;
}
