import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { reportCommand } from '../../../../src/cli/reports/report.ts';
import { openLocalReports } from '../../../../src/store/sqlite/reports/reports.ts';
import { openLocalStore } from '../../../../src/store/sqlite/store.ts';
import { call, furnish, site, timeZone } from '../../site.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-invoices-'));
const file = join(folder, 'store.db');
const smith = { accountId: 1, accountName: 'Smith & Co', departmentId: 1, code: '1001' };
const tax = { accountId: 2, accountName: 'Tax', departmentId: 2, code: '1002' };
const utah = { keyedNumber: '8016424655', calledE164: '+18016424655', callType: 'national' } as const;
const texas = { keyedNumber: '12145550100', calledE164: '+12145550100', callType: 'national' } as const;
const berlin = { keyedNumber: '0114930123456', calledE164: '+4930123456', callType: 'international' } as const;

beforeAll(async () => {
  const store = await openLocalStore({ file });
  await furnish(store);
  const start = Date.parse('2026-03-02T17:00:00Z');
  const records = Array.from({ length: 90 }, (_, at) => {
    const of =
      at % 5 === 0 ? { ...tax, ...(at % 2 === 0 ? berlin : texas) } : { ...smith, ...(at % 3 === 0 ? texas : utah) };
    return call(`c${at}`, start + at * 3_600_000, { ...of, billableMs: 7_000 + at * 1_777 });
  });
  await Promise.all(records.map((record) => store.save(record)));
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function statements(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const source = openLocalReports(file);
  try {
    const taxed = { ...site, taxName: 'VAT', taxPercent: '8.1', taxNumber: '98-7654321' };
    const nowMs = () => Date.parse('2026-04-10T12:00:00Z');
    const asked = ['statement', '--preset', 'last-month', ...args];
    const code = await reportCommand(asked, { source, timeZone, site: taxed, nowMs, stdout, stderr });
    return { code, out: Buffer.concat(chunks).toString('utf8'), err: String(stderr.read() ?? '') };
  } finally {
    await source.close();
  }
}

/** What the statement itself asks for, by number and currency: `202603-A1 USD` → cents. */
async function duesOfStatements(): Promise<Map<string, number>> {
  const { out } = await statements('--format', 'table');
  const dues = new Map<string, number>();
  let number = '';
  for (const line of out.split('\n')) {
    number = /^Statement no\.\s+(\S+)/.exec(line)?.[1] ?? number;
    const [, amount, currency] = /^Total due: ([\d.]+) ([A-Z]{3})/.exec(line) ?? [];
    if (amount !== undefined) dues.set(`${number} ${currency ?? ''}`, Math.round(Number(amount) * 100));
  }
  return dues;
}

const cents = (text: string | undefined): number => {
  expect(text).toMatch(/^\d+\.\d\d$/);
  return Math.round(Number(text) * 100);
};
const add = (sums: Map<string, number>, key: string, amount: number) => sums.set(key, (sums.get(key) ?? 0) + amount);
const rowsOf = (csv: string) => parse<Record<string, string>>(csv, { columns: true });

/** Reads LEDES 1998B as its definition has it (ledes.org), knowing nothing of who wrote it. */
function readLedes(text: string): Record<string, string>[] {
  expect(text).toMatch(/^[\x20-\x7e\r\n]*$/);
  const lines = text.split('\r\n');
  expect(lines.pop()).toBe('');
  expect(lines.shift()).toBe('LEDES1998B[]');
  const fields = (line: string) => {
    expect(line.endsWith('[]')).toBe(true);
    return line.slice(0, -2).split('|');
  };
  const names = fields(lines.shift() ?? '');
  expect(names).toHaveLength(24);
  return lines.map((line) => {
    const cells = fields(line);
    expect(cells).toHaveLength(24);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

it('statements in two currencies ask for what is rounded and taxed once', async () => {
  expect([...(await duesOfStatements()).keys()].sort()).toEqual(['202603-A1 USD', '202603-A2 EUR']);
});

describe('LEDES 1998B', () => {
  it('has an invoice for each matter, whose lines add up to it and to the statement', async () => {
    const { code, out } = await statements('--format', 'ledes');
    expect(code).toBe(0);
    const sums = new Map<string, number>();
    for (const line of readLedes(out)) {
      const currency = /in ([A-Z]{3})$/.exec(line['INVOICE_DESCRIPTION'] ?? '')?.[1] ?? '';
      add(sums, `${line['INVOICE_NUMBER'] ?? ''} ${currency}`, cents(line['LINE_ITEM_TOTAL']));
      expect(line).toMatchObject({ 'EXP/FEE/INV_ADJ_TYPE': 'E', LAW_FIRM_ID: '98-7654321', INVOICE_DATE: '20260410' });
      expect(line['LINE_ITEM_EXPENSE_CODE']).toMatch(/^E1(?:05|24)$/);
      const units = Number(line['LINE_ITEM_NUMBER_OF_UNITS']) * Number(line['LINE_ITEM_UNIT_COST']);
      expect(units + Number(line['LINE_ITEM_ADJUSTMENT_AMOUNT'])).toBeCloseTo(Number(line['LINE_ITEM_TOTAL']), 6);
    }
    expect(sums).toEqual(await duesOfStatements());
    const totals = new Map(readLedes(out).map((line) => [line['INVOICE_NUMBER'], cents(line['INVOICE_TOTAL'])]));
    expect([...totals.values()].sort()).toEqual([...sums.values()].sort());
  });

  it('names client and matter of the account', async () => {
    const { out } = await statements('--format', 'ledes');
    const [line] = readLedes(out).filter(({ INVOICE_NUMBER: number }) => number === '202603-A1');
    expect(line).toMatchObject({ CLIENT_ID: 'Smith & Sons', LAW_FIRM_MATTER_ID: '2026-7', LINE_ITEM_NUMBER: '1' });
  });
});

describe('CSV for accounting programs', () => {
  it.each([
    ['xero', '*InvoiceNumber', '*UnitAmount', 'TaxAmount', 'Currency'],
    ['quickbooks', '*InvoiceNo', '*ItemAmount', 'ItemTaxAmount', 'Currency'],
    ['invoices', 'invoice', 'amount', 'tax', 'currency'],
  ])('%s adds up to the statements', async (format, number, amount, taxAmount, currency) => {
    const { code, out } = await statements('--format', format);
    expect(code).toBe(0);
    const sums = new Map<string, number>();
    for (const row of rowsOf(out)) {
      add(sums, `${row[number] ?? ''} ${row[currency] ?? ''}`, cents(row[amount]) + cents(row[taxAmount]));
    }
    expect(sums).toEqual(await duesOfStatements());
  });

  it('dates are those that each program reads', async () => {
    const [xero] = rowsOf((await statements('--format', 'xero')).out);
    expect(xero).toMatchObject({ '*InvoiceDate': '10/04/2026', '*DueDate': '10/05/2026' });
    const [american] = rowsOf((await statements('--format', 'xero', '--locale', 'en-US')).out);
    expect(american).toMatchObject({ '*InvoiceDate': '04/10/2026' });
    const [quickbooks] = rowsOf((await statements('--format', 'quickbooks')).out);
    expect(quickbooks).toMatchObject({ '*InvoiceDate': '2026-04-10', '*DueDate': '2026-05-10' });
  });
});

describe('wrong usage', () => {
  it('of formats that are for statements, by matter', async () => {
    expect(await statements('--format', 'ledes', '--group', 'department')).toMatchObject({
      ...{ code: 2, out: '', err: 'billing-codes report: --format ledes is by matter: leave out --group department\n' },
    });
  });
});
