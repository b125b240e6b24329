import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { groupings } from '../../../src/reports/report.ts';
import { connect } from '../../../src/store/sqlserver/connect.ts';
import { listMigrations, migrate } from '../../../src/store/sqlserver/migrate.ts';
import { createDatabase, dropLogin, type TestDatabase } from './server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

const run = (text: string) => database.pool.request().batch(text);
const query = async <Row>(text: string): Promise<Row[]> => (await database.pool.request().query<Row>(text)).recordset;

const call = (id: string, startedAt: string, more: Record<string, string> = {}): string => {
  const values: Record<string, string> = {
    ...{ CallId: `'${id}'`, SwitchName: `N'fs1'`, Controller: `N'c'`, EntryMode: `'direct'`, Extension: `N'201'` },
    ...{ CallerName: `N'Anna'`, AccountId: '1', AccountName: `N'Smith'`, Code: `'4711'`, KeyedNumber: `N'8016424655'` },
    ...{
      CalledNumber: `'18016424655'`,
      CalledE164: `'+18016424655'`,
      Outcome: `'answered'`,
      StartedAt: `'${startedAt}'`,
    },
    ...{
      AnsweredAt: `'${startedAt}'`,
      EndedAt: `'${startedAt}'`,
      BillableMs: '60000',
      Estimated: '0',
      Currency: `'USD'`,
    },
    ...{ CostMicros: '5000', ChargeMicros: '7000', PriceKind: `'priced'`, Destination: `N'Utah'`, Country: `'US'` },
    ...more,
  };
  return `INSERT INTO dbo.CallRecords (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`;
};

describe('the schema', () => {
  it('describes every column of every table', async () => {
    // Compared here: Babelfish takes minutes where one statement looks up each column.
    const columns = await query<{ Place: string; Name: string }>(
      `SELECT CAST(c.object_id AS VARCHAR(20)) + '.' + CAST(c.column_id AS VARCHAR(20)) AS Place, t.name + '.' + c.name AS Name
FROM sys.tables t JOIN sys.columns c ON c.object_id = t.object_id`,
    );
    const described = await query<{ Place: string }>(
      `SELECT CAST(major_id AS VARCHAR(20)) + '.' + CAST(minor_id AS VARCHAR(20)) AS Place FROM sys.extended_properties
WHERE class = 1 AND name = 'MS_Description' AND CAST(value AS NVARCHAR(400)) <> N''`,
    );
    const places = new Set(described.map(({ Place }) => Place));
    expect(columns.length).toBeGreaterThan(100);
    expect(columns.filter(({ Place }) => !places.has(Place))).toEqual([]);
  });

  const odd: [string, string][] = [
    ['a superscript digit in a code', `INSERT INTO dbo.Accounts (Code, Name) VALUES ('12²', N'x')`],
    ['a fraction in a code', `INSERT INTO dbo.Accounts (Code, Name) VALUES ('1½', N'x')`],
    [
      'a superscript digit in a prefix',
      `INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros)
SELECT Id, '1³', N'x', 1 FROM dbo.RateTables`,
    ],
    [
      'a price beyond reckoning',
      `INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros)
SELECT Id, '1', N'x', 9223372036854775807 FROM dbo.RateTables`,
    ],
    [
      'an increment of more than a day',
      `INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros, NextIncrementMs)
SELECT Id, '1', N'x', 1, 2147483647 FROM dbo.RateTables`,
    ],
    ['a currency that is none', `INSERT INTO dbo.RateTables (Name, Currency) VALUES (N'x', 'us')`],
    [
      'a rounding mode that is none',
      `INSERT INTO dbo.RateTables (Name, Currency, RoundingMode) VALUES (N'x', 'USD', 'Up')`,
    ],
    [
      'a markup beyond reckoning',
      `INSERT INTO dbo.RateTables (Name, Currency, MarkupPerCallMicros)
VALUES (N'x', 'USD', 9223372036854775807)`,
    ],
    ['a time beyond reckoning', call('odd', '2026-03-01', { BillableMs: '9223372036854775807' })],
    ['a negative charge', call('odd', '2026-03-01', { ChargeMicros: '-1' })],
  ];
  it.each(odd)('refuses %s', async (_, statement) => {
    await database.empty();
    await run(`INSERT INTO dbo.RateTables (Name, Currency) VALUES (N'Standard', 'USD')`);
    await expect(run(statement)).rejects.toThrow(/ck_/i);
  });

  it('takes changes from sessions with QUOTED_IDENTIFIER off, as sqlcmd’s', async () => {
    await database.empty();
    await run(`SET QUOTED_IDENTIFIER OFF; ${call('quoted', '2026-03-01')}; UPDATE dbo.CallRecords SET Reason = NULL;
SET QUOTED_IDENTIFIER ON;`);
    expect(await query('SELECT CallId FROM dbo.CallRecords')).toHaveLength(1);
  });
});

describe('a migration', () => {
  it('passes odd rows that are there, and takes the constraint once they are mended', async () => {
    const old = await createDatabase(true);
    try {
      for (const { batches } of listMigrations().slice(0, 9)) {
        for (const batch of batches) await old.pool.request().batch(batch);
      }
      const batch = (text: string) => old.pool.request().batch(text);
      const rate = (prefix: string) => `INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros)
SELECT Id, '${prefix}', N'odd', 9223372036854775807 FROM dbo.RateTables`;
      await batch(`INSERT INTO dbo.RateTables (Name, Currency) VALUES (N'Standard', 'USD')`);
      await batch(rate('1'));
      await migrate(old.pool, old.name);
      expect((await old.pool.request().query('SELECT Id FROM dbo.Rates')).recordset).toHaveLength(1);
      await batch('UPDATE dbo.Rates SET PriceMicros = 5000');
      for (const text of listMigrations()[12]?.batches ?? []) await batch(text);
      await expect(batch(rate('2'))).rejects.toThrow(/ck_rates_amountsmaximum/i);
    } finally {
      await old.drop();
    }
  });

  it('run by hand without what it needs does not note its version, and does once it has it', async () => {
    const old = await createDatabase(true);
    const byHand = async (versions: readonly number[]) => {
      for (const { batches } of listMigrations().filter(({ version }) => versions.includes(version))) {
        for (const batch of batches) {
          await old.pool
            .request()
            .batch(batch)
            .catch(() => undefined);
        }
      }
    };
    const versions = async () =>
      (
        await old.pool.request().query<{ Version: number }>('SELECT Version FROM dbo.SchemaMigrations ORDER BY Version')
      ).recordset
        .map(({ Version }) => Version)
        .filter((version) => version > 9);
    try {
      await byHand([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await byHand([12, 11, 14, 13]);
      expect(await versions()).toEqual([]);
      await byHand([10, 11, 12, 13, 14, 15, 16]);
      await byHand([10, 11, 12, 13, 14, 15, 16]);
      expect(await versions()).toEqual([10, 11, 12, 13, 14, 15, 16]);
    } finally {
      await old.drop();
    }
  });
});

describe('usp_PruneChanges', () => {
  it('deletes in batches what is old, and keeps the newest', async () => {
    await database.empty();
    const values = Array.from({ length: 7 }, (_, at) => `('accounts', ${at}, '2020-01-01')`).join(', ');
    for (const table of ['DirectoryChanges', 'RateChanges']) {
      await run(`INSERT INTO dbo.${table} (TableName, RowId, ChangedAt) VALUES ${values}`);
    }
    await run('EXEC dbo.usp_PruneChanges @Days = 1, @Batch = 2');
    for (const table of ['DirectoryChanges', 'RateChanges']) {
      expect(await query(`SELECT RowId FROM dbo.${table}`)).toEqual([{ RowId: 6 }]);
    }
    await expect(run('EXEC dbo.usp_PruneChanges @Days = NULL')).rejects.toThrow('@Days');
    await expect(run('EXEC dbo.usp_PruneChanges @Batch = 0')).rejects.toThrow('@Batch');
    await expect(run('EXEC dbo.usp_PruneChanges @Days = 2147483647')).rejects.toThrow('@Days is a number from 1');
    const both = `@FromDate = '2026-03-01', @From = '2026-03-01', @UntilDate = '2026-04-01'`;
    await expect(run(`EXEC dbo.usp_ReportUsage ${both}`)).rejects.toThrow('are both given');
  });
});

describe('shares of amounts', () => {
  const keys = async (table: string): Promise<unknown[]> =>
    (await query<{ BudgetKey: string }>(`SELECT BudgetKey FROM dbo.${table} ORDER BY BudgetKey`)).map(
      ({ BudgetKey }) => BudgetKey,
    );

  it('go when their day or month has long been over; those of contracts and of what is prepaid stay', async () => {
    await database.empty();
    const dayOf = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
    const old = [`day:${dayOf(9)}`, `day:${dayOf(400)}`, `month:${dayOf(75).slice(0, 7)}`, 'month:2025-12'];
    const kept = [`day:${dayOf(0)}`, `day:${dayOf(6)}`, `month:${dayOf(0).slice(0, 7)}`, 'contract', 'prepaid'];
    const file = 'f2b1c7a0-0000-4000-8000-000000000001';
    for (const period of [...old, ...kept]) {
      const key = `'account:7/CHF/${period}'`;
      await run(`INSERT INTO dbo.LedgerBudgets (BudgetKey, GrantedMicros) VALUES (${key}, 5);
INSERT INTO dbo.LedgerShares (BudgetKey, FileId, GrantedMicros, DrawnAt) VALUES (${key}, '${file}', 5, '2020-01-01')`);
    }
    const left = kept.map((period) => `account:7/CHF/${period}`).sort();
    // Not before a week, whatever is asked for.
    await run('EXEC dbo.usp_PruneChanges @Days = 1, @Batch = 2');
    expect([await keys('LedgerShares'), await keys('LedgerBudgets')]).toEqual([left, left]);
    await run('EXEC dbo.usp_PruneChanges');
    expect([await keys('LedgerShares'), await keys('LedgerBudgets')]).toEqual([left, left]);
  });
});

describe('usp_ArchiveCalls', () => {
  it('moves old calls in batches, loses none, and a call that comes again takes the place of the old one', async () => {
    await database.empty();
    for (const day of [1, 2, 3, 4, 5]) await run(call(`old-${day}`, `2026-01-0${day}T12:00:00`));
    await run(call('up', '2026-01-01T12:00:00', { EndedAt: 'NULL' }));
    await run(call('newer', '2026-02-01T12:00:00'));
    const archive = `EXEC dbo.usp_ArchiveCalls @BeforeDate = '2026-01-05', @Batch = 3`;
    expect((await database.pool.request().batch<{ ArchivedCalls: number }>(archive)).recordset).toEqual([
      { ArchivedCalls: 4 },
    ]);
    expect(await query('SELECT CallId FROM dbo.CallRecords ORDER BY CallId')).toEqual(
      ['newer', 'old-5', 'up'].map((CallId) => ({ CallId })),
    );
    await run(call('old-1', '2026-01-01T12:00:00', { ChargeMicros: '9000' }));
    await run(archive);
    expect(await query('SELECT CallId, ChargeMicros FROM dbo.CallArchive ORDER BY CallId')).toEqual(
      [9000, 7000, 7000, 7000].map((charge, at) => ({ CallId: `old-${at + 1}`, ChargeMicros: String(charge) })),
    );
  });

  it('moves them to another database, which has the table', async () => {
    await database.empty();
    await run(call('old', '2026-01-01T12:00:00'));
    const other = await createDatabase(true);
    const archive = `EXEC dbo.usp_ArchiveCalls @BeforeDate = '2026-02-01', @Database = N'${other.name}'`;
    try {
      await expect(run(archive)).rejects.toThrow('@Database has no table dbo.CallArchive');
      const made = listMigrations()[11]?.batches.find((batch) => batch.includes('CREATE TABLE dbo.CallArchive')) ?? '';
      await other.pool.request().batch(made);
      // As an archive from before they were kept there.
      await expect(run(archive)).rejects.toThrow('lacks columns');
      const later = listMigrations()
        .flatMap(({ batches }) => batches)
        .filter((batch) => batch.includes('ALTER TABLE dbo.CallArchive'));
      for (const batch of later) await other.pool.request().batch(batch);
      await run(archive);
      const { recordset } = await other.pool.request().query('SELECT CallId FROM dbo.CallArchive');
      expect(recordset).toEqual([{ CallId: 'old' }]);
      expect(await query('SELECT CallId FROM dbo.CallRecords')).toEqual([]);
    } finally {
      await other.drop();
    }
  });

  it.each([
    ['@BeforeDate = NULL', '@BeforeDate'],
    [`@BeforeDate = '2999-01-01'`, '@BeforeDate'],
    [`@BeforeDate = '2020-01-01', @Database = N'no_such_one'`, '@Database'],
    [`@BeforeDate = '2020-01-01', @Batch = 0`, '@Batch'],
  ])('%s is refused', async (given, argument) => {
    await expect(run(`EXEC dbo.usp_ArchiveCalls ${given}`)).rejects.toThrow(argument);
  });
});

describe('usp_EraseCalls', () => {
  it('takes out who spoke with whom, and no sum changes', async () => {
    await database.empty();
    for (const [at, month] of ['01', '02', '03'].entries()) {
      await run(call(`a${at}`, `2026-${month}-01T12:00:00`));
      await run(call(`b${at}`, `2026-${month}-01T13:00:00`, { AccountId: '2', CalledE164: `'+4930123456'` }));
    }
    const sums = async () => {
      const found: unknown[] = [];
      for (const grouping of groupings.filter((one) => one !== 'account')) {
        found.push(await query(`EXEC dbo.usp_ReportUsage '2026-01-01', '2026-12-31', @GroupBy = '${grouping}'`));
      }
      return found;
    };
    const before = await sums();
    const erased = await database.pool
      .request()
      .batch<{ ErasedCalls: number }>(`EXEC dbo.usp_EraseCalls @BeforeDate = '2026-02-15', @AccountId = 1, @Batch = 1`);
    expect(erased.recordset).toEqual([{ ErasedCalls: 2 }]);
    await run(`EXEC dbo.usp_EraseCalls @Number = '+4930123456'`);
    expect(await sums()).toEqual(before);
    expect(
      await query(
        `SELECT CallId FROM dbo.CallRecords WHERE Code <> '' OR KeyedNumber <> N'' OR CalledE164 IS NOT NULL OR CallerName <> N''`,
      ),
    ).toEqual([{ CallId: 'a2' }]);
    expect(await query('SELECT AccountId, ByNumber, Calls FROM dbo.Erasures ORDER BY Id')).toEqual([
      { AccountId: 1, ByNumber: false, Calls: 2 },
      { AccountId: null, ByNumber: true, Calls: 3 },
    ]);
    await expect(run('EXEC dbo.usp_EraseCalls')).rejects.toThrow('@BeforeDate, @AccountId, @Extension or @Number');
  });

  it('and archiving need billing_retention alone, which reads no code', async () => {
    await database.empty();
    await run(call('old', '2026-01-01T12:00:00'));
    const [login, password] = [`${database.name}_retention`, 'Of-a-test-1'];
    await run(`CREATE LOGIN ${login} WITH PASSWORD = '${password}'`);
    await run(`CREATE USER ${login} FOR LOGIN ${login}`);
    await run(`EXEC sp_addrolemember 'billing_retention', '${login}'`);
    const pool = await connect({ ...database.config, user: login, password }, () => undefined);
    try {
      await pool.request().batch(`EXEC dbo.usp_EraseCalls @BeforeDate = '2026-02-01'`);
      await pool.request().batch(`EXEC dbo.usp_ArchiveCalls @BeforeDate = '2026-02-01'`);
      expect(await query('SELECT CallId FROM dbo.CallArchive')).toEqual([{ CallId: 'old' }]);
      for (const secret of ['SELECT Code FROM dbo.CallRecords', 'SELECT Code FROM dbo.Accounts']) {
        await expect(pool.request().batch(secret)).rejects.toThrow(/denied/);
      }
    } finally {
      await pool.close();
      await dropLogin(database.pool, login);
    }
  });
});
