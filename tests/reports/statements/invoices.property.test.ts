import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { zoneNamed } from '../../../src/words/zone.ts';
import type { PayingAccount, ReportedCall, ReportSource, SummaryPiece } from '../../../src/reports/report.ts';
import { readRequest } from '../../../src/reports/request.ts';
import { plainSite } from '../../../src/reports/site.ts';
import { contentOf } from '../../../src/reports/write.ts';
import { openRecord } from '../../store/records.ts';
import { readLedes } from '../render/accounting/ledes-reader.ts';
import { randomFrom, runs, seed, seedText } from '../../support/random.ts';

/** Micro-units of the smallest unit of each currency (ISO 4217), written down apart from the code under test. */
const units: Readonly<Record<string, bigint>> = { USD: 10_000n, EUR: 10_000n, JPY: 1_000_000n, KWD: 1_000n };
const currencies = Object.keys(units);
const places = ['Utah', 'Germany – Mobile', '', 'Côte d’Ivoire'];
const periodFromMs = Date.parse('2026-03-01T00:00:00Z');
const payersAtOnce = 50;

type Pick = (below: number) => number;

function randomCall(pick: Pick, at: number, accountId: number): ReportedCall {
  const kind = pick(20);
  const currency = kind === 0 ? null : (currencies[pick(pick(3) === 0 ? currencies.length : 1)] ?? 'USD');
  // Often just at, below or above half of a smallest unit.
  const unit = Number(units[currency ?? 'USD']);
  const near = pick(1000) * unit + unit / 2 + pick(3) - 1;
  const chargeMicros = currency === null ? null : ([0, pick(5_000), near, pick(400_000_000)][pick(4)] ?? 0);
  const startedAtMs = periodFromMs + pick(31 * 86_400) * 1000;
  return {
    ...openRecord(`c${at}`, {
      extension: '205',
      startedAtMs,
      accountId,
      outcome: 'answered',
      billableMs: 1000 + pick(600_000),
    }),
    ...{ account: `Account ${accountId}`, department: null, number: '+18016424655', answered: true },
    ...{ destination: places[pick(places.length)] ?? '', price: currency === null ? 'unrated' : 'priced' },
    ...{ currency, chargeMicros, costMicros: chargeMicros === null ? null : Math.floor(chargeMicros / 2) },
    ...{ billedMs: chargeMicros === null ? null : 60_000, includedMs: null, arithmetic: null },
  };
}

/** All of one month, in memory. */
function sourceOf(byAccount: ReadonlyMap<number, readonly ReportedCall[]>): ReportSource {
  const unread = () => {
    throw new Error('statements do not read that');
  };
  const nothing = {
    placed: 0,
    refused: 0,
    unrated: 0,
    billableMs: 0,
    currency: null,
    costMicros: 0n,
    chargeMicros: 0n,
  };
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- a database waits
    async *summarize({ groupings, filters }): AsyncGenerator<SummaryPiece> {
      for (const [id, { length }] of byAccount) {
        if (filters.accountId !== undefined && filters.accountId !== id) continue;
        // All of an account's calls came from one phone.
        const key = groupings[0] === 'account' ? { key: id, label: `Account ${id}` } : { key: '205', label: null };
        yield { ...nothing, keys: [key], calls: length, answered: length };
      }
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a database waits
    async *calls({ filters }) {
      const calls = byAccount.get(filters.accountId ?? 0) ?? [];
      for (let at = 0; at < calls.length; at += 3) yield calls.slice(at, at + 3);
    },
    unusedAccounts: unread,
    accounts: () => Promise.resolve([...byAccount.keys()].map(accountOf)),
    hasAccount: (name) => Promise.resolve([...byAccount.keys()].some((id) => accountOf(id).name === name)),
    departments: unread,
    close: () => Promise.resolve(),
  };
}

const accountOf = (id: number): PayingAccount => ({
  ...{ id, name: `Account ${id}`, departmentId: null, client: `Client ${id}`, matter: `M-${id}`, reference: '' },
  ...{ address: [], mail: '' },
});

type Sum = { net: bigint; tax: bigint; due: bigint };

/** As fractions: half up to the smallest unit, and the tax of that likewise. `tax`: percent in ten-thousandths. */
function expectedSum(charges: readonly number[], currency: string, tax: bigint): Sum {
  const unit = units[currency] ?? 1n;
  const halfUp = (numerator: bigint, denominator: bigint) =>
    ((2n * numerator + denominator * unit) / (2n * denominator * unit)) * unit;
  const net = halfUp(
    charges.reduce((all, one) => all + BigInt(one), 0n),
    1n,
  );
  const taxed = halfUp(net * tax, 1_000_000n);
  return { net, tax: taxed, due: net + taxed };
}

function microsOf(text: string): bigint {
  const [, whole = '', fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '') throw new Error(`no amount: ${text}`);
  return BigInt(whole + fraction.padEnd(6, '0'));
}

type Totals = Map<string, Sum>;
const none: Sum = { net: 0n, tax: 0n, due: 0n };
const addTo = (totals: Totals, key: string, { net, tax, due }: Sum) => {
  const sum = totals.get(key) ?? none;
  totals.set(key, { net: sum.net + net, tax: sum.tax + tax, due: sum.due + due });
};
const numberOf = (text: string): string => text.replace(/-[A-Z]{3}$/, '');

/** What each format asks for, by number and currency. */
const readings: Readonly<Record<string, (text: string) => Totals>> = {
  invoices: (text) => readCsv(text, { number: 'invoice', amount: 'amount', tax: 'tax', currency: 'currency' }),
  xero: (text) =>
    readCsv(text, { number: '*InvoiceNumber', amount: '*UnitAmount', tax: 'TaxAmount', currency: 'Currency' }),
  quickbooks: (text) =>
    readCsv(text, { number: '*InvoiceNo', amount: '*ItemAmount', tax: 'ItemTaxAmount', currency: 'Currency' }),
  ledes(text) {
    readLedes(text);
    const totals: Totals = new Map();
    const [, , ...lines] = text.split('\r\n').slice(0, -1);
    for (const line of lines) {
      const fields = line.slice(0, -2).split('|');
      const [number = '', currency = ''] = [fields[1], / in ([A-Z]{3})$/.exec(fields[7] ?? '')?.[1]];
      const amount = microsOf(fields[12] ?? '');
      const isTax = fields[15] === 'E124';
      const key = `${numberOf(number)} ${currency}`;
      addTo(totals, key, { net: isTax ? 0n : amount, tax: isTax ? amount : 0n, due: amount });
      expect(microsOf(fields[4] ?? '')).toBe(dueSaid.get(key) ?? microsOf(fields[4] ?? ''));
      dueSaid.set(key, microsOf(fields[4] ?? ''));
    }
    for (const [key, { due }] of totals) expect({ key, due }).toEqual({ key, due: dueSaid.get(key) });
    dueSaid.clear();
    return totals;
  },
};
/** INVOICE_TOTAL, which every line of an invoice repeats. */
const dueSaid = new Map<string, bigint>();

type Named = { number: string; amount: string; tax: string; currency: string };

function readCsv(text: string, { number, amount, tax, currency }: Named): Totals {
  const totals: Totals = new Map();
  const rows = parse<Record<string, string>>(text, { columns: true });
  for (const row of rows) {
    const [net, taxed] = [microsOf(row[amount] ?? ''), microsOf(row[tax] ?? '')];
    addTo(totals, `${numberOf(row[number] ?? '')} ${row[currency] ?? ''}`, { net, tax: taxed, due: net + taxed });
  }
  for (const row of rows.filter((one) => one['invoice total'] !== undefined)) {
    const key = `${numberOf(row['invoice'] ?? '')} ${row['currency'] ?? ''}`;
    expect(microsOf(row['invoice total'] ?? '')).toBe(totals.get(key)?.due);
  }
  return totals;
}

/** `Total due` of the statement itself. */
function readStatements(text: string): Map<string, bigint> {
  const dues = new Map<string, bigint>();
  let number = '';
  for (const line of text.split('\n')) {
    number = /^Statement no\.\s+(\S+)/.exec(line)?.[1] ?? number;
    const [, amount, currency = ''] = /^Total due: ([\d.]+) ([A-Z]{3})/.exec(line) ?? [];
    if (amount !== undefined) dues.set(`${number} ${currency}`, microsOf(amount));
  }
  return dues;
}

async function written(source: ReportSource, format: string, taxPercent: string): Promise<string> {
  const zone = zoneNamed('UTC');
  const calendar = { zone, fiscalYearStart: '01-01' };
  const asked = readRequest(
    { name: 'statement', from: '2026-03-01', to: '2026-03-31', format },
    periodFromMs,
    calendar,
  );
  if (!asked.ok) throw new Error(asked.problem((field) => field));
  const site = { ...plainSite, name: 'Firm', taxName: 'VAT', taxPercent, taxNumber: '1' };
  const chunks: Buffer[] = [];
  for await (const piece of await contentOf(asked.value, source, { site, warn: () => undefined })) {
    chunks.push(Buffer.from(piece));
  }
  return Buffer.concat(chunks).toString('utf8');
}

describe(`random invoices (${seedText})`, () => {
  // A million: BILLING_TEST_RUNS=3334 with `npm run test:long`.
  const wanted = runs(300);

  it(`${wanted} ask for the same in every format, to the smallest unit, as exact fractions`, async () => {
    const pick = randomFrom(seed);
    let made = 0;
    while (made < wanted) {
      const byAccount = new Map(
        Array.from({ length: payersAtOnce }, (_, index) => {
          const calls = Array.from({ length: 1 + pick(12) }, (_call, at) => randomCall(pick, at, index + 1));
          return [index + 1, calls] as const;
        }),
      );
      const tenThousandths = [0, 81_000, 77_000, 200_000, pick(1_000_000)][pick(5)] ?? 0;
      const taxPercent = tenThousandths === 0 ? '' : (tenThousandths / 10_000).toFixed(4);
      const expected: Totals = new Map();
      for (const [id, calls] of byAccount) {
        for (const currency of new Set(calls.flatMap((call) => call.currency ?? []))) {
          const charges = calls.filter((call) => call.currency === currency).map((call) => call.chargeMicros ?? 0);
          expected.set(`202603-A${id} ${currency}`, expectedSum(charges, currency, BigInt(tenThousandths)));
        }
      }
      const source = sourceOf(byAccount);
      for (const [format, read] of Object.entries(readings)) {
        // A LEDES file has no lines of nothing.
        const due = format === 'ledes' ? [...expected].filter(([, { due: all }]) => all > 0n) : [...expected];
        const found = read(await written(source, format, taxPercent));
        expect({ format, taxPercent, found: sorted(found) }).toEqual({ format, taxPercent, found: sorted(due) });
      }
      const dues = readStatements(await written(source, 'table', taxPercent));
      expect([...dues].sort()).toEqual([...expected].map(([key, { due }]) => [key, due] as const).sort());
      made += expected.size;
    }
  });
});

const sorted = (totals: Iterable<readonly [string, Sum]>) => [...totals].sort(([a], [b]) => (a < b ? -1 : 1));
