import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import { call, furnish, report } from '../site.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-statements-'));
const file = join(folder, 'store.db');
const utah = { keyedNumber: '8016424655', calledE164: '+18016424655', callType: 'national' } as const;
const account = (id: number, departmentId: number) => ({
  accountId: id,
  accountName: 'x',
  departmentId,
  code: `100${id}`,
});

beforeAll(async () => {
  const store = await openLocalStore({ file });
  await furnish(store);
  // Of the same client as account 1, however it is spelled, in another currency.
  await store.updateAccount('1002', { client: 'SMITH & SONS', matter: '2026-8' });
  await store.addExtension({ number: '201', name: 'Anna' });
  const records = [
    call('a', '2026-03-02T17:00:00Z', { ...account(1, 1), ...utah, billableMs: 18_000, extension: '201' }),
    call('b', '2026-03-03T17:00:00Z', { ...account(1, 1), ...utah, billableMs: 61_500, extension: '9' }),
    call('c', '2026-03-04T17:00:00Z', { ...account(2, 1), ...utah, billableMs: 600_000, extension: '201' }),
    call('d', '2026-03-05T17:00:00Z', { ...account(1, 1), ...utah, outcome: 'busy' }),
  ];
  await Promise.all(records.map((record) => store.save(record)));
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const statement = async (...args: string[]) => (await report(file, 'statement', '--preset', 'last-month', ...args)).out;

describe('a statement', () => {
  it('has its callers together, each with a subtotal, 9 before 201', async () => {
    const lines = (await statement('--filter', 'account=Smith & Co')).split('\n');
    const shown = lines.filter((line) => /^(9|201 Anna|Subtotal|All calls|Total due)/.test(line));
    expect(shown.map((line) => line.replace(/\s+/g, ' '))).toEqual([
      ...['9', 'Subtotal 1:02 1:06 0.182', '201 Anna', 'Subtotal 0:18 0:30 0.11', 'All calls 1:20 1:36 0.292'],
      'Total due: 0.29 USD',
    ]);
  });

  it('of a client has all its accounts, each matter apart, and a total in each currency', async () => {
    const text = await statement('--group', 'client');
    expect(text.match(/Statement no\./g)).toHaveLength(1);
    expect(text).toMatch(/Statement no\. +202603-C1\n/);
    expect(text).toContain('2026-7  ·  Smith & Co  ·  201 Anna');
    expect(text).toMatch(/2026-8 {2}· {2}=cmd.* {2}· {2}201 Anna/);
    expect(text).toMatch(/Price\/min +Charge\n/);
    expect(text).toMatch(/Currency/);
    expect(text).toMatch(/^Total due: 0\.\d\d EUR$/m);
    expect(text).toMatch(/^Total due: 0\.29 USD$/m);
  });

  it('of a department is a charge-back by account, and that of the staff shows cost', async () => {
    const department = await statement('--group', 'department');
    expect(department).toContain('Charge-back of calls: Legal');
    expect(department).toMatch(/Total to charge back: 0\.29 USD/);
    expect(await statement('--layout', 'internal')).toMatch(/Cost USD +Charge USD/);
  });

  it('is as a site’s own layout says, in its language', async () => {
    const layout = join(folder, 'mine.json');
    const text = {
      ...{ title: 'Abrechnung {matter}', locale: 'de-CH', dueDays: 10, number: 'R-{period}-{payer}' },
      facts: [{ fact: 'number', title: 'Nummer' }],
      columns: [
        { field: 'date', title: 'Datum' },
        { field: 'charge', title: 'Betrag' },
      ],
      ...{ labels: { due: 'Zu zahlen' }, closing: ['Bitte {due} bis {dueDate} überweisen.', '{reference}'] },
    };
    writeFileSync(layout, JSON.stringify(text));
    const shown = await statement('--layout', layout, '--filter', 'account=Smith & Co');
    expect(shown).toMatch(/^Abrechnung 2026-7\n/);
    expect(shown).toMatch(/Nummer {2}R-202603-A1\n/);
    expect(shown).toMatch(/^02\.03\.2026 +0\.11$/m);
    expect(shown).toMatch(/Zu zahlen: 0\.29 USD\n/);
    expect(shown).toMatch(/Bitte 0\.29 USD bis 20\.04\.2026 überweisen\.\n$/);
  });

  it('is CSV for the spreadsheets of a region, if somebody asks for that', async () => {
    const csv = await statement('--format', 'csv', '--locale', 'de-DE', '--bom', '--filter', 'account=Smith & Co');
    expect(csv.startsWith('\ufeffStatement;Billed to;')).toBe(true);
    expect(csv).toMatch(/;61,5;66;0,1655;0,182;USD;\r\n/);
  });

  it.each([
    [
      ['--layout', 'clinet'],
      'there is no layout "clinet": use client, department, internal, or a file that ends in .json',
    ],
    [['--group', 'day'], '--group: there is no "day": use one of account, client, department'],
    [['--paper', 'A3'], '--paper: there is no "A3": use one of A4, Letter'],
    [['--locale', 'german'], '--locale: "german" is no language and region such as de-CH'],
  ])('%j is wrong usage', async (args, problem) => {
    const { code, err } = await report(file, 'statement', ...args);
    expect({ code, err }).toEqual({ code: 2, err: `billing-codes report: ${problem}\n` });
  });
});
