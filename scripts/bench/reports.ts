import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { groupings } from '../../src/reports/report.ts';
import type { Grouping } from '../../src/reports/report.ts';
import { zoneNamed } from '../../src/words/zone.ts';
import { clockIn } from '../../src/reports/summary.ts';
import { openForWriting } from '../../src/store/sqlite/database.ts';
import { openUpkeep } from '../../src/store/sqlite/reports/hours/upkeep.ts';
import { registerFunctions } from '../../src/store/sqlite/reports/expressions.ts';
import { openLocalReports } from '../../src/store/sqlite/reports/reports.ts';
import { plainSums } from '../../src/store/sqlite/reports/summary.ts';
import { showNumber, showSpread, spreadOf, type Report } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { fill, firstMs } from './report-calls.ts';

const maximumSeconds = 0.3;
const zone = zoneNamed('America/Denver');

const asked: readonly (readonly Grouping[])[] = [
  ...groupings.map((grouping) => [grouping]),
  // Two levels, for comparison; the first has 300,000 lines, more than anyone reads.
  ['account', 'destination'],
  ['department', 'day'],
  ['extension', 'hour'],
];

/** The months of the year, in turn. */
function month(round: number): { fromMs: number; untilMs: number } {
  const at = (round * 5 + 2) % 12;
  return { fromMs: Date.UTC(2025, at, 1), untilMs: Date.UTC(2025, at + 1, 1) };
}

async function secondsOf(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

type Measured = { by: string; levels: number; groups: number; plain: number; reported: number[] };

async function measure(file: string, { rounds, say }: BenchOptions): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const by of asked) {
    let groups = 0;
    const query = (round: number) => ({ period: month(round), groupings: by, filters: {}, clock: clockIn(zone) });
    const db = new Database(file, { readonly: true });
    registerFunctions(db);
    const plain = await secondsOf(() => plainSums(db, query(0)));
    db.close();
    const reported: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // A new connection each time: what SQLite keeps in memory helps nobody.
      const source = openLocalReports(file);
      const count = async () => {
        groups = 0;
        for await (const { calls } of source.summarize(query(round))) groups += calls > 0 ? 1 : 0;
      };
      reported.push(await secondsOf(count));
      await source.close();
    }
    say(`${by.join(', ')}: plain ${showNumber(plain)} s, reported ${showSpread(spreadOf(reported))} s`);
    results.push({ by: by.join(', '), levels: by.length, groups, plain, reported });
  }
  return results;
}

/** Any month of a year of calls by every grouping, beside a plain GROUP BY over the same month of the same table. */
export async function reports(options: BenchOptions): Promise<Report> {
  const calls = options.calls ?? 10_000_000;
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-bench-'));
  const file = join(folder, 'reports.db');
  try {
    options.say(`writing ${calls.toLocaleString('en-US')} calls …`);
    const db = openForWriting({ file });
    fill(db, calls);
    db.close();
    const bytes = statSync(file).size;
    options.say('laying hours by …');
    const upkeep = openUpkeep(file);
    const whole = { fromMs: firstMs, untilMs: Date.UTC(2026, 0, 2) };
    const layBy = await secondsOf(() => upkeep.layBy(whole, whole.untilMs + 86_400_000));
    upkeep.close();
    const more = statSync(file).size - bytes;
    const results = await measure(file, options);
    const slowest = Math.max(...results.filter(({ levels }) => levels === 1).flatMap(({ reported }) => reported));
    return {
      tables: [
        {
          title: `Seconds for a month of ${calls.toLocaleString('en-US')} calls in a year`,
          rows: [
            ['by', 'lines', 'plain GROUP BY', 'report'],
            ...results.map(({ by, groups, plain, reported }) => [
              ...[by, String(groups), showNumber(plain), showSpread(spreadOf(reported))],
            ]),
          ],
        },
        {
          title: 'What that takes',
          rows: [
            ['', ''],
            ['laying the year by', `${showNumber(layBy)} s, ${showNumber((layBy / calls) * 1e6)} µs a call`],
            ['disk', `${showNumber(more / calls)} bytes a call beside ${showNumber(bytes / calls)}`],
          ],
        },
      ],
      goals: [
        {
          what: 'the slowest of all groupings and months',
          goal: `at most ${maximumSeconds} s`,
          measured: `${showNumber(slowest)} s`,
          met: slowest <= maximumSeconds,
        },
      ],
      rounds: { calls, layBySeconds: layBy, bytes, more, results },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
