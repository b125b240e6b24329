import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authorize } from '../../../src/policy/authorize.ts';
import { readNumber } from '../../../src/numbers/read.ts';
import { dialPlanOf } from '../../../src/numbers/plan.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { run as runCommand, type Ran } from '../../cli/run.ts';
import { eventually, happens, startTestController, type TestController } from '../../support/controller.ts';
import { createDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
let controller: TestController;
let folder: string;
beforeAll(async () => {
  database = await createDatabase();
  await withoutChecks();
  folder = mkdtempSync(join(tmpdir(), 'billing-odd-rows-'));
  controller = await startTestController({
    'sqlserver.connectionString': database.connectionString,
    'sqlserver.syncMs': '100',
    'log.level': 'info',
  });
});
afterAll(async () => {
  await controller.dispose();
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});
/** Not by emptying the tables of changes: the copy has to follow. */
beforeEach(async () => {
  for (const table of [
    'DefaultRateTable',
    'AccountRateTables',
    'Rates',
    'RateTables',
    'Accounts',
    'Extensions',
    'Departments',
  ]) {
    await run(`DELETE FROM dbo.${table}`);
  }
  await becomes(async () => (await controller.store.listAccounts()).length, 0);
});

const run = (text: string) => database.pool.request().batch(text);

/** As a bulk load leaves rows that was not told to check constraints. */
async function withoutChecks(): Promise<void> {
  const { recordset } = await database.pool
    .request()
    .query<{ Name: string; TableName: string }>(
      'SELECT name AS Name, OBJECT_NAME(parent_object_id) AS TableName FROM sys.check_constraints',
    );
  for (const { Name, TableName } of recordset) {
    if (/^(accounts|extensions|departments|rates|ratetables)$/i.test(TableName)) {
      await run(`ALTER TABLE dbo.${TableName} DROP CONSTRAINT ${Name}`);
    }
  }
}

const becomes = async <T>(find: () => Promise<T>, wanted: T): Promise<void> => {
  await eventually(async () => (JSON.stringify(await find()) === JSON.stringify(wanted) ? true : null));
};
const isGood = async (code: string): Promise<boolean> =>
  (await controller.store.findAccountByCode(code))?.enabled === true;
const command = (...args: string[]): Promise<Ran> =>
  runCommand(args, {
    BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString,
    BILLING_DATA_DIR: join(folder, 'data'),
  });

describe('one odd row', () => {
  it.each([
    ['a code that is no number', `Code = N'12²'`, 'Code: it is not 1 to 20 digits'],
    ['an empty code', `Code = ''`, 'Code: it is not 1 to 20 digits'],
    ['a malformed list', `AllowedPrefixes = 'abc;'`, 'AllowedPrefixes: "abc" is not a prefix'],
    ['a negative number of digits', 'LeastDigits = -1', 'LeastDigits: it is negative'],
    ['digits the wrong way round', 'LeastDigits = 9, MostDigits = 3', 'LeastDigits: it is not below MostDigits'],
    ['a validity that ends first', `ValidFrom = '2027-01-02', ValidUntil = '2027-01-01'`, 'ValidFrom: it is not below'],
    ['a caller number that is none', `CallerNumber = '+1-801'`, 'CallerNumber: it is not a number in E.164'],
    ['a name that is empty', `Name = N''`, 'Name: it is empty'],
    ['a call type that there is not', `AllowedCallTypes = 'lokal'`, 'AllowedCallTypes: "lokal" is not a call type'],
  ])('%s switches that account off alone, is named, and works again once it is mended', async (_, odd, problem) => {
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('122', N'odd')`);
    await becomes(() => isGood('122'), true);
    await run(
      `UPDATE dbo.Accounts SET ${odd} WHERE Code = '122'; INSERT INTO dbo.Accounts (Code, Name) VALUES ('5', N'other')`,
    );
    await becomes(() => isGood('5'), true);
    await becomes(() => isGood('122'), false);
    await happens(() => controller.logged().includes(problem));
    await run(`UPDATE dbo.Accounts SET Code = '122', Name = N'odd', AllowedPrefixes = '', LeastDigits = NULL, MostDigits = NULL,
ValidFrom = NULL, ValidUntil = NULL, CallerNumber = NULL, AllowedCallTypes = '' WHERE Code <> '5'`);
    await becomes(() => isGood('122'), true);
    expect(controller.logged()).not.toContain('unreachable');
  });

  it('closes a phone whose limits cannot be read, for every number but emergencies', async () => {
    await run(
      `INSERT INTO dbo.Extensions (Number, Name, AllowedCallTypes, MostDigits) VALUES ('299', N'Lobby', 'internal', 4)`,
    );
    await eventually(() => controller.store.findExtension('299'));
    await run(
      `UPDATE dbo.Extensions SET AllowedCallTypes = 'intern', MostDigits = -4; INSERT INTO dbo.Extensions (Number, Name) VALUES ('300', N'')`,
    );
    await eventually(() => controller.store.findExtension('300'));
    const extension = await controller.store.findExtension('299');
    const plan = dialPlanOf(loadConfig({ file: null, env: {}, flags: {} }).dialPlan);
    const allowed = ['8016424655', '201', '*98', '0044207946000', '911'].filter(
      (dialled) => authorize({ account: null, extension, number: readNumber(dialled, plan), plan }).allowed,
    );
    expect(allowed).toEqual(['911']);
    expect(controller.logged()).toMatch(/dbo\.Extensions, Id \d+, AllowedCallTypes: .*except to emergency numbers/);
  });

  it('leaves calls of a rate unrated whose amounts cannot be read, and prices others', async () => {
    await run(`INSERT INTO dbo.RateTables (Name, Currency) VALUES (N'std', 'USD')`);
    const rate = (
      prefix: string,
      price: string,
    ) => `INSERT INTO dbo.Rates (TableId, Version, Prefix, Destination, PriceMicros)
SELECT Id, Version, '${prefix}', N'', ${price} FROM dbo.RateTables`;
    await run(
      [
        rate('1', '10'),
        rate('1801', '9223372036854775807'),
        rate('1802', '-5'),
        rate('18²', '7'),
        rate('44', '20'),
      ].join(';\n'),
    );
    const prices = async () => {
      const [table] = await controller.store.listRateTables();
      const rates = await Promise.all(
        ['+18011', '+18021', '+18031', '+441'].map((number) => controller.store.ratesFor(table?.id ?? 0, number)),
      );
      return rates.map(([best]) => (best === undefined ? null : [best.prefix, Number.isSafeInteger(best.priceMicros)]));
    };
    await becomes(prices, [
      ['1801', false],
      ['1802', false],
      ['1', true],
      ['44', true],
    ]);
    expect(controller.logged()).toMatch(/dbo\.Rates, Id \d+, PriceMicros: out of range; its calls are unrated/);
    await run(`INSERT INTO dbo.DefaultRateTable (TableId) SELECT Id FROM dbo.RateTables`);
    expect(await command('rates', 'explain', '8016424655')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('unrated: the rate cannot be read'),
    });
    await run(`UPDATE dbo.Rates SET PriceMicros = 30 WHERE PriceMicros < 0 OR PriceMicros > 1000`);
    await becomes(prices, [
      ['1801', true],
      ['1802', true],
      ['1', true],
      ['44', true],
    ]);
  });

  it('leaves calls of a table unrated that cannot be read, rather than price them by the default one', async () => {
    await run(`INSERT INTO dbo.RateTables (Name, Currency) VALUES (N'std', 'USD'), (N'own', 'USD')`);
    await run(`INSERT INTO dbo.DefaultRateTable (TableId) SELECT Id FROM dbo.RateTables WHERE Name = N'std'`);
    await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('7', N'a')`);
    await run(
      "INSERT INTO dbo.AccountRateTables (AccountId, TableId) SELECT a.Id, t.Id FROM dbo.Accounts a, dbo.RateTables t WHERE t.Name = N'own'",
    );
    const tableOf = async () => {
      const account = await controller.store.findAccountByCode('7');
      return (
        (await controller.store.rateTableOf({ accountId: account?.id ?? null, departmentId: null }))?.table.name ?? null
      );
    };
    await becomes(tableOf, 'own');
    await run(`UPDATE dbo.RateTables SET MarkupBasisPoints = -1 WHERE Name = N'own'`);
    await becomes(tableOf, null);
    expect((await command('rates', 'tables')).stdout).toMatch(
      /own .*dbo\.RateTables, Id \d+, MarkupBasisPoints: out of range/,
    );
    await run(
      `INSERT INTO dbo.Rates (TableId, Version, Prefix, Destination, PriceMicros) SELECT Id, Version, '1', N'', 5 FROM dbo.RateTables`,
    );
    await run(`UPDATE dbo.RateTables SET MarkupBasisPoints = 0`);
    await becomes(tableOf, 'own');
    const [rate] = await controller.store.ratesFor(
      (await controller.store.listRateTables()).find(({ name }) => name === 'own')?.id ?? 0,
      '+1',
    );
    expect(rate?.priceMicros).toBe(5);
  });
});

describe('an account with a list that cannot be read', () => {
  beforeEach(() =>
    run(`INSERT INTO dbo.Accounts (Code, Name, AllowedPrefixes, BlockedPrefixes) VALUES ('4821', N'Smith', 'abc;', '1900');
INSERT INTO dbo.Accounts (Code, Name) VALUES ('4822', N'Jones')`),
  );
  const stored = async () => {
    const { recordset } = await database.pool
      .request()
      .query<object>(`SELECT Name, AllowedPrefixes, BlockedPrefixes FROM dbo.Accounts WHERE Code = '4821'`);
    return recordset[0];
  };

  it('is listed and shown with what is wrong, among all others', async () => {
    const list = (await command('accounts', 'list')).stdout;
    expect(list).toMatch(/Smith .*cannot be read +off: dbo\.Accounts, Id \d+, AllowedPrefixes: "abc" is not a prefix/);
    expect(list).toMatch(/Jones .*enabled/);
    expect((await command('accounts', 'show', '4821')).stdout).toMatch(
      /problem: +dbo\.Accounts, Id \d+, AllowedPrefixes/,
    );
    const [smith] = (JSON.parse((await command('accounts', 'list', '--json')).stdout) as { accounts: object[] })
      .accounts;
    expect(smith).toMatchObject({ state: 'cannot be read', problems: [expect.stringContaining('AllowedPrefixes')] });
  });

  it('can be changed, which leaves alone what nobody typed, and mended', async () => {
    const renamed = await command('accounts', 'change', '4821', '--name', 'Smith & Co');
    expect(renamed).toMatchObject({
      code: 0,
      stdout: 'Changed Smith & Co.\n',
      stderr: expect.stringContaining('AllowedPrefixes'),
    });
    expect(await stored()).toEqual({ Name: 'Smith & Co', AllowedPrefixes: 'abc;', BlockedPrefixes: '1900' });
    expect((await command('accounts', 'enable', '4821')).stderr).toContain('It cannot be used yet');
    expect(await command('accounts', 'change', '4821', '--allowed-prefixes', '1801')).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await stored()).toEqual({ Name: 'Smith & Co', AllowedPrefixes: '1801', BlockedPrefixes: '1900' });
    await becomes(() => isGood('4821'), true);
  });

  it('is not emptied by a file that does not have the column', async () => {
    const file = join(folder, 'accounts.csv');
    writeFileSync(file, 'code,name\n4821,Smith & Sons\n');
    const refused = await command('accounts', 'import', file);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('allowed prefixes is needed, because what is there cannot be read');
    expect(await stored()).toMatchObject({ Name: 'Smith', AllowedPrefixes: 'abc;' });
  });
});

describe('rows that cannot be read', () => {
  it('are listed by sqlserver check, and with a department', async () => {
    await run(`INSERT INTO dbo.Accounts (Code, Name, AllowedPrefixes) VALUES ('4821', N'Smith', 'abc;')`);
    await run(`INSERT INTO dbo.Extensions (Number, Name, MostDigits) VALUES ('299', N'Lobby', -4)`);
    await run(`INSERT INTO dbo.Departments (Name, CallerNumber) VALUES (N'Sales', '+1-801'), (N'Legal', NULL)`);
    await run(`INSERT INTO dbo.RateTables (Name, Currency, MarkupBasisPoints) VALUES (N'std', 'USD', -1)`);
    await run(`INSERT INTO dbo.Rates (TableId, Version, Prefix, Destination, PriceMicros)
SELECT Id, Version, p.Prefix, N'', p.Price FROM dbo.RateTables, (VALUES ('1', 5), ('44', -5)) p (Prefix, Price)`);
    const checked = await command('sqlserver', 'check');
    expect(checked).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^rows +some cannot be read, see below$/m),
    });
    const lines = checked.stderr.split('\n').filter((line) => / Id \d+, /.test(line));
    expect(lines.map((line) => / dbo\.(\w+), Id \d+, (\w+)/.exec(line)?.slice(1))).toEqual([
      ['Departments', 'CallerNumber'],
      ['Accounts', 'AllowedPrefixes'],
      ['Extensions', 'MostDigits'],
      ['RateTables', 'MarkupBasisPoints'],
      ['Rates', 'PriceMicros'],
    ]);
    const list = (await command('departments', 'list')).stdout;
    expect(list).toMatch(/^NAME .* PROBLEM\n/);
    expect(list).toMatch(/Sales .*dbo\.Departments, Id \d+, CallerNumber: it is not a number in E\.164/);
    expect((await command('departments', 'show', 'sales')).stdout).toMatch(
      /name: +Sales\n(?:.*\n)*extensions: +0\nproblem: +dbo\.Departments, Id \d+, CallerNumber/,
    );
    const legal = JSON.parse((await command('departments', 'show', 'Legal', '--json')).stdout) as object;
    expect(legal).toMatchObject({ name: 'Legal', callerNumber: null, accounts: 0, extensions: 0 });
    expect(legal).not.toHaveProperty('problems');
    expect((await command('departments', 'show', 'Nobody')).code).toBe(1);
  });
});

describe('an import that changes nothing', () => {
  it('writes nothing', async () => {
    const file = join(folder, 'same.csv');
    const rows = Array.from({ length: 600 }, (_, index) => `${1000 + index},Account ${index},Sales`);
    writeFileSync(file, ['code,name,department', ...rows].join('\n'));
    expect((await command('accounts', 'import', file)).stdout).toContain('Added 600 and changed 0 accounts');
    const changes = async () => {
      const { recordset } = await database.pool
        .request()
        .query<{ n: number }>('SELECT COUNT(*) AS n FROM dbo.DirectoryChanges');
      return recordset[0]?.n;
    };
    const before = await changes();
    expect((await command('accounts', 'import', file)).stdout).toContain('Added 0 and changed 0 accounts');
    expect(await changes()).toBe(before);
    writeFileSync(file, ['code,name,department', ...rows.with(7, '1007,ACCOUNT 7,Sales')].join('\n'));
    expect((await command('accounts', 'import', file)).stdout).toContain('Added 0 and changed 1 accounts');
    expect(await changes()).toBe((before ?? 0) + 1);
  });
});

/** What a column of a type can hold at its ends, as T-SQL. */
function ends(type: string, bytes: number): string[] {
  const text = (prefix: string, room: number) => [
    ...["''", "' '", "','", "'x'", "'-1'", "'1;2'", "'1,,2'", "'²'", 'CHAR(0)', 'CHAR(10)', "'\u00a0'", "'%'"].map(
      (one) => (one.startsWith("'") ? prefix + one : one),
    ),
    `REPLICATE(${prefix}'9', ${room})`,
    ...(prefix === '' ? [] : [`N'\u202e\ud83d\ude00'`, `N'１２'`, `N'٣'`]),
  ];
  switch (type) {
    case 'int':
      return ['-2147483648', '-1', '0', '2147483647'];
    case 'tinyint':
      return ['0', '255'];
    case 'bigint':
      return ['-9223372036854775808', '-1', '0', '9007199254740993', '9223372036854775807'];
    case 'bit':
      return ['0', '1'];
    case 'datetime2':
      return [`'0001-01-01'`, `'1752-09-14'`, `'9999-12-31T23:59:59.999'`];
    case 'nvarchar':
      return text('N', bytes / 2);
    default:
      return text('', bytes);
  }
}

describe('any value that a column can hold', () => {
  const tables = [
    {
      name: 'Accounts',
      insert: (at: number) => `INSERT INTO dbo.Accounts (Code, Name) VALUES ('${70_000 + at}', N'odd')`,
      key: 'Code',
      of: (at: number) => `'${70_000 + at}'`,
    },
    {
      name: 'Extensions',
      insert: (at: number) => `INSERT INTO dbo.Extensions (Number, Name) VALUES ('${7000 + at}', N'')`,
      key: 'Number',
      of: (at: number) => `'${7000 + at}'`,
    },
    {
      name: 'Departments',
      insert: (at: number) => `INSERT INTO dbo.Departments (Name) VALUES (N'd${at}')`,
      key: 'Name',
      of: (at: number) => `N'd${at}'`,
    },
    {
      name: 'RateTables',
      insert: (at: number) => `INSERT INTO dbo.RateTables (Name, Currency) VALUES (N't${at}', 'USD')`,
      key: 'Name',
      of: (at: number) => `N't${at}'`,
    },
    {
      name: 'Rates',
      insert: (at: number) =>
        `INSERT INTO dbo.Rates (TableId, Version, Prefix, Destination, PriceMicros) SELECT MIN(Id), 0, '${1000 + at}', N'', 1 FROM dbo.RateTables`,
      key: 'Prefix',
      of: (at: number) => `'${1000 + at}'`,
    },
  ] as const;

  it.each(tables)(
    'of dbo.$name holds up no other change, and nothing that reads the directory',
    async ({ name, insert, key, of }) => {
      await run(`INSERT INTO dbo.RateTables (Name, Currency) VALUES (N'std', 'USD')`);
      const { recordset: columns } = await database.pool.request().query<{ n: string; t: string; b: number }>(
        `SELECT c.name AS n, y.name AS t, c.max_length AS b FROM sys.columns c JOIN sys.types y ON y.user_type_id = c.user_type_id
WHERE c.object_id = OBJECT_ID('dbo.${name}') AND c.is_identity = 0 AND c.is_computed = 0`,
      );
      expect(columns.length).toBeGreaterThan(2);
      const odd = columns
        .filter(({ n }) => !/^(id|departmentid|defaultaccountid|tableid|rowversion)$/i.test(n))
        .flatMap(({ n, t, b }) => ends(t, b).map((value) => ({ n, value })));
      await run(odd.map((_, at) => insert(at)).join(';\n'));
      const stored: string[] = [];
      for (const [at, { n, value }] of odd.entries()) {
        // Two of them may not be there twice (a code, a name): the first is odd enough.
        await run(`UPDATE dbo.${name} SET ${n} = ${value} WHERE ${key} = ${of(at)}`).then(
          () => stored.push(`${n} ${value}`),
          (error: unknown) =>
            expect([n, value, String(error)]).toEqual([
              n,
              value,
              expect.stringMatching(
                /duplicate|truncat|too long|null character|invalid|0x00|convert|overflow|out of range/i,
              ),
            ]),
        );
      }
      expect(stored.length).toBeGreaterThan(odd.length / 2);
      const since = performance.now();
      await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('55', N'canary')`);
      await becomes(() => isGood('55'), true);
      await run(`UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '55'`);
      await becomes(() => isGood('55'), false);
      process.stdout.write(
        `${name}: ${stored.length} odd values, followed ${Math.round(performance.now() - since)} ms later\n`,
      );
      expect(controller.logged()).not.toContain('unreachable');
      for (const words of [
        ['accounts', 'list'],
        ['extensions', 'list'],
        ['departments', 'list'],
        ['rates', 'tables'],
      ]) {
        expect([words, (await command(...words)).code]).toEqual([words, 0]);
      }
    },
  );
});
