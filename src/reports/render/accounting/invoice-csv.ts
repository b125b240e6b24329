import { minorDecimals } from '../../../rating/currency.ts';
import { formatDecimal, formatMicros } from '../../../rating/money.ts';
import { csvText } from '../../../words/clean-text.ts';
import { csvLine } from '../../../words/csv-line.ts';
import { dayText, wallClock } from '../../period.ts';
import { type Zone } from '../../../words/zone.ts';
import type { ReportSite } from '../../site.ts';
import type { Invoice, InvoiceLine } from '../../statements/invoice.ts';

/** What accounting programs import: a line for each place that was called. */
type Column = { title: string; cell: (line: InvoiceLine, invoice: Invoice, site: ReportSite) => string };

const amountOf = (micros: bigint, { currency }: Invoice): string => formatMicros(micros, minorDecimals(currency));
const isoDate = (atMs: number, zone: Zone): string => dayText(wallClock(atMs, zone));

/** Xero reads dates as its organisation's country writes them: the day first, but in the United States the month. */
function xeroDate(atMs: number, zone: Zone, locale: string): string {
  const [year = '', month = '', day = ''] = isoDate(atMs, zone).split('-');
  const isAmerican = locale !== '' && new Intl.Locale(locale).region === 'US';
  return isAmerican ? `${month}/${day}/${year}` : `${day}/${month}/${year}`;
}

const addressee = ({ statement: { addressee: lines } }: Invoice): string => lines[0] ?? '';
const addressLine =
  (at: number) =>
  (_line: InvoiceLine, { statement: { addressee: lines } }: Invoice): string =>
    lines[at] ?? '';

const two = (value: number) => String(value).padStart(2, '0');

/** `Calls to Germany: 3 calls, 12:30 minutes` */
function described({ place, calls, billedMs }: InvoiceLine): string {
  const seconds = Math.round(billedMs / 1000);
  const minutes = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `Calls${place === '' ? '' : ` to ${place}`}: ${calls} ${calls === 1 ? 'call' : 'calls'}, ${minutes} minutes`;
}

const reference = ({ statement: { payer } }: Invoice): string =>
  [payer.matter, payer.reference].filter((text) => text !== '').join(' / ');

/** The account that Xero's own chart has for sales. */
const xeroSales = '200';

/** help.xero.com, "Import sales invoices"; a star marks what is required. */
export const xeroColumns: readonly Column[] = [
  { title: '*ContactName', cell: (_line, invoice) => addressee(invoice) },
  { title: 'POAddressLine1', cell: addressLine(1) },
  { title: 'POAddressLine2', cell: addressLine(2) },
  { title: 'POAddressLine3', cell: addressLine(3) },
  { title: 'POAddressLine4', cell: addressLine(4) },
  { title: '*InvoiceNumber', cell: (_line, { number }) => number },
  { title: 'Reference', cell: (_line, invoice) => reference(invoice) },
  {
    title: '*InvoiceDate',
    cell: (_line, { statement }, { locale }) => xeroDate(statement.issuedAtMs, statement.zone, locale),
  },
  {
    title: '*DueDate',
    cell: (_line, { statement }, { locale }) => xeroDate(statement.dueAtMs, statement.zone, locale),
  },
  { title: '*Description', cell: described },
  { title: '*Quantity', cell: () => '1' },
  { title: '*UnitAmount', cell: ({ amount }, invoice) => amountOf(amount, invoice) },
  { title: '*AccountCode', cell: () => xeroSales },
  { title: '*TaxType', cell: (_line, { tax }) => tax?.name ?? 'Tax Exempt' },
  { title: 'TaxAmount', cell: ({ tax }, invoice) => amountOf(tax, invoice) },
  { title: 'Currency', cell: (_line, { currency }) => currency },
];

/** quickbooks.intuit.com, "Import invoices"; a star marks what is required. */
export const quickBooksColumns: readonly Column[] = [
  { title: '*InvoiceNo', cell: (_line, { number }) => number },
  { title: '*Customer', cell: (_line, invoice) => addressee(invoice) },
  { title: '*InvoiceDate', cell: (_line, { statement }) => isoDate(statement.issuedAtMs, statement.zone) },
  { title: '*DueDate', cell: (_line, { statement }) => isoDate(statement.dueAtMs, statement.zone) },
  { title: 'Memo', cell: (_line, invoice) => reference(invoice) },
  { title: 'Item(Product/Service)', cell: () => 'Telephone' },
  { title: 'ItemDescription', cell: described },
  { title: 'ItemQuantity', cell: () => '1' },
  { title: 'ItemRate', cell: ({ amount }, invoice) => amountOf(amount, invoice) },
  { title: '*ItemAmount', cell: ({ amount }, invoice) => amountOf(amount, invoice) },
  { title: '*ItemTaxCode', cell: (_line, { tax }) => tax?.name ?? 'Exempt' },
  { title: 'ItemTaxAmount', cell: ({ tax }, invoice) => amountOf(tax, invoice) },
  { title: 'Currency', cell: (_line, { currency }) => currency },
];

/** For any other program (docs/reports.md). */
export const plainColumns: readonly Column[] = [
  { title: 'invoice', cell: (_line, { number }) => number },
  { title: 'issued', cell: (_line, { statement }) => isoDate(statement.issuedAtMs, statement.zone) },
  { title: 'due', cell: (_line, { statement }) => isoDate(statement.dueAtMs, statement.zone) },
  { title: 'from', cell: (_line, { statement: { period, zone } }) => isoDate(period.fromMs, zone) },
  { title: 'to', cell: (_line, { statement: { period, zone } }) => isoDate(period.untilMs - 1, zone) },
  { title: 'billed to', cell: (_line, { statement: { payer } }) => payer.name },
  { title: 'client', cell: (_line, { statement: { payer } }) => payer.client },
  { title: 'matter', cell: (_line, { statement: { payer } }) => payer.matter },
  { title: 'reference', cell: (_line, { statement: { payer } }) => payer.reference },
  { title: 'address', cell: (_line, { statement: { payer } }) => payer.address.join('; ') },
  { title: 'place', cell: ({ place }) => place },
  { title: 'calls', cell: ({ calls }) => String(calls) },
  { title: 'billed seconds', cell: ({ billedMs }) => formatDecimal(billedMs, 3) },
  { title: 'amount', cell: ({ amount }, invoice) => amountOf(amount, invoice) },
  { title: 'tax', cell: ({ tax }, invoice) => amountOf(tax, invoice) },
  { title: 'currency', cell: (_line, { currency }) => currency },
  { title: 'invoice total', cell: (_line, invoice) => amountOf(invoice.payable.due, invoice) },
];

export async function* renderInvoiceCsv(
  invoices: AsyncIterable<Invoice>,
  columns: readonly Column[],
  site: ReportSite,
): AsyncGenerator<string> {
  yield csvLine(columns.map(({ title }) => title));
  for await (const invoice of invoices) {
    yield invoice.lines.map((line) => csvLine(columns.map(({ cell }) => csvText(cell(line, invoice, site))))).join('');
  }
}
