import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sql from 'mssql';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { composeReport } from '../../../src/reports/compose.ts';
import { countryFinder } from '../../../src/reports/country.ts';
import { startOfDay, weekText } from '../../../src/reports/period.ts';
import { zoneNamed } from '../../../src/words/zone.ts';
import { groupings } from '../../../src/reports/report.ts';
import type { Grouping, ReportFilters, ReportSource } from '../../../src/reports/report.ts';
import { summarize } from '../../../src/reports/summary.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { saveRecords } from '../../../src/store/sqlserver/records/commit.ts';
import { sentBy } from '../../../src/store/sqlserver/records/rows.ts';
import { sqlServerReports } from '../../../src/store/sqlserver/reports/reports.ts';
import { openSqlServerStore } from '../../../src/store/sqlserver/store.ts';
import { writeSiteClock } from '../../../src/store/sqlserver/site-clock.ts';
import { randomCalls } from '../../reports/random-calls.ts';
import { furnish, timeZone } from '../../reports/site.ts';
import { callListContract } from '../../store/call-list-contract.ts';
import { temporaryStores } from '../../store/sqlite/temporary.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { createDatabase, type TestDatabase } from './server.ts';

const { aFile, open } = temporaryStores();
const zone = zoneNamed(timeZone);
const count = 100_000;
// Over a change of clocks, from Friday to the Sunday in a week.
const firstMs = Date.parse('2026-03-06T07:00:00Z');
const minutes = 9 * 1440;
const period = { fromMs: firstMs + 3_600_000, untilMs: firstMs + (minutes - 90) * 60_000 };

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** As controllers send them. */
async function load(records: readonly CallRecord[], store: Awaited<ReturnType<typeof open>>): Promise<void> {
  const sentOf = sentBy(countryFinder());
  for (let from = 0; from < records.length; from += 1000) {
    const sent = await Promise.all(
      records.slice(from, from + 1000).map(async (record) => {
        const [newest] = await store.listCallPrices(record.callId);
        return sentOf(record, newest?.price ?? null);
      }),
    );
    await saveRecords(database.pool, database.name, sent);
  }
}

/** Lines of a report, in an order of their own. */
async function linesOf(source: ReportSource, by: readonly Grouping[], filters: ReportFilters): Promise<unknown[]> {
  const { lines, total } = await summarize(source.summarize({ period, groupings: by, filters }), {
    groupings: by,
    zone,
  });
  return [...lines.map(({ labels, measures }) => [labels.join(' / '), measures] as const), ['total', total] as const]
    .map(([label, { amounts, ...counts }]) => {
      const sums = [...amounts].map(([currency, amount]) => [
        currency,
        String(amount.costMicros),
        String(amount.chargeMicros),
      ]);
      return JSON.stringify([label, Object.entries(counts).sort(), sums.sort()]);
    })
    .sort();
}

describe('lists of calls, in SQL Server', () => {
  callListContract(async () => {
    const store = await openSqlServerStore(database.config);
    return { store, source: store };
  });
  afterAll(() => database.empty());
});

describe('the same records in both stores', () => {
  it('give the same figures, by every grouping, with every filter, and from the procedures', async () => {
    const file = aFile();
    const store = await open({ file });
    await furnish(store);
    const request = database.pool.request();
    await request.batch(`SET IDENTITY_INSERT dbo.Departments ON;
INSERT INTO dbo.Departments (Id, Name) VALUES (1, N'Legal'), (2, N'Tax'); SET IDENTITY_INSERT dbo.Departments OFF;
SET IDENTITY_INSERT dbo.Accounts ON;
INSERT INTO dbo.Accounts (Id, Code, Name, DepartmentId) VALUES (1, '1001', N'Smith & Co', 1), (2, '1002', N'=cmd|"/c calc"!A1', 2),
  (3, '1003', N'Never used', NULL); SET IDENTITY_INSERT dbo.Accounts OFF;`);
    await writeSiteClock(database.pool, 'test', zone);
    const records = randomCalls({
      ...{ count, seed: 11 },
      accounts: [
        { accountId: 1, accountName: 'Smith & Co', departmentId: 1 },
        { accountId: 2, accountName: 'Other', departmentId: 2 },
        { accountId: 77, accountName: 'Gone', departmentId: null },
        { accountId: null, departmentId: null },
      ],
      furtherNumbers: [{ calledE164: '+80012345678', callType: 'international' }],
      ...{ firstMs, steps: minutes, stepMs: 60_000, offsMs: [0, 0, 1, 59_999] },
    });
    await Promise.all(records.map((record) => store.save(record)));
    await oneAtATime(() => load(records, store));
    const local = openLocalReports(file);
    const remote: ReportSource = {
      ...sqlServerReports(database.pool, 'test'),
      close: () => Promise.resolve(),
    };
    try {
      for (const [at, grouping] of groupings.entries()) {
        const pair: Grouping[] = [grouping, groupings[(at + 5) % groupings.length] ?? 'day'];
        expect(await linesOf(remote, [grouping], {})).toEqual(await linesOf(local, [grouping], {}));
        expect(await linesOf(remote, pair, {})).toEqual(await linesOf(local, pair, {}));
      }
      const filters: ReportFilters[] = [
        { account: 'smith & co' },
        { account: 'Gone' },
        { accountId: null },
        { department: 'tax', answered: true },
        { departmentId: null },
        { extension: '202' },
        { destination: 'utah' },
        { country: 'gb' },
        { callType: 'internal' },
        { outcome: 'busy', entry: 'direct' },
        { gateway: 'backup' },
        { authorizedBy: 'anna' },
        { reason: 'code-unknown' },
        { number: '+1801' },
        { number: '10' },
        { minDurationMs: 60_000, maxDurationMs: 120_000 },
        { minChargeMicros: 100_000, maxChargeMicros: 400_000 },
        { unrated: true },
        { currency: 'EUR' },
        { currency: null },
      ];
      for (const filter of filters) {
        const expected = await linesOf(local, ['account'], filter);
        expect(expected.length).toBeGreaterThan(1);
        expect(await linesOf(remote, ['account'], filter)).toEqual(expected);
      }
      await sameCalls(local, remote);
      await sameProcedures(local);
    } finally {
      await local.close();
      await store.close();
    }
  }, 900_000);
});

async function sameCalls(local: ReportSource, remote: ReportSource): Promise<void> {
  const all = async (source: ReportSource, query: Parameters<ReportSource['calls']>[0]) => {
    const calls: unknown[] = [];
    for await (const piece of source.calls(query)) calls.push(...piece);
    return calls;
  };
  const short = { fromMs: period.fromMs, untilMs: period.fromMs + 5 * 3_600_000 };
  const calls = await all(local, { period: short, filters: {} });
  expect(calls.length).toBeGreaterThan(2000);
  expect(await all(remote, { period: short, filters: {} })).toEqual(calls);
  for (const order of ['charge', 'duration'] as const) {
    const query = { period, filters: {}, order, limit: 50 };
    expect(await all(remote, query)).toEqual(await all(local, query));
  }
  const unused = { name: 'unused-accounts' as const, period, zone, filters: {}, filterTexts: [], askedAtMs: 0 };
  const names = async (source: ReportSource) => {
    const found: unknown[] = [];
    for await (const rows of (await composeReport(unused, source)).rows) found.push(...rows.map(([name]) => name));
    return found;
  };
  expect(await names(remote)).toEqual(['Never used']);
  expect(await names(local)).toEqual(['Never used']);
}

type UsageRow = {
  GroupName: string | null;
  ThenName: string | null;
  Calls: number;
  Answered: number;
  BillableMs: string;
};

/** What T-SQL says by every grouping, against the local file. */
async function sameProcedures(local: ReportSource): Promise<void> {
  for (const [at, grouping] of groupings.entries()) {
    const thenBy = groupings[(at + 4) % groupings.length] ?? 'day';
    const { recordset } = await database.pool
      .request()
      .input('From', sql.DateTime2(3), new Date(period.fromMs))
      .input('Until', sql.DateTime2(3), new Date(period.untilMs))
      .input('GroupBy', sql.VarChar(20), grouping)
      .input('ThenBy', sql.VarChar(20), thenBy)
      .execute<UsageRow>('dbo.usp_ReportUsage');
    const sums = new Map<string, [number, number, number]>();
    for (const row of recordset) {
      const key = `${row.GroupName ?? '(none)'} / ${row.ThenName ?? '(none)'}`;
      const sum = sums.get(key) ?? [0, 0, 0];
      sums.set(key, [sum[0] + row.Calls, sum[1] + row.Answered, sum[2] + Number(row.BillableMs)]);
    }
    const by = [grouping, thenBy];
    const { lines } = await summarize(local.summarize({ period, groupings: by, filters: {} }), { groupings: by, zone });
    const countries = new Map([
      ['United States', 'US'],
      ['Germany', 'DE'],
      ['United Kingdom', 'GB'],
    ]);
    const named = (label: string, of: Grouping) => (of === 'country' ? (countries.get(label) ?? label) : label);
    const expected = lines.map(({ labels, measures }): [string, [number, number, number]] => [
      labels.map((label, level) => named(label, by[level] ?? 'day')).join(' / '),
      [measures.calls, measures.answered, measures.billableMs],
    ]);
    expect({ by, sums: [...sums].sort() }).toEqual({ by, sums: expected.sort() });
  }
}

describe('local dates in T-SQL', () => {
  const query = async <Row>(text: string): Promise<Row[]> => (await database.pool.request().query<Row>(text)).recordset;

  it('are the site’s: a day begins and ends with its clocks, and every call is in exactly one', async () => {
    const days = await query<{ Day: string; StartsAt: Date; EndsAt: Date; IsoWeek: string; Weekday: number }>(
      `SELECT CONVERT(VARCHAR(10), LocalDate, 120) AS Day, StartsAt, EndsAt, IsoWeek, Weekday FROM dbo.Dates ORDER BY LocalDate`,
    );
    expect(days.length).toBeGreaterThan(14_000);
    for (const [at, { Day, StartsAt, EndsAt, IsoWeek, Weekday }] of days.entries()) {
      const [year = 0, month = 1, day = 1] = Day.split('-').map(Number);
      const wanted = [startOfDay(year, month, day, zone), startOfDay(year, month, day + 1, zone)];
      // The last day ends where what is written ends, and the first begins where the clock does.
      if (at === 0 || at === days.length - 1) continue;
      expect([Day, StartsAt.getTime(), EndsAt.getTime()]).toEqual([Day, ...wanted]);
      expect([IsoWeek, Weekday]).toEqual([
        weekText({ year, month, day }),
        ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7) + 1,
      ]);
    }
    const [sums] = await query<{ Calls: number; Dated: number; Ids: number }>(
      `SELECT (SELECT COUNT(*) FROM dbo.CallRecords WHERE EndedAt IS NOT NULL) AS Calls, COUNT(*) AS Dated,
COUNT(DISTINCT CallId) AS Ids FROM dbo.ReportCallsLocal`,
    );
    expect(sums?.Calls).toBeGreaterThan(1000);
    expect(sums).toEqual({ Calls: sums?.Calls, Dated: sums?.Calls, Ids: sums?.Calls });
  });

  it('give the same by procedure, by view and by moments in UTC, over a change of clocks', async () => {
    const from = startOfDay(2026, 3, 8, zone);
    const until = startOfDay(2026, 3, 10, zone);
    const iso = (ms: number) => new Date(ms).toISOString().slice(0, 23);
    type Line = { GroupName: string; Calls: number; Minutes: number; Charge: number | null };
    const byDate = await query<Line>(
      `EXEC dbo.usp_ReportUsage @FromDate = '2026-03-08', @UntilDate = '2026-03-10', @GroupBy = 'day'`,
    );
    const byMoment = await query<Line>(
      `EXEC dbo.usp_ReportUsage @From = '${iso(from)}', @Until = '${iso(until)}', @GroupBy = 'day'`,
    );
    expect(new Set(byDate.map(({ GroupName }) => GroupName))).toEqual(new Set(['2026-03-08', '2026-03-09']));
    expect(byMoment).toEqual(byDate);
    const [view] = await query<{ Calls: number; Charge: number }>(
      `SELECT COUNT(*) AS Calls, SUM(Charge) AS Charge FROM dbo.ReportCallsLocal
WHERE LocalDate >= '2026-03-08' AND LocalDate < '2026-03-10'`,
    );
    const [plain] = await query<{ Calls: number; Charge: string }>(
      `SELECT COUNT(*) AS Calls, SUM(ChargeMicros) AS Charge FROM dbo.CallRecords
WHERE EndedAt IS NOT NULL AND StartedAt >= '${iso(from)}' AND StartedAt < '${iso(until)}'`,
    );
    const sum = (lines: readonly Line[]) => lines.reduce((total, { Calls }) => total + Calls, 0);
    expect([sum(byDate), view?.Calls]).toEqual([plain?.Calls, plain?.Calls]);
    expect(view?.Charge).toBeCloseTo(Number(plain?.Charge) / 1e6, 4);
    expect(await query(`EXEC dbo.usp_ReportCalls '2026-03-08', '2026-03-10'`)).toHaveLength(plain?.Calls ?? 0);
  });

  const refusals: [string, RegExp][] = [
    [`usp_ReportUsage '2026-01-01', '2026-02-01', 'planet'`, /@GroupBy is account/],
    [`usp_ReportUsage '2026-01-01', '2026-02-01', NULL`, /@GroupBy is account/],
    [`usp_ReportUsage '2026-01-01', '2026-02-01', 'day', 'planet'`, /@ThenBy is account/],
    [`usp_ReportUsage NULL, '2026-02-01'`, /@FromDate is missing/],
    [`usp_ReportUsage '2026-01-01', NULL`, /@UntilDate is missing/],
    [`usp_ReportUsage @FromDate = '2026-01-01', @UntilDate = '2026-02-01', @From = '2026-01-01'`, /@FromDate/],
    [`usp_ReportUsage @From = '2026-02-01', @Until = '2026-01-01'`, /@From is not before @Until\./],
    [`usp_ReportUsage @From = '0001-01-01', @Until = '2026-01-01'`, /@From is outside the years/],
    [`usp_ReportUsage @FromDate = '2026-01-01', @Until = '9999-12-31'`, /@Until is outside the years/],
    [`usp_ReportUsage '2026-02-01', '2026-01-01'`, /@FromDate is not before @UntilDate/],
    [`usp_ReportUsage '1926-02-01', '2026-01-01'`, /@FromDate is outside/],
    [`usp_ReportUsage '2026-02-01', '2126-01-01'`, /@UntilDate is outside/],
    [`usp_ReportCalls '2026-01-01', '2026-02-01', N'Nobody'`, /@Account: there is no account/],
    [`usp_ReportCalls '2026-01-01', '2026-02-01', @AccountId = 999`, /@AccountId: there is no account/],
    [`usp_ReportUsage '2026-01-01', '2026-02-01', 'day', 'Day'`, /@ThenBy is what calls are already grouped by/],
    [`usp_ReportCalls '2026-01-01', '2026-02-01', N'Smith & Co', @AccountId = 2`, /@Account and @AccountId are two/],
    [`usp_ReportCalls '2026-01-01', '2026-02-01', @Outcome = 'answerd'`, /@Outcome is answered/],
    [`usp_ReportCalls '2026-01-01', '2026-02-01', @Gateway = 'nowhere'`, /@Gateway: no call/],
    [`usp_ReportCalls '2026-01-01', '2026-02-01', @UnratedOnly = NULL`, /@UnratedOnly is 0 or 1/],
    [`usp_ReportCalls NULL, NULL`, /@FromDate is missing/],
    [`usp_ReportTopDestinations '2026-01-01', '2026-02-01', @Top = 0`, /@Top is a number/],
    [`usp_ReportTopDestinations '2026-01-01', NULL`, /@UntilDate is missing/],
    [`usp_ReportTopCalls '2026-01-01', '2026-02-01', @By = NULL`, /@By is charge/],
    [`usp_ReportTopCalls '2026-01-01', '2026-02-01', @Top = NULL`, /@Top is a number/],
    [`usp_ReportUnusedAccounts @Days = NULL`, /@Days is a number/],
    [`usp_ReportUnusedAccounts @Days = 0`, /@Days is a number/],
  ];
  it.each(refusals)('EXEC dbo.%s is refused, and the argument named', async (call, reason) => {
    await expect(database.pool.request().batch(`EXEC dbo.${call}`)).rejects.toThrow(reason);
  });
});
