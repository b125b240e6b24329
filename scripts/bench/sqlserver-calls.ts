import type sql from 'mssql';

const atOnce = 10_000;
const digits = '(VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))';
/** Numbers from 0 to 9,999. */
const numbers = `(SELECT a.N + 10 * b.N + 100 * c.N + 1000 * d.N AS N
FROM ${digits} a (N), ${digits} b (N), ${digits} c (N), ${digits} d (N))`;
const yearSeconds = 365 * 86_400;

/** Seven of ten are answered; primes spread accounts, phones and amounts. */
const calls = (
  from: number,
  upTo: number,
  secondsApart: number,
) => `INSERT INTO dbo.CallRecords (CallId, SwitchName, Controller,
  EntryMode, Extension, CallerName, AccountId, Code, AccountName, DepartmentId, KeyedNumber, CalledNumber, CalledE164, CallType, Outcome,
  Reason, StartedAt, AnsweredAt, EndedAt, BillableMs, ClosedBy, Estimated, Currency, CostMicros, ChargeMicros, PriceArithmetic,
  PriceKind, Destination, Country)
SELECT LOWER(CAST(NEWID() AS VARCHAR(36))), N'fs1', N'controller-1',
  CASE V % 3 WHEN 0 THEN 'prompted' WHEN 1 THEN 'shortcut' ELSE 'direct' END, CAST(200 + V % 400 AS NVARCHAR(10)), N'Caller',
  1 + V * 7 % 3000, '12345', N'Account', 1 + V * 7 % 60, N'8015550100', '18015550100', '+18015550100',
  CASE WHEN V % 10 = 0 THEN 'international' ELSE 'national' END,
  CASE WHEN V % 10 < 7 THEN 'answered' WHEN V % 10 = 7 THEN 'busy' WHEN V % 10 = 8 THEN 'refused' ELSE 'abandoned' END,
  CASE WHEN V % 10 = 8 THEN 'number-blocked' END, Started, CASE WHEN V % 10 < 7 THEN DATEADD(SECOND, 9, Started) END,
  DATEADD(SECOND, 200, Started), CASE WHEN V % 10 < 7 THEN V % 300007 ELSE 0 END, 'event', 0, CASE WHEN V % 10 < 7 THEN 'USD' END,
  CASE WHEN V % 10 < 7 THEN V % 100003 END, CASE WHEN V % 10 < 7 THEN V % 100019 END, CASE WHEN V % 10 < 7 THEN N'…' END,
  CASE WHEN V % 10 < 7 THEN 'priced' END, N'Destination ' + CAST(V % 300 AS NVARCHAR(10)), CASE WHEN V % 10 = 0 THEN 'DE' ELSE 'US' END
FROM (SELECT n.N + ${from} AS V, DATEADD(SECOND, CAST((n.N + ${from}) * ${secondsApart} AS INT), @first) AS Started
  FROM ${numbers} n WHERE n.N + ${from} < ${upTo}) calls`;

/** A year of calls, 2025, of 3,000 accounts in 60 departments, in sets of 10,000. */
export async function fillServer(pool: sql.ConnectionPool, count: number, say: (line: string) => void): Promise<void> {
  await pool.request().batch(`INSERT INTO dbo.Departments (Name)
SELECT N'Department ' + CAST(n.N AS NVARCHAR(10)) FROM ${numbers} n WHERE n.N BETWEEN 1 AND 60;
INSERT INTO dbo.Accounts (Code, Name, DepartmentId)
SELECT CAST(100000 + n.N AS VARCHAR(10)), N'Account ' + CAST(n.N AS NVARCHAR(10)), (SELECT MIN(Id) FROM dbo.Departments) + n.N % 60
FROM ${numbers} n WHERE n.N BETWEEN 1 AND 3000;`);
  for (let from = 0; from < count; from += atOnce) {
    await pool
      .request()
      .input('first', new Date('2025-01-01T00:00:00Z'))
      .query(calls(from, count, yearSeconds / count));
    if (from % 100_000 === 0 && from > 0) say(`${from.toLocaleString('en-US')} written`);
  }
}
