import sql from 'mssql';
import { loadConfig } from '../../src/config/load.ts';
import { zoneNamed } from '../../src/words/zone.ts';
import { groupings, type Grouping } from '../../src/reports/report.ts';
import { connect } from '../../src/store/sqlserver/connect.ts';
import { poolConfig } from '../../src/store/sqlserver/settings.ts';
import { migrate } from '../../src/store/sqlserver/migrate.ts';
import { writeSiteClock } from '../../src/store/sqlserver/site-clock.ts';
import { ratioOf, showNumber, showSpread, spreadOf, type Goal, type Report } from './measure.ts';
import { UsageError, type BenchOptions } from './options.ts';
import { fillServer } from './sqlserver-calls.ts';
import { outboxBesideBulk } from './sqlserver-outbox.ts';

const month = `StartedAt >= '2025-03-01' AND StartedAt < '2025-04-01'`;
const dates = `@FromDate = '2025-03-01', @UntilDate = '2025-04-01'`;

/** What a plain GROUP BY groups by; the clock's are those of UTC, since a plain one knows no other. */
const plainKeys: Record<Grouping, string> = {
  account: 'AccountId',
  department: 'DepartmentId',
  extension: 'Extension',
  destination: 'Destination',
  country: 'Country',
  'call-type': 'CallType',
  outcome: 'Outcome',
  reason: 'Reason',
  entry: 'EntryMode',
  day: 'CAST(StartedAt AS DATE)',
  week: 'DATEPART(ISO_WEEK, StartedAt)',
  month: 'DATEPART(MONTH, StartedAt)',
  hour: 'DATEPART(HOUR, StartedAt)',
};

const plainSums = (key: string): string =>
  `SELECT ${key} AS GroupKey, Currency, COUNT(*) AS Calls, SUM(CASE WHEN AnsweredAt IS NULL THEN 0 ELSE 1 END) AS Answered,
SUM(BillableMs) AS BillableMs, SUM(CostMicros) AS CostMicros, SUM(ChargeMicros) AS ChargeMicros
FROM dbo.CallRecords WHERE ${month} AND EndedAt IS NOT NULL GROUP BY ${key}, Currency`;

type Compared = { what: string; ours: string; plain: string; goal: number | null };

const compared: readonly Compared[] = [
  ...groupings.map((grouping) => ({
    what: `usp_ReportUsage by ${grouping}`,
    ours: `EXEC dbo.usp_ReportUsage ${dates}, @GroupBy = '${grouping}'`,
    plain: plainSums(plainKeys[grouping]),
    goal: grouping === 'week' || grouping === 'month' ? 3 : null,
  })),
  {
    what: 'usp_ReportTopDestinations',
    ours: `EXEC dbo.usp_ReportTopDestinations ${dates}`,
    plain: plainSums('Destination'),
    goal: null,
  },
  {
    what: 'usp_ReportTopCalls',
    ours: `EXEC dbo.usp_ReportTopCalls ${dates}`,
    plain: `SELECT TOP (20) CallId FROM dbo.CallRecords WHERE ${month} ORDER BY ChargeMicros DESC`,
    goal: null,
  },
  {
    what: 'usp_ReportUnusedAccounts',
    ours: 'EXEC dbo.usp_ReportUnusedAccounts',
    plain: 'SELECT AccountId, MAX(StartedAt) AS LastCallAt FROM dbo.CallRecords GROUP BY AccountId',
    goal: null,
  },
  {
    what: 'March by LocalDate',
    ours: `SELECT COUNT(*) AS Calls, SUM(ChargeMicros) AS Charge FROM dbo.ReportCallsLocal
WHERE LocalDate >= '2025-03-01' AND LocalDate < '2025-04-01'`,
    plain: `SELECT COUNT(*) AS Calls, SUM(ChargeMicros) AS Charge FROM dbo.ReportCalls WHERE ${month}`,
    goal: 2,
  },
];

type Measured = Compared & { mine: number[]; theirs: number[] };

async function measure(pool: sql.ConnectionPool, { rounds, say }: BenchOptions): Promise<Measured[]> {
  const secondsOf = async (text: string): Promise<number> => {
    const startedAt = performance.now();
    await pool.request().query(text);
    return (performance.now() - startedAt) / 1000;
  };
  const results: Measured[] = [];
  for (const one of compared) {
    const [mine, theirs]: [number[], number[]] = [[], []];
    // One more to warm up.
    for (let round = 0; round <= rounds; round += 1) {
      const pair = [await secondsOf(one.ours), await secondsOf(one.plain)] as const;
      if (round === 0) continue;
      mine.push(pair[0]);
      theirs.push(pair[1]);
    }
    say(`${one.what}: ${showSpread(spreadOf(mine))} s, plain ${showSpread(spreadOf(theirs))} s`);
    results.push({ ...one, mine, theirs });
  }
  return results;
}

function goalsOf(results: readonly Measured[]): Goal[] {
  return results.flatMap(({ what, goal, mine, theirs }) => {
    if (goal === null) return [];
    const { median } = ratioOf(mine, theirs);
    const measured = `${showNumber(median)} times`;
    return [{ what, goal: `at most ${goal} times the plain one`, measured, met: median <= goal }];
  });
}

/** Every procedure of sql/sqlserver over one month of a year of calls, beside a plain GROUP BY over the same month. */
export async function sqlserver(options: BenchOptions): Promise<Report> {
  const server = process.env['BILLING_TEST_SQLSERVER'] ?? '';
  if (server === '') throw new UsageError('sqlserver needs BILLING_TEST_SQLSERVER, a connection string');
  const calls = options.calls ?? 1_000_000;
  const configOf = (text: string) => ({
    ...poolConfig(loadConfig({ file: null, env: {}, flags: { 'sqlserver.connectionString': text } }).sqlserver),
    requestTimeout: 0,
  });
  const name = `billing_bench_${process.pid}`;
  const master = await connect(configOf(server), () => undefined);
  await master.request().batch(`CREATE DATABASE ${name}`);
  try {
    const pool = await connect(
      configOf(`${server.replace(/;?\s*Database=[^;]*/i, '').replace(/;$/, '')};Database=${name}`),
      () => undefined,
    );
    try {
      await migrate(pool, name);
      await writeSiteClock(pool, name, zoneNamed('America/Denver'));
      const outbox = await outboxBesideBulk(pool, options);
      options.say(`writing ${calls.toLocaleString('en-US')} calls …`);
      await fillServer(pool, calls, options.say);
      const results = await measure(pool, options);
      return {
        tables: [
          {
            title: `Seconds for a month of ${calls.toLocaleString('en-US')} calls in a year`,
            rows: [
              ['what', 'procedure or view', 'plain', 'times'],
              ...results.map(({ what, mine, theirs }) => [
                ...[what, showSpread(spreadOf(mine)), showSpread(spreadOf(theirs)), showSpread(ratioOf(mine, theirs))],
              ]),
            ],
          },
          outbox.table,
        ],
        goals: [...goalsOf(results), outbox.goal],
        rounds: { calls, results, outbox: outbox.rounds },
      };
    } finally {
      await pool.close();
    }
  } finally {
    // A connection that was just closed may be in use a moment longer on the server.
    for (let tries = 1; ; tries += 1) {
      try {
        await master.request().batch(`DROP DATABASE ${name}`);
        break;
      } catch (error) {
        if (tries === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    await master.close();
  }
}
