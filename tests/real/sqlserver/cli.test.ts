import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listMigrations } from '../../../src/store/sqlserver/migrate.ts';
import { run, type Ran } from '../../cli/run.ts';
import { createDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase(true);
});
afterAll(() => database.drop());

const billing = (args: readonly string[], connectionString = database.connectionString): Promise<Ran> =>
  run(args, { BILLING_SQLSERVER_CONNECTION_STRING: connectionString });
const tables = async (): Promise<number> => {
  const { recordset } = await database.pool
    .request()
    .query<{ n: number }>("SELECT COUNT(*) AS n FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'dbo'");
  return recordset[0]?.n ?? -1;
};
const last = listMigrations().length;
const changed = (part: RegExp, to: string): string => database.connectionString.replace(part, to);

describe('billing-codes migrate', () => {
  it('says what it would do with --dry-run, and does nothing', async () => {
    const ran = await billing(['migrate', '--dry-run']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain(`from version 0 to ${last}, nothing was changed\n  0001-`);
    expect(await tables()).toBe(0);
  });

  it('has not run yet, as check reports', async () => {
    const ran = await billing(['sqlserver', 'check']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^billing-codes: the schema .*run billing-codes migrate\n$/);
  });

  it('refuses a database that belongs to something else, and leaves it alone', async () => {
    await database.pool.request().batch('CREATE TABLE dbo.Accounts (Balance INT)');
    const ran = await billing(['migrate']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^billing-codes: .*belongs to something else.*Accounts.*name another database\n$/i);
    expect(await tables()).toBe(1);
    await database.pool.request().batch('DROP TABLE dbo.Accounts');
  });

  it('creates the schema once if two controllers do it at the same moment, and does nothing the second time', async () => {
    const [one, two] = await Promise.all([billing(['migrate']), billing(['migrate'])]);
    expect([one, two]).toMatchObject([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const { recordset } = await database.pool
      .request()
      .query('SELECT Version FROM dbo.SchemaMigrations ORDER BY Version');
    expect(recordset).toEqual(Array.from({ length: last }, (_, index) => ({ Version: index + 1 })));
    expect((await billing(['migrate'])).stdout).toContain(`the schema is up to date (version ${last})`);
  });

  it('may run each file again as it is', async () => {
    for (const { batches } of listMigrations()) {
      for (const batch of batches) await database.pool.request().batch(batch);
    }
    expect((await billing(['migrate'])).code).toBe(0);
  });

  it('refuses a database that is newer than the program', async () => {
    await database.pool.request().batch(`INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (9999, 'later')`);
    try {
      for (const command of [['migrate'], ['migrate', '--dry-run']]) {
        const ran = await billing(command);
        expect(ran.code).toBe(2);
        expect(ran.stderr).toMatch(
          /^billing-codes: .*version 9999, newer than this program.*start the newer program\n$/,
        );
      }
    } finally {
      await database.pool.request().batch('DELETE FROM dbo.SchemaMigrations WHERE Version = 9999');
    }
  });
});

describe('billing-codes sqlserver check', () => {
  it('prints version, edition, login, rights, schema, clock difference and round trip', async () => {
    const ran = await billing(['sqlserver', 'check']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^connected to +127/m);
    expect(ran.stdout).toMatch(/^version +\S/m);
    expect(ran.stdout).toMatch(/^edition +\S/m);
    expect(ran.stdout).toMatch(/^rights +all that a controller needs$/m);
    expect(ran.stdout).toContain(`version ${last} of ${last}`);
    expect(ran.stdout).toMatch(/^clock +\d+ ms (?:behind|ahead of) ours$/m);
    expect(ran.stdout).toMatch(/^round trip +\d+\.\d ms$/m);
  });

  it.each([
    ['nothing listens there', /,\d+;/, ',1;', /127\.0\.0\.1:1\/.*ECONNREFUSED/],
    ['the password is wrong', /Password=[^;]*/, 'Password=wrong-one', /login|password/i],
    ['there is no such database', /Database=[^;]*/, 'Database=no_such_database', /database/i],
    ['the host has no address', /Server=[^,;]*/, 'Server=no-such-host.invalid', /no-such-host\.invalid/],
  ])('says in one line what is wrong if %s', async (_, part, to, why) => {
    for (const command of [['sqlserver', 'check'], ['migrate']]) {
      const ran = await billing(command, changed(part, to));
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toMatch(/^billing-codes: [^\n]+\n$/);
      expect(ran.stderr).toMatch(why);
      expect(ran.stderr).not.toContain('wrong-one');
    }
  });

  it.each([['nonsense'], ['Database=x;User Id=y;Password=z'], ['Server=']])(
    'refuses the connection string %s',
    async (text) => {
      const ran = await billing(['sqlserver', 'check'], text);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toMatch(/^billing-codes: sqlserver\.connectionString [^\n]+\n$/);
    },
  );

  it('says what to set if no SQL Server is configured', async () => {
    for (const command of [['sqlserver', 'check'], ['migrate']]) {
      const ran = await run(command);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toMatch(/^billing-codes: no SQL Server is configured: set sqlserver\.server/);
    }
  });
});
