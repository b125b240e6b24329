import { PassThrough } from 'node:stream';
import { reportCommand } from '../../src/cli/reports/report.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { plainSite, type ReportSite } from '../../src/reports/site.ts';
import type { RateTerms } from '../../src/rating/rate.ts';
import { openLocalReports } from '../../src/store/sqlite/reports/reports.ts';
import type { RatesSource } from '../../src/store/ports/rate-store.ts';
import type { Store } from '../../src/store/ports/store.ts';
import { openRecord, plainAccount } from '../store/records.ts';
import { plainTerms } from '../support/rates.ts';

export const timeZone = 'America/Denver';
export const site: ReportSite = { ...plainSite, name: 'Miller & Łoś LLP', address: ['1 Main St', 'Salt Lake City'] };

const rate = (prefix: string, destination: string, priceMicros: number): RateTerms => ({
  ...{ prefix, destination, priceMicros, ...plainTerms },
  connectFeeMicros: 50_000,
  firstIncrementMs: 30_000,
  nextIncrementMs: 6_000,
  minimumChargeMicros: 0,
  validFromMs: null,
  validUntilMs: null,
});

function ratesOf(rates: readonly RateTerms[], currency: string): RatesSource {
  return {
    name: 'rates.csv',
    currency: () => currency,
    async *batches() {
      yield await Promise.resolve(rates.map((one, index) => ({ line: index + 2, rates: [one] })));
    },
  };
}

/** Accounts 1 and 2 (with a name that is a formula), a department, and rates in two currencies; none for +44. */
export async function furnish(store: Store): Promise<void> {
  await store.addAccount({
    ...{ ...plainAccount('1001', 'Smith & Co'), department: 'Legal' },
    ...{ client: 'Smith & Sons', matter: '2026-7', address: ['12 Elm St', 'Provo'] },
  });
  await store.addAccount({ ...plainAccount('1002', '=cmd|"/c calc"!A1'), department: 'Tax' });
  await store.addAccount({ ...plainAccount('1003', 'Never used'), enabled: false });
  await store.importRates('default', ratesOf([rate('1801', 'Utah', 120_000), rate('1', 'USA', 20_000)], 'USD'));
  await store.importRates('euro', ratesOf([rate('49', 'Germany', 70_000), rate('1', 'USA', 30_000)], 'EUR'));
  // Ten-thousandths, as in carriers' invoices: statements then have something to round.
  const fine = { roundingUnitMicros: 100 };
  await store.saveRateTable('euro', { ...fine, markupBasisPoints: 1000, markupPerCallMicros: 10_000 });
  await store.saveRateTable('default', { ...fine, isDefault: true });
  await store.assignRateTable({ accountCode: '1002' }, 'euro');
}

/** A call that is over: answered if it has billable time, else as `changes` say. */
export function call(callId: string, startedAt: string | number, changes: Partial<CallRecord> = {}): CallRecord {
  const startedAtMs = typeof startedAt === 'number' ? startedAt : Date.parse(startedAt);
  const { billableMs = 0 } = changes;
  return openRecord(callId, {
    startedAtMs,
    endedAtMs: startedAtMs + billableMs + 10_000,
    closedBy: 'event',
    ...(billableMs > 0 ? { outcome: 'answered', answeredAtMs: startedAtMs + 8_000 } : { outcome: 'no-answer' }),
    ...changes,
  });
}

export type Reported = { code: number; out: string; err: string };

/** `billing-codes report …` at a time when March 2026 was last month. */
export async function report(file: string, ...args: string[]): Promise<Reported> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const source = openLocalReports(file);
  try {
    const nowMs = () => Date.parse('2026-04-10T12:00:00Z');
    const code = await reportCommand(args, { source, timeZone, site, nowMs, stdout, stderr });
    return { code, out: Buffer.concat(chunks).toString('utf8'), err: String(stderr.read() ?? '') };
  } finally {
    await source.close();
  }
}
