import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { reportCommand } from '../../../../src/cli/reports/report.ts';
import { layoutText } from '../../../../src/reports/statements/layouts.ts';
import { openLocalReports } from '../../../../src/store/sqlite/reports/reports.ts';
import { openLocalStore } from '../../../../src/store/sqlite/store.ts';
import type { Store } from '../../../../src/store/ports/store.ts';
import { account } from '../../../support/controller.ts';
import { call, furnish, site, timeZone } from '../../site.ts';
import { readLedes } from './ledes-reader.ts';

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

async function withStore(change: (store: Store) => Promise<unknown>): Promise<void> {
  const store = await openLocalStore({ file });
  try {
    await change(store);
  } finally {
    await store.close();
  }
}

async function statements(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const source = openLocalReports(file);
  try {
    const taxed = { ...site, taxName: 'VAT', taxPercent: '8.1', taxNumber: '98-7654321' };
    const nowMs = () => Date.parse('2026-04-10T12:00:00Z');
    const period = args.includes('--from') ? [] : ['--preset', 'last-month'];
    const asked = ['statement', ...period, ...args];
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

it('statements in two currencies ask for what is rounded and taxed once', async () => {
  expect([...(await duesOfStatements()).keys()].sort()).toEqual(['202603-A1 USD', '202603-A2 EUR']);
});

describe('LEDES 1998B', () => {
  it('has an invoice for each matter, whose lines add up to it and to the statement', async () => {
    const { code, out } = await statements('--format', 'ledes');
    expect(code).toBe(0);
    const dues = new Map<string, number>();
    for (const { number, total, lines } of readLedes(out)) {
      const currency = /in ([A-Z]{3})$/.exec(lines[0]?.['INVOICE_DESCRIPTION'] ?? '')?.[1] ?? '';
      dues.set(`${number} ${currency}`, Number(total) / 100);
      for (const line of lines) {
        expect(line).toMatchObject({
          'EXP/FEE/INV_ADJ_TYPE': 'E',
          LAW_FIRM_ID: '98-7654321',
          INVOICE_DATE: '20260410',
        });
        expect(line['LINE_ITEM_EXPENSE_CODE']).toMatch(/^E1(?:05|24)$/);
      }
    }
    expect(dues).toEqual(await duesOfStatements());
  });

  it('names client and matter of the account', async () => {
    const { out } = await statements('--format', 'ledes');
    const [invoice] = readLedes(out).filter(({ number }) => number === '202603-A1');
    expect(invoice).toMatchObject({ client: 'Smith & Sons', matter: '2026-7' });
    expect(invoice?.lines.map((line) => line['LINE_ITEM_NUMBER']).slice(0, 2)).toEqual(['1', '2']);
  });

  it('cuts what is longer than the format has room for, and says so', async () => {
    await withStore((store) =>
      store.updateAccount('1001', {
        client: 'Smith, Sons, Daughters & Company',
        matter: '',
        reference: 'PO 2026-0000-1111-2222',
      }),
    );
    const { out, err } = await statements('--format', 'ledes');
    const [invoice] = readLedes(out).filter(({ number }) => number === '202603-A1');
    expect(invoice).toMatchObject({ client: 'Smith, Sons, Daughte', matter: 'Smith & Co' });
    expect(err.split('\n')).toEqual(
      expect.arrayContaining([
        expect.stringContaining(
          '202603-A1: CLIENT_ID has room for 20 characters in LEDES: "Smith, Sons, Daughte" was written',
        ),
        expect.stringContaining(
          '202603-A1: CLIENT_MATTER_ID has room for 20 characters in LEDES: "PO 2026-0000-1111-22" was written',
        ),
      ]),
    );
  });

  it.each([
    ['Straße & Søn, Łódź', 'Strasse & Son, Lodz'],
    ['“Œuvre” – d’Art', '"OEuvre" - d\'Art'],
    ['قضية ١٢٠', '???? 120'],
    ['Akte ۴۵ · २०२६', 'Akte 45 - 2026'],
  ])('writes %s as %s, with every digit that it has', async (client, written) => {
    await withStore((store) => store.updateAccount('1002', { client }));
    const { out } = await statements('--format', 'ledes');
    const [invoice] = readLedes(out).filter(({ number }) => number.startsWith('202603-A2'));
    expect(invoice?.client).toBe(written);
  });

  it('says what it lacks: a name that has no letter of ASCII', async () => {
    await withStore((store) => store.updateAccount('1002', { client: '東京' }));
    const { err } = await statements('--format', 'ledes');
    expect(err).toContain('202603-A2: CLIENT_ID "東京" has nothing that LEDES can write');
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

describe('what who takes an invoice in would stumble over', () => {
  const days = ['--from', '2026-03-02', '--to', '2026-03-30'];

  it('is said: a number that is too long for the program, and several currencies where there is no field for one', async () => {
    const ledes = await statements(...days, '--format', 'ledes');
    expect(ledes.err).toContain(
      'LEDES has no field for the currency, and here are invoices in EUR, USD: only INVOICE_DESCRIPTION says which is in which',
    );
    // 20 characters: they fit.
    expect(ledes.err).not.toContain('the number has');
    await withStore((store) =>
      store.save(call('nobody', Date.parse('2026-03-05T17:00:00Z'), { ...utah, billableMs: 60_000 })),
    );
    const quickbooks = await statements(...days, '--format', 'quickbooks');
    expect(quickbooks.err).toMatch(
      /20260302-20260330-A0: nobody pays for these calls, and the invoice is for \(none\)/,
    );
    expect(quickbooks.err).not.toContain('EUR, USD');
    expect(quickbooks.err).not.toContain('the number has');
    const layout = join(folder, 'numbered.json');
    const text = JSON.parse(layoutText('client')) as object;
    writeFileSync(layout, JSON.stringify({ ...text, number: '{period}-office-{payer}' }));
    for (const [format, most] of [
      ['ledes', 20],
      ['quickbooks', 21],
    ] as const) {
      const { err } = await statements(...days, '--layout', layout, '--format', format);
      expect(err).toContain(
        `20260302-20260330-office-A2: the number has 27 characters, and ${format} has room for ${most}`,
      );
    }
    expect((await statements(...days, '--layout', layout, '--format', 'xero')).err).not.toContain('the number has');
  });

  it('is said: more invoices than a program takes in at a time', async () => {
    const many = Array.from({ length: 101 }, (_, at) => 3_000 + at);
    await withStore(async (store) => {
      await store.importAccounts(many.map((code) => account(String(code))));
      const ids = new Map((await store.listAccounts()).map(({ code, id }) => [code, id]));
      const startMs = Date.parse('2026-02-10T17:00:00Z');
      for (const code of many.map(String)) {
        const of = { accountId: ids.get(code) ?? 0, accountName: code, departmentId: null, code, ...utah };
        await store.save(call(`of ${code}`, startMs, { ...of, billableMs: 60_000 }));
      }
    });
    const february = ['--from', '2026-02-01', '--to', '2026-02-28', '--format'];
    const all =
      '101 invoices with 101 lines, and QuickBooks Online takes 100 invoices and 1000 lines at a time: ask for fewer';
    expect((await statements(...february, 'quickbooks')).err).toContain(all);
    expect((await statements(...february, 'xero')).err).not.toContain('at a time');
    expect((await statements(...february, 'quickbooks', '--account', '3000')).err).not.toContain('at a time');
  }, 60_000);
});
