/**
 * Reads LEDES 1998B as its field specification has it (rev. 8/23/2007, ledes.org), by the place of each field, and knows nothing of who
 * wrote it. Throws where a file is none.
 */

type Kind = 'date' | 'text' | 'amount' | 'type';
type Field = readonly [name: string, kind: Kind, size: number, needed: boolean];

/** In their order. Sizes of text in characters, of amounts in digits before the point; there are four behind it at most. */
const fields: readonly Field[] = [
  ['INVOICE_DATE', 'date', 8, true],
  ['INVOICE_NUMBER', 'text', 20, true],
  ['CLIENT_ID', 'text', 20, true],
  ['LAW_FIRM_MATTER_ID', 'text', 20, true],
  ['INVOICE_TOTAL', 'amount', 12, true],
  ['BILLING_START_DATE', 'date', 8, true],
  ['BILLING_END_DATE', 'date', 8, true],
  ['INVOICE_DESCRIPTION', 'text', 15_360, false],
  ['LINE_ITEM_NUMBER', 'text', 20, true],
  ['EXP/FEE/INV_ADJ_TYPE', 'type', 2, true],
  ['LINE_ITEM_NUMBER_OF_UNITS', 'amount', 12, true],
  ['LINE_ITEM_ADJUSTMENT_AMOUNT', 'amount', 12, false],
  ['LINE_ITEM_TOTAL', 'amount', 12, true],
  ['LINE_ITEM_DATE', 'date', 8, true],
  ['LINE_ITEM_TASK_CODE', 'text', 20, false],
  ['LINE_ITEM_EXPENSE_CODE', 'text', 20, false],
  ['LINE_ITEM_ACTIVITY_CODE', 'text', 20, false],
  ['TIMEKEEPER_ID', 'text', 20, false],
  ['LINE_ITEM_DESCRIPTION', 'text', 15_360, false],
  ['LAW_FIRM_ID', 'text', 20, true],
  ['LINE_ITEM_UNIT_COST', 'amount', 10, true],
  ['TIMEKEEPER_NAME', 'text', 30, false],
  ['TIMEKEEPER_CLASSIFICATION', 'text', 10, false],
  ['CLIENT_MATTER_ID', 'text', 20, false],
];

export type LedesLine = Readonly<Record<string, string>>;
/** Amounts in ten-thousandths. */
export type LedesInvoice = { number: string; client: string; matter: string; total: bigint; lines: LedesLine[] };

const amountOf = (text: string): bigint => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  if (whole === '') throw new Error(`${text} is no amount`);
  return BigInt(`${sign}${whole}${fraction.padEnd(4, '0')}`);
};

function check(text: string, [name, kind, size, needed]: Field): void {
  const wrong = (why: string) => new Error(`${name} ${JSON.stringify(text)} ${why}`);
  if (text === '') {
    if (needed) throw wrong('is needed');
    return;
  }
  if (!/^[\x20-\x7e]*$/.test(text)) throw wrong('is not ASCII');
  if (/[|]|\[\]/.test(text)) throw wrong('holds a separator');
  switch (kind) {
    case 'date': {
      const iso = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
      if (!/^\d{8}$/.test(text) || new Date(`${iso}T00:00:00Z`).toISOString().slice(0, 10) !== iso)
        throw wrong('is no date');
      return;
    }
    case 'amount':
      if (!new RegExp(`^-?\\d{1,${size}}(?:\\.\\d{1,4})?$`).test(text)) throw wrong('is no amount');
      return;
    case 'type':
      if (!['F', 'E', 'IF', 'IE'].includes(text)) throw wrong('is none of F, E, IF, IE');
      return;
    case 'text':
      if (text.length > size) throw wrong(`is longer than ${size} characters`);
  }
}

const cellsOf = (line: string): string[] => {
  if (!line.endsWith('[]')) throw new Error(`the line is not ended: ${line}`);
  const cells = line.slice(0, -2).split('|');
  if (cells.length !== fields.length) throw new Error(`${cells.length} fields instead of ${fields.length}: ${line}`);
  return cells;
};

/** The invoices of a file, whose lines add up to what they ask for. */
export function readLedes(text: string): LedesInvoice[] {
  const lines = text.split('\r\n');
  if (lines.pop() !== '') throw new Error('the last line is not ended');
  if (lines.shift() !== 'LEDES1998B[]') throw new Error('the first line does not name the format');
  const names = cellsOf(lines.shift() ?? '');
  for (const [at, [name]] of fields.entries())
    if (names[at] !== name) throw new Error(`field ${at + 1} is ${names[at] ?? ''}`);
  const invoices = new Map<string, LedesInvoice>();
  const clientOfMatter = new Map<string, string>();
  for (const line of lines) {
    const cells = cellsOf(line);
    for (const [at, field] of fields.entries()) check(cells[at] ?? '', field);
    add(invoices, Object.fromEntries(fields.map(([name], at) => [name, cells[at] ?? ''])), clientOfMatter);
  }
  for (const { number, total, lines: ofInvoice } of invoices.values()) {
    const sum = ofInvoice.reduce((all, one) => all + amountOf(one['LINE_ITEM_TOTAL'] ?? ''), 0n);
    if (sum !== total) throw new Error(`${number} asks for ${total}, its lines for ${sum}`);
  }
  return [...invoices.values()];
}

function add(invoices: Map<string, LedesInvoice>, line: LedesLine, clientOfMatter: Map<string, string>): void {
  const of = (name: string): string => line[name] ?? '';
  const [number, client, matter] = [of('INVOICE_NUMBER'), of('CLIENT_ID'), of('LAW_FIRM_MATTER_ID')];
  const total = amountOf(of('INVOICE_TOTAL'));
  const invoice = invoices.get(number) ?? { number, client, matter, total, lines: [] };
  invoices.set(number, invoice);
  if (invoice.total !== total) throw new Error(`${number} has two totals`);
  // Of a matter only the first client counts.
  const first = clientOfMatter.get(matter) ?? client;
  clientOfMatter.set(matter, first);
  if (first !== client) throw new Error(`the matter ${matter} has two clients, ${first} and ${client}`);
  const [units, cost] = [amountOf(of('LINE_ITEM_NUMBER_OF_UNITS')), amountOf(of('LINE_ITEM_UNIT_COST'))];
  const adjustment = of('LINE_ITEM_ADJUSTMENT_AMOUNT');
  const lineTotal = amountOf(of('LINE_ITEM_TOTAL')) * 10_000n;
  if (units * cost + (adjustment === '' ? 0n : amountOf(adjustment) * 10_000n) !== lineTotal) {
    throw new Error(`${number}, line ${of('LINE_ITEM_NUMBER')}: units, cost and adjustment are not its total`);
  }
  invoice.lines.push(line);
}
