import { minorDecimals } from '../../../rating/currency.ts';
import { formatMicros } from '../../../rating/money.ts';
import { dayText, wallClock } from '../../period.ts';
import { type Zone } from '../../../words/zone.ts';
import type { ReportSite } from '../../site.ts';
import type { Invoice } from '../../statements/invoice.ts';

/** LEDES 1998B (ledes.org): ASCII, fields between bars, each line ended by []. */

const columns = [
  ...['INVOICE_DATE', 'INVOICE_NUMBER', 'CLIENT_ID', 'LAW_FIRM_MATTER_ID', 'INVOICE_TOTAL', 'BILLING_START_DATE'],
  ...['BILLING_END_DATE', 'INVOICE_DESCRIPTION', 'LINE_ITEM_NUMBER', 'EXP/FEE/INV_ADJ_TYPE'],
  ...['LINE_ITEM_NUMBER_OF_UNITS', 'LINE_ITEM_ADJUSTMENT_AMOUNT', 'LINE_ITEM_TOTAL', 'LINE_ITEM_DATE'],
  ...['LINE_ITEM_TASK_CODE', 'LINE_ITEM_EXPENSE_CODE', 'LINE_ITEM_ACTIVITY_CODE', 'TIMEKEEPER_ID'],
  ...['LINE_ITEM_DESCRIPTION', 'LAW_FIRM_ID', 'LINE_ITEM_UNIT_COST', 'TIMEKEEPER_NAME'],
  ...['TIMEKEEPER_CLASSIFICATION', 'CLIENT_MATTER_ID'],
];

/** UTBMS expense codes: telephone, and other, for the tax, which the format has no field for. */
const expense = { telephone: 'E105', other: 'E124' } as const;

/** Letters and signs that are no others with accents. */
const inAscii: Readonly<Record<string, string>> = {
  ...{
    ß: 'ss',
    ẞ: 'SS',
    æ: 'ae',
    Æ: 'AE',
    œ: 'oe',
    Œ: 'OE',
    ø: 'o',
    Ø: 'O',
    ł: 'l',
    Ł: 'L',
    đ: 'd',
    Đ: 'D',
    ð: 'd',
    Ð: 'D',
  },
  ...{
    þ: 'th',
    Þ: 'Th',
    ı: 'i',
    ħ: 'h',
    Ħ: 'H',
    ŋ: 'n',
    Ŋ: 'N',
    '€': 'EUR',
    '£': 'GBP',
    '¥': 'JPY',
    '×': 'x',
    '·': '-',
    '•': '-',
  },
  ...{
    '“': '"',
    '”': '"',
    '„': '"',
    '«': '"',
    '»': '"',
    '‘': "'",
    '’': "'",
    '‚': "'",
    '‹': "'",
    '›': "'",
    '′': "'",
    '−': '-',
  },
};

/** The first of the ten digits of a script is at a multiple of ten behind its zero: Unicode keeps them together (TR44, Nd). */
function asciiDigit(digit: string): string {
  let zero = digit.codePointAt(0) ?? 0;
  const isDigit = (code: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(code));
  while (isDigit(zero - 1)) zero -= 1;
  return String(((digit.codePointAt(0) ?? 0) - zero) % 10);
}

const ascii = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/[^\x20-\x7e]/gu, (sign) => inAscii[sign] ?? sign)
    .replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
    .replace(/[|[\]]/g, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .replace(/\s+/g, ' ')
    .trim();

/** What an id or a name of a code may have (field specification of LEDES 1998B, rev. 8/23/2007). */
const idLength = 20;
const idText = (text: string): string => ascii(text).slice(0, idLength).trim();

const hasLetters = (text: string): boolean => /[A-Za-z0-9]/.test(ascii(text));

/** Ids by their fields, as they are before they are fitted into the format. */
function idsOf({ statement: { payer } }: Invoice, { taxNumber }: ReportSite): Record<string, string> {
  return {
    CLIENT_ID: payer.client === '' ? payer.name : payer.client,
    LAW_FIRM_MATTER_ID: payer.matter === '' ? payer.name : payer.matter,
    CLIENT_MATTER_ID: payer.reference,
    LAW_FIRM_ID: taxNumber,
  };
}

/** A line for each id of an invoice that the format has no room for, or that readers of it miss. */
export function ledesProblems(invoice: Invoice, site: ReportSite): string[] {
  const ids = Object.entries(idsOf(invoice, site));
  return ids.flatMap(([field, text]) => {
    const about = `${invoice.number}: ${field}`;
    if (text === '') return field === 'LAW_FIRM_ID' ? [`${about} is empty: set site.taxNumber, which LEDES needs`] : [];
    if (!hasLetters(text)) return [`${about} ${JSON.stringify(text)} has nothing that LEDES can write, which is ASCII`];
    if (ascii(text).length <= idLength) return [];
    return [
      `${about} has room for ${idLength} characters in LEDES: "${idText(text)}" was written for "${ascii(text)}"`,
    ];
  });
}

const line = (fields: readonly string[]): string => `${fields.join('|')}[]\r\n`;
const dateText = (atMs: number, zone: Zone): string => dayText(wallClock(atMs, zone)).replaceAll('-', '');

const two = (value: number) => String(value).padStart(2, '0');
const minutesText = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
};

type Item = { amount: bigint; dateMs: number; code: string; description: string };

/** Lines of nothing are left out: readers refuse them. */
function itemsOf({ lines, payable, statement, tax }: Invoice): Item[] {
  const calls = lines
    .filter(({ amount }) => amount > 0n)
    .map(({ amount, atMs, phone, place, billedMs }) => ({
      ...{ amount, dateMs: atMs, code: expense.telephone },
      description: `Telephone call to ${phone}${place === '' ? '' : ` (${place})`}, ${minutesText(billedMs)} min billed`,
    }));
  if (tax === null || payable.tax === 0n) return calls;
  const ofTax = { amount: payable.tax, dateMs: statement.issuedAtMs, code: expense.other, description: tax.name };
  return [...calls, ofTax];
}

function invoiceLines(invoice: Invoice, site: ReportSite): string[] {
  const { number, currency, payable, statement } = invoice;
  const { zone, issuedAtMs, period } = statement;
  const [client = '', matter = '', reference = '', firm = ''] = Object.values(idsOf(invoice, site)).map(idText);
  const amount = (micros: bigint) => formatMicros(micros, minorDecimals(currency));
  const about = ascii(`${statement.title} in ${currency}`);
  return itemsOf(invoice).map(({ amount: total, dateMs, code, description }, at) =>
    line([
      ...[dateText(issuedAtMs, zone), ascii(number), client, matter, amount(payable.due)],
      ...[dateText(period.fromMs, zone), dateText(period.untilMs - 1, zone), about, String(at + 1), 'E'],
      ...['1', '0.00', amount(total), dateText(dateMs, zone), '', code, '', ''],
      ...[ascii(description), firm, amount(total), '', '', reference],
    ]),
  );
}

export async function* renderLedes(invoices: AsyncIterable<Invoice>, site: ReportSite): AsyncGenerator<string> {
  yield `LEDES1998B[]\r\n${line(columns)}`;
  for await (const invoice of invoices) yield invoiceLines(invoice, site).join('');
}
