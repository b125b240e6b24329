import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { groupings } from '../../../src/reports/report.ts';
import { openSqlServerRetention } from '../../../src/store/sqlserver/retention.ts';
import { openSqlServerStore, type SqlServerStore } from '../../../src/store/sqlserver/store.ts';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { closedRecord } from '../../store/records.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

/** Whoever is erased, as other people are not. */
const person = '+41445550177';
const digits = person.slice(1);
const other = '+41445550288';

let database: TestDatabase;
let store: SqlServerStore;
beforeAll(async () => {
  database = await sharedDatabase();
  store = await openSqlServerStore(database.config);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

const query = async <Row>(text: string): Promise<Row[]> => (await database.pool.request().query<Row>(text)).recordset;

const startedAtMs = Date.UTC(2026, 0, 15, 12);
const callOf = (callId: string, changes: Partial<CallRecord> = {}): CallRecord =>
  closedRecord(callId, {
    ...{ startedAtMs, decidedAtMs: startedAtMs, bridgedAtMs: startedAtMs, answeredAtMs: startedAtMs },
    ...{
      endedAtMs: startedAtMs + 60_000,
      billableMs: 50_000,
      extension: '214',
      callerName: 'Ann Person',
      code: '48213759016427',
    },
    ...{ accountId: 1, accountName: 'Smith', keyedNumber: other.slice(1), calledNumber: other, calledE164: other },
    ...{ callingNumber: '+18005550100', rule: null, authorizedById: null, authorizedBy: null },
    ...changes,
  });
const toPerson = { keyedNumber: digits, calledNumber: digits, calledE164: person, rule: `number on file ${digits}` };

/** Everywhere where a call can name somebody, records first; then the half of them is archived. */
async function fill(): Promise<void> {
  const calls = [
    callOf('to-person', toPerson),
    callOf('keyed-behind-an-outside-line', { keyedNumber: `0000${digits}`, calledNumber: null, calledE164: null }),
    callOf('keyed-behind-a-prefix', { keyedNumber: `00${digits}`, calledNumber: null, calledE164: null }),
    callOf('from-person', { extension: person, callerName: digits }),
    callOf('went-out-with-it', { callingNumber: person }),
    callOf('merely-went-out-with-it', { callingNumber: person }),
    callOf('authorized', { authorizedById: 7, authorizedBy: 'Grace Person' }),
    callOf('corrected', { keyedNumber: '123', calledNumber: '123', calledE164: null }),
    callOf('of-others'),
  ];
  for (const record of calls) {
    await store.save({ ...record, callId: `old-${record.callId}`, startedAtMs: startedAtMs - 40 * 86_400_000 });
    await store.save(record);
  }
  await query(
    `UPDATE dbo.CallRecords SET Currency = 'USD', CostMicros = 5000, ChargeMicros = 7000, PriceKind = 'priced', Uncoded = 1, BilledMs = 60000`,
  );
  for (const { callId } of calls) {
    for (const id of [callId, `old-${callId}`]) {
      const before = JSON.stringify(
        callOf(id, {
          ...toPerson,
          callerName: `A "${callId}" \\`,
          extension: callId === 'from-person' ? person : '214',
        }),
      );
      await database.pool
        .request()
        .input('id', id)
        .input('before', callId === 'of-others' || callId.startsWith('merely') ? JSON.stringify(callOf(id)) : before)
        .input('after', JSON.stringify(callOf(id)))
        .query(`INSERT INTO dbo.CallCorrections (CallId, CorrectedAt, RecordBefore, RecordAfter) VALUES (@id, SYSUTCDATETIME(), @before, @after);
INSERT INTO dbo.CallMoves (CallId, MovedAt, MovedBy, Why, FromAccountId, FromAccountName, ToAccountId, ToAccountName)
VALUES (@id, SYSUTCDATETIME(), N'x', N'was for somebody else', 7, N'Grace Person', 1, N'Smith')`);
    }
  }
  await query(`INSERT INTO dbo.CallMoves (CallId, MovedAt, MovedBy, Why, ToAccountId, ToAccountName)
VALUES ('of-others', SYSUTCDATETIME(), N'x', N'it was ${person} who called', 1, N'Smith')`);
  await query(
    `INSERT INTO dbo.Requests (Kind, Why, CallId, ToAccountId) VALUES ('move', N'for ${digits}', 'to-person', 1)`,
  );
  await query(`INSERT INTO dbo.PhoneLocks VALUES ('${person}', '2026-01-01', '2026-01-02', N'one')`);
  const month = new Date(startedAtMs - 35 * 86_400_000).toISOString().slice(0, 10);
  expect(await query(`EXEC dbo.usp_ArchiveCalls @BeforeDate = '${month}'`)).toEqual([{ ArchivedCalls: calls.length }]);
}

/** Every row of every text column of every table of the database that has one of these words in it. */
async function placesOf(...words: string[]): Promise<string[]> {
  const columns = await query<{ t: string; c: string }>(
    `SELECT o.name AS t, c.name AS c FROM sys.columns c JOIN sys.tables o ON o.object_id = c.object_id JOIN sys.types y ON y.user_type_id = c.user_type_id
WHERE y.name IN ('varchar', 'nvarchar', 'char', 'nchar', 'text', 'ntext', 'xml') ORDER BY o.name, c.name`,
  );
  expect(columns.length).toBeGreaterThan(100);
  const found: string[] = [];
  for (const { t, c } of columns) {
    for (const word of words) {
      const rows = await query(
        `SELECT 1 AS one FROM dbo.${t} WHERE CHARINDEX(N'${word}', CAST(${c} AS NVARCHAR(4000))) > 0`,
      );
      if (rows.length > 0) found.push(`${t}.${c}: ${word}`);
    }
  }
  return found;
}

async function totals(): Promise<unknown[]> {
  const found: unknown[] = [
    await query(`SELECT SUM(BillableMs) AS ms, SUM(ChargeMicros) AS charge, COUNT(*) AS calls, SUM(CAST(Uncoded AS INT)) AS uncoded,
SUM(BilledMs) AS billed FROM dbo.CallArchive`),
  ];
  for (const grouping of groupings.filter((one) => one !== 'account' && one !== 'extension'))
    found.push(await query(`EXEC dbo.usp_ReportUsage '2025-01-01', '2026-12-31', @GroupBy = '${grouping}'`));
  return found;
}

const erase = (whose: string) => query<{ ErasedCalls: number }>(`EXEC dbo.usp_EraseCalls ${whose}`);
const count = (whose: string) => query<{ ErasableCalls: number }>(`EXEC dbo.usp_EraseCalls ${whose}, @CountOnly = 1`);

describe('usp_EraseCalls', () => {
  beforeEach(async () => {
    await database.empty();
    await fill();
  });

  it('by a number leaves it in no text column of any table, and every total as it was', async () => {
    const before = await totals();
    expect((await placesOf(digits)).length).toBeGreaterThan(12);
    expect(await count(`@Number = '${person}'`)).toEqual([{ ErasableCalls: 16 }]);
    expect(await erase(`@Number = '${person}', @Batch = 3`)).toEqual([{ ErasedCalls: 16 }]);
    expect(await placesOf(digits)).toEqual([]);
    expect(await totals()).toEqual(before);
    expect(await count(`@Number = '${person}'`)).toEqual([{ ErasableCalls: 0 }]);
    // It was only said in words of a move.
    const [call] = await query(
      `SELECT CallerName AS name, CalledE164 AS number FROM dbo.CallRecords WHERE CallId = 'of-others'`,
    );
    expect(call).toEqual({ name: 'Ann Person', number: other });
    // A call to others that only went out with the number has lost that alone.
    const [out] = await query(
      `SELECT CalledE164 AS number FROM dbo.CallRecords WHERE CallId = 'merely-went-out-with-it' AND CallingNumber IS NULL`,
    );
    expect(out).toEqual({ number: other });
  });

  it('by an account leaves none of its names, also where others pay, nor its code in what belongs to calls', async () => {
    const before = await totals();
    await erase('@AccountId = 7');
    expect(await placesOf('Grace')).toEqual([]);
    await erase('@AccountId = 1');
    expect(await placesOf('Ann Person', 'Smith', '48213759016427')).toEqual([]);
    expect(await totals()).toEqual(before);
    expect(await count('@AccountId = 1')).toEqual([{ ErasableCalls: 0 }]);
  });

  it('by a phone takes names, numbers and codes out of records, archive, corrections, moves and requests', async () => {
    const before = await totals();
    await erase(`@Extension = N'214'`);
    await erase(`@Extension = N'${person}'`);
    expect(await placesOf('Ann Person', '48213759016427', 'somebody else')).toEqual([]);
    const sums = await totals();
    expect(sums).toEqual(before);
  });

  it.each([
    ...[`@Number = ''`, `@Number = '+'`, `@Number = '%'`, `@Extension = N''`, '@Batch = 0, @AccountId = 1'],
    '@AccountId = 999',
    `@Number = '${person}', @CountOnly = NULL`,
  ])('%s is refused, and erases nothing', async (given) => {
    const before = await placesOf(digits);
    await expect(erase(given)).rejects.toThrow(/@Number|@Batch|@AccountId: there is no account|@CountOnly is 0 or 1/);
    expect(await placesOf(digits)).toEqual(before);
  });
});

describe('privacy erase --account', () => {
  it('takes the addresses of the account out of reports that nobody is making', async () => {
    await database.empty();
    await fill();
    await query(`INSERT INTO dbo.ReportRuns (Schedule, DueAt, Controller, ClaimedAt) VALUES
  (N'left', '2026-01-01', N'one', '2026-01-01'), (N'now', '2026-01-01', N'one', SYSUTCDATETIME())`);
    for (const schedule of ['left', 'now']) {
      await query(`INSERT INTO dbo.ReportRecipients (Schedule, DueAt, Recipient, Controller, DeliveredAt) VALUES
  (N'${schedule}', '2026-01-01', N'account 1 smith@example.org', N'one', SYSUTCDATETIME()),
  (N'${schedule}', '2026-01-01', N'account 10 ten@example.org', N'one', SYSUTCDATETIME())`);
    }
    const there = await openSqlServerRetention(database.config);
    try {
      await there.erase({ accountId: 1, extension: null, number: null });
    } finally {
      await there.close();
    }
    expect(await query('SELECT Schedule, Recipient FROM dbo.ReportRecipients ORDER BY Schedule, Recipient')).toEqual([
      { Schedule: 'left', Recipient: 'account 10 ten@example.org' },
      { Schedule: 'now', Recipient: 'account 1 smith@example.org' },
      { Schedule: 'now', Recipient: 'account 10 ten@example.org' },
    ]);
  });
});

describe('usp_ShortenCalls and usp_ForgetCodes', () => {
  it('by hand deal with the archive and with corrections, too', async () => {
    await database.empty();
    await fill();
    const before = await totals();
    await query(`EXEC dbo.usp_ShortenCalls @Before = '2026-06-01', @Batch = 3`);
    await query(`EXEC dbo.usp_ForgetCodes @Before = '2026-06-01', @Batch = 3`);
    expect(await placesOf(other.slice(1), '48213759016427')).toEqual([]);
    expect(await totals()).toEqual(before);
  });

  it('once, as controllers do, takes what is left of a batch from the archive', async () => {
    await database.empty();
    await fill();
    const there = await openSqlServerRetention(database.config);
    try {
      const span = { fromMs: 0, beforeMs: Date.UTC(2026, 5, 1), hiddenDigits: 4 };
      const counts = [];
      for (let calls = 5; calls === 5;) counts.push((calls = await there.shortenSome({ ...span, limit: 5 })));
      expect(counts.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(8);
      await there.rewriteCorrections(span, 4);
      expect(await placesOf(other.slice(1))).toEqual([]);
    } finally {
      await there.close();
    }
  });
});
