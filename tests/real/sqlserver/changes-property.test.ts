import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Rate } from '../../../src/rating/rate.ts';
import type { Account } from '../../../src/words/directory.ts';
import { messageOf } from '../../../src/words/thrown.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { runs } from '../../support/random.ts';
import { openOffice, type Office } from './office.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
let office: Office;
let controller: TestController;
beforeAll(async () => {
  database = await sharedDatabase();
  office = await openOffice(database.config);
  controller = await startTestController({
    'sqlserver.connectionString': database.connectionString,
    'sqlserver.syncMs': '100',
    'log.level': 'info',
  });
});
afterAll(async () => {
  await controller.dispose();
  await office.close();
  await database.drop();
});

/** The n-th row of a table, counted from 0 again behind the last; no row where there is none. */
const nth = (table: string, n: number): string =>
  `(SELECT MAX(r.Id) FROM (SELECT Id, ROW_NUMBER() OVER (ORDER BY Id) - 1 AS Place FROM dbo.${table}) r
WHERE r.Place = ${n} % (SELECT CASE COUNT(*) WHEN 0 THEN 1 ELSE COUNT(*) END FROM dbo.${table}))`;

/** As a DBA swaps them: in one statement, or by way of a value that nobody has. */
const swap = (table: string, column: string, [a, b]: [string, string], atOnce: boolean): string =>
  atOnce
    ? `DECLARE @a INT, @b INT; SELECT @a = ${a}, @b = ${b};
UPDATE t SET ${column} = o.${column} FROM dbo.${table} t JOIN dbo.${table} o ON (t.Id = @a AND o.Id = @b) OR (t.Id = @b AND o.Id = @a) WHERE @a <> @b`
    : `DECLARE @a INT, @b INT, @was VARCHAR(40), @is VARCHAR(40); SELECT @a = ${a}, @b = ${b};
SELECT @was = ${column} FROM dbo.${table} WHERE Id = @a; SELECT @is = ${column} FROM dbo.${table} WHERE Id = @b;
IF @a <> @b BEGIN
UPDATE dbo.${table} SET ${column} = '99999' WHERE Id = @a; UPDATE dbo.${table} SET ${column} = @was WHERE Id = @b;
UPDATE dbo.${table} SET ${column} = @is WHERE Id = @a; END`;

const small = fc.nat(5);
const pair = fc.tuple(small, small);
const account = (n: number): string => nth('Accounts', n);
const department = (n: number): string => nth('Departments', n);
const table = (n: number): string => nth('RateTables', n);
const rate = (n: number): string => nth('Rates', n);

/** What DBAs do, most of it again and again to the same few rows. */
const statement: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(small, small).map(
    ([n, d]) => `INSERT INTO dbo.Accounts (Code, Name, DepartmentId) SELECT '${10 + n}', N'a${n}', ${department(d)}
WHERE NOT EXISTS (SELECT 1 FROM dbo.Accounts WHERE Code = '${10 + n}')`,
  ),
  small.map((n) => `DELETE FROM dbo.Accounts WHERE Id = ${account(n)}`),
  fc.tuple(pair, fc.boolean()).map(([[a, b], atOnce]) => swap('Accounts', 'Code', [account(a), account(b)], atOnce)),
  fc
    .tuple(small, small)
    .map(([n, d]) => `UPDATE dbo.Accounts SET DepartmentId = ${department(d)} WHERE Id = ${account(n)}`),
  fc
    .tuple(small, fc.boolean())
    .map(([n, on]) => `UPDATE dbo.Accounts SET Enabled = ${on ? 1 : 0} WHERE Id = ${account(n)}`),
  fc
    .tuple(small, fc.constantFrom('abc;', '44', ''))
    .map(([n, list]) => `UPDATE dbo.Accounts SET AllowedPrefixes = '${list}' WHERE Id = ${account(n)}`),
  small.map((n) => `UPDATE dbo.Accounts SET Name = Name + N'x' WHERE Id <> ${account(n)}`),
  small.map(
    (n) =>
      `INSERT INTO dbo.Departments (Name) SELECT N'd${n}' WHERE NOT EXISTS (SELECT 1 FROM dbo.Departments WHERE Name = N'd${n}')`,
  ),
  small.map(
    (n) => `DELETE FROM dbo.Departments WHERE Id = ${department(n)}
AND NOT EXISTS (SELECT 1 FROM dbo.Accounts a WHERE a.DepartmentId = dbo.Departments.Id)`,
  ),
  fc
    .tuple(pair, fc.boolean())
    .map(([[a, b], atOnce]) => swap('Departments', 'Name', [department(a), department(b)], atOnce)),
  fc.tuple(small, fc.nat(1)).map(
    ([n, version]) => `INSERT INTO dbo.RateTables (Name, Currency, Version) SELECT N't${n}', 'USD', ${version}
WHERE NOT EXISTS (SELECT 1 FROM dbo.RateTables WHERE Name = N't${n}') AND (SELECT COUNT(*) FROM dbo.RateTables) < 3`,
  ),
  fc.tuple(pair, fc.boolean()).map(([[a, b], atOnce]) => swap('RateTables', 'Name', [table(a), table(b)], atOnce)),
  small.map((n) => `UPDATE dbo.RateTables SET Version = Version + 1 WHERE Id = ${table(n)} AND Version < 3`),
  small.map((n) => `UPDATE dbo.RateTables SET Version = Version - 1 WHERE Id = ${table(n)} AND Version > 1`),
  small.map(
    (n) => `UPDATE dbo.RateTables SET Version = Version + 1 WHERE Id = ${table(n)};
UPDATE dbo.RateTables SET Version = Version - 1 WHERE Id = ${table(n)}`,
  ),
  fc.tuple(small, fc.constantFrom(-1, 1)).map(
    ([n, by]) => `UPDATE dbo.Rates SET Version = Version + ${by} WHERE Id = ${rate(n)} AND NOT EXISTS (
SELECT 1 FROM dbo.Rates r WHERE r.TableId = dbo.Rates.TableId AND r.Version = dbo.Rates.Version + ${by} AND r.Prefix = dbo.Rates.Prefix)
AND Version + ${by} BETWEEN 1 AND 3`,
  ),
  fc.tuple(small, small).map(
    ([n, prefix]) => `INSERT INTO dbo.Rates (TableId, Version, Prefix, Destination, PriceMicros)
SELECT Id, Version, '${prefix + 1}', N'', ${n} FROM dbo.RateTables t WHERE Id = ${table(n)} AND NOT EXISTS (
SELECT 1 FROM dbo.Rates r WHERE r.TableId = t.Id AND r.Version = t.Version AND r.Prefix = '${prefix + 1}')`,
  ),
  fc.tuple(small, small).map(([n, price]) => `UPDATE dbo.Rates SET PriceMicros = ${price} WHERE Id = ${rate(n)}`),
  small.map((n) => `DELETE FROM dbo.Rates WHERE Id = ${rate(n)}`),
  fc.tuple(small, small).map(
    ([a, t]) => `DECLARE @a INT, @t INT; SELECT @a = ${account(a)}, @t = ${table(t)};
DELETE FROM dbo.AccountRateTables WHERE AccountId = @a;
IF @a IS NOT NULL AND @t IS NOT NULL INSERT INTO dbo.AccountRateTables (AccountId, TableId) VALUES (@a, @t)`,
  ),
  fc.tuple(small, small).map(
    ([d, t]) => `DECLARE @d INT, @t INT; SELECT @d = ${department(d)}, @t = ${table(t)};
DELETE FROM dbo.DepartmentRateTables WHERE DepartmentId = @d;
IF @d IS NOT NULL AND @t IS NOT NULL INSERT INTO dbo.DepartmentRateTables (DepartmentId, TableId) VALUES (@d, @t)`,
  ),
  small.map(
    (n) => `DECLARE @t INT; SELECT @t = ${table(n)}; DELETE FROM dbo.DefaultRateTable;
IF @t IS NOT NULL INSERT INTO dbo.DefaultRateTable (TableId) VALUES (@t)`,
  ),
);

/** Babelfish looks for duplicates row by row, and so refuses some swaps in one statement: then nothing has changed. */
const tried = async (text: string): Promise<void> => {
  await database.pool
    .request()
    .batch(text)
    .catch((error: unknown) => {
      if (!/duplicate key/i.test(messageOf(error))) throw error;
    });
};

type Directory = Pick<Office, 'listAccounts' | 'listDepartments' | 'listRateTables' | 'rateTableOf' | 'exportRates'>;

/** What is wrong with it is for people; the copy has what follows from that. */
const usable = (account: Account): object =>
  Object.fromEntries(Object.entries(account).filter(([name]) => name !== 'unreadable'));

/** All that calls depend on, in the same order for both. */
async function contents(store: Directory) {
  const [accounts, departments, tables] = [
    await store.listAccounts(),
    await store.listDepartments(),
    await store.listRateTables(),
  ];
  const rates: Record<string, object[]> = {};
  for (const { name } of tables) {
    const all: Rate[] = [];
    for await (const some of store.exportRates(name)) all.push(...some);
    rates[name] = all;
  }
  const tableOf: Record<string, unknown> = {};
  for (const { id: accountId, departmentId, code } of accounts)
    tableOf[code] = await store.rateTableOf({ accountId, departmentId });
  return {
    accounts: accounts.map(usable),
    ...{ departments, rates, tableOf, others: await store.rateTableOf({ accountId: null, departmentId: null }) },
    tables: tables
      .map(({ id, name, isDefault, version }) => ({ id, name, isDefault, version }))
      .sort((a, b) => a.id - b.id),
  };
}

/** As `toEqual` has it. `isDeepStrictEqual` compares prototypes too, which differ where an earlier suite of this process loaded the SQLite driver. */
function alike(here: unknown, there: unknown): boolean {
  try {
    expect(here).toEqual(there);
    return true;
  } catch {
    return false;
  }
}

it('a controller’s copy equals the server’s directory after any sequence of T-SQL changes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(statement, { minLength: 3, maxLength: 12 }), async (statements) => {
      for (const text of statements) await tried(text);
      const there = await contents(office);
      let here: unknown = null;
      await eventually(async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        here = await contents(controller.store).catch(() => null);
        return alike(here, there) ? true : null;
      }).catch(() => undefined);
      expect(here).toEqual(there);
    }),
    { numRuns: runs(8), endOnFailure: true },
  );
  expect(controller.logged()).not.toMatch(/unreachable|cannot be copied/);
}, 1_200_000);
