import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { run, type Ran } from '../../cli/run.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await sharedDatabase();
  folder = mkdtempSync(join(tmpdir(), 'billing-record-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});
beforeEach(() => database.empty());

const command = (...args: string[]): Promise<Ran> =>
  run(args, {
    BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString,
    BILLING_DATA_DIR: join(folder, 'data'),
  });

async function count(table: string): Promise<number> {
  const { recordset } = await database.pool.request().query<{ n: number }>(`SELECT COUNT(*) AS n FROM dbo.${table}`);
  return recordset[0]?.n ?? -1;
}

const fileOf = (name: string, lines: readonly string[]): string => {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

describe('commands on a SQL Server', () => {
  it('add, change and list accounts there', async () => {
    expect(
      await command('accounts', 'add', '--code', '12345', '--name', 'Smith & Co', '--department', 'Legal'),
    ).toEqual({ code: 0, stdout: 'Added Smith & Co.\n', stderr: '' });
    expect((await command('accounts', 'disable', '12345')).code).toBe(0);
    const { recordset } = await database.pool.request().query('SELECT Code, Name, Enabled FROM dbo.Accounts');
    expect(recordset).toEqual([{ Code: '12345', Name: 'Smith & Co', Enabled: false }]);
    expect((await command('accounts', 'list', '--show-codes')).stdout).toContain('12345');
    expect((await command('accounts', 'add', '--code', '12345', '--name', 'again')).code).toBe(2);
  });

  it('import accounts there, all or nothing', async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => `${10_000 + index},Account ${index},Sales`);
    const bad = fileOf('bad.csv', ['code,name,department', ...rows, '12a,wrong,Sales']);
    const refused = await command('accounts', 'import', bad);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('bad.csv:2002: ');
    expect([await count('Accounts'), await count('Departments')]).toEqual([0, 0]);
    const good = fileOf('good.csv', ['code,name,department', ...rows]);
    expect((await command('accounts', 'import', good)).stdout).toBe('Added 2000 and changed 0 accounts.\n');
    expect((await command('accounts', 'import', good)).stdout).toBe('Added 0 and changed 0 accounts.\n');
    const renamed = fileOf('renamed.csv', [
      'code,name,department',
      ...rows.map((row) => row.replace('Account', 'Client')),
    ]);
    expect((await command('accounts', 'import', renamed)).stdout).toBe('Added 0 and changed 2000 accounts.\n');
    expect([await count('Accounts'), await count('Departments')]).toEqual([2000, 1]);
  });

  it('import and explain rates there', async () => {
    const file = fileOf('rates.csv', [
      'prefix,destination,price per minute,currency',
      '1801,Utah,0.012,USD',
      '44,United Kingdom,0.03,USD',
    ]);
    const imported = await command('rates', 'import', file, '--increments', '60/60');
    expect({ code: imported.code, stderr: imported.stderr }).toMatchObject({ code: 0 });
    expect(await count('Rates')).toBe(2);
    const explained = await command('rates', 'explain', '18016424655');
    expect(explained).toMatchObject({ code: 0 });
    expect(explained.stdout).toContain('Utah');
    expect((await command('rates', 'tables')).stdout).toContain('USD');
  });

  it('say in one line that the server cannot be reached, and change nothing', async () => {
    const { code, stdout, stderr } = await run(['accounts', 'list'], {
      BILLING_SQLSERVER_SERVER: '127.0.0.1',
      BILLING_SQLSERVER_PORT: '1',
      BILLING_DATA_DIR: join(folder, 'data'),
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^billing-codes: SQL Server 127\.0\.0\.1:1\/billing: .*\n$/);
  });
});
