import { parseArgs } from 'node:util';
import { actualCostDocument } from '../src/reports/actual-cost/document.ts';
import { costGroupings, type CarrierInvoice } from '../src/reports/actual-cost/invoice.ts';
import type { Cell, ReportDocument } from '../src/reports/document.ts';
import type { CallsQuery, ReportedCall } from '../src/reports/report.ts';
import { randomFrom } from '../tests/support/random.ts';

/*
 * Random carrier's invoices, each spread over random calls by the report `actual-cost` itself:
 *   node scripts/run.mjs --file scripts/actual-cost.ts --invoices 1000000 [--seed N]
 * Every share must be within a millionth of its exact part, nothing may fall on calls without a weight, and shares and groups must add up
 * to the invoice. Ends with exit code 1 at the first difference, and says which seed makes it again.
 */

const { values } = parseArgs({ options: { invoices: { type: 'string' }, seed: { type: 'string' } } });
const invoices = Number(values.invoices ?? 10_000);
const firstSeed = Number(values.seed ?? Date.now() % 1_000_000_000);

type Below = (below: number) => number;

const pick = <T>(below: Below, of: readonly [T, ...T[]]): T => of[below(of.length)] ?? of[0];

function randomCall(below: Below, at: number): ReportedCall {
  const price = pick(below, ['priced', 'priced', 'priced', 'free', 'unrated'] as const);
  const micros = pick(below, [0, below(10), below(1_000_000), below(2 ** 31) * below(4_000_000)]);
  const call: Partial<ReportedCall> = {
    ...{ callId: `call ${at}`, startedAtMs: at, number: '+18015550100', answered: true, price },
    ...{ account: pick(below, ['A', 'B', null]), department: pick(below, ['X', null]), extension: `20${below(3)}` },
    ...{
      destination: pick(below, ['Utah', 'London', null]),
      billableMs: pick(below, [0, below(10_000), below(2 ** 31)]),
    },
    currency: price === 'priced' ? pick(below, ['USD', 'USD', 'JPY']) : null,
    costMicros: price === 'priced' ? micros : null,
  };
  // The report reads nothing else of a call.
  return call as ReportedCall;
}

const fail = (what: string): never => {
  throw new Error(what);
};
const big = (cell: Cell | undefined): bigint => (typeof cell === 'bigint' ? cell : fail('no amount'));

async function rowsOf(document: ReportDocument): Promise<readonly Cell[][]> {
  const rows: Cell[][] = [];
  for await (const piece of document.rows) for (const row of piece) rows.push([...row]);
  return rows;
}

function checkShares(calls: readonly ReportedCall[], invoice: CarrierInvoice, shares: readonly bigint[]): void {
  const weights = calls.map(({ currency, costMicros, billableMs }) =>
    BigInt(invoice.by === 'duration' ? billableMs : currency === invoice.currency ? (costMicros ?? 0) : 0),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (shares.length !== calls.length) fail('a call is missing');
  for (const [at, share] of shares.entries()) {
    const weight = weights[at] ?? 0n;
    if (share < 0n || (weight === 0n && share !== 0n)) fail(`call ${at} bears what it should not`);
    const off = share * total - invoice.micros * weight;
    if (off >= total || -off >= total) fail(`call ${at} is off by a millionth or more`);
  }
  if (shares.reduce((sum, share) => sum + share, 0n) !== invoice.micros) fail('the shares are not the invoice');
}

async function tryOne(seed: number): Promise<number> {
  const below = randomFrom(seed);
  const calls = Array.from({ length: 1 + below(pick(below, [3, 12, 40])) }, (_, at) => randomCall(below, at));
  const by = pick(below, ['cost', 'duration'] as const);
  const micros = BigInt(1 + pick(below, [below(10), below(1_000_000), below(2 ** 31) * below(1000)]));
  const invoice: CarrierInvoice = { micros, currency: 'USD', by };
  const about = { name: 'actual-cost', title: '', period: '', zone: '', filters: [], empty: '' } as const;
  const query = {} as CallsQuery;
  const source = {
    async *calls() {
      const half = Math.ceil(calls.length / 2);
      yield await Promise.resolve(calls.slice(0, half));
      yield calls.slice(half);
    },
  };
  const make = (group: (typeof costGroupings)[number] | null) =>
    actualCostDocument(about as unknown as Parameters<typeof actualCostDocument>[0], { invoice, group, query }, source);
  let document: ReportDocument;
  try {
    document = await make(null);
  } catch (error) {
    const bears = calls.some((call) =>
      by === 'duration' ? call.billableMs > 0 : call.currency === 'USD' && (call.costMicros ?? 0) > 0,
    );
    if (bears || !String(error).includes('nothing could bear')) throw error;
    return 0;
  }
  const rows = await rowsOf(document);
  checkShares(
    calls,
    invoice,
    rows.map((row) => big(row.at(-1))),
  );
  const [total] = document.totals();
  if (big(total?.at(-1)) !== micros) fail('the total is not the invoice');
  const grouped = await rowsOf(await make(pick(below, costGroupings)));
  if (grouped.reduce((sum, row) => sum + big(row.at(-1)), 0n) !== micros) fail('the groups are not the invoice');
  return calls.length;
}

let [spread, calls, seed] = [0, 0, firstSeed];
try {
  for (; seed < firstSeed + invoices; seed += 1) {
    const borne = await tryOne(seed);
    spread += borne === 0 ? 0 : 1;
    calls += borne;
  }
  process.stdout.write(
    `${invoices} invoices from seed ${firstSeed}: ${spread} spread over ${calls} calls, ${invoices - spread} that nothing could bear; no difference\n`,
  );
} catch (error) {
  process.stderr.write(`--seed ${seed} --invoices 1: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
