import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrationsFolder } from '../../../src/store/sqlserver/migrate.ts';
import { createDatabase, type TestDatabase } from './server.ts';

const readme = readFileSync(join(migrationsFolder, '..', 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```sql\n([^`]*)```/g)].map(([, text]) => text ?? '');

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

describe('sql/README.md', () => {
  it('has a heading for every table, view and procedure that exists, and for no other', async () => {
    const { recordset } = await database.pool.request().query<{ Name: string }>(
      `SELECT TABLE_NAME AS Name FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'dbo'
UNION SELECT ROUTINE_NAME FROM INFORMATION_SCHEMA.ROUTINES WHERE ROUTINE_SCHEMA = 'dbo' AND ROUTINE_TYPE = 'PROCEDURE'`,
    );
    const described = [...readme.matchAll(/^### (.*)$/gm)].flatMap(([, names]) => names?.match(/(?<=dbo\.)\w+/g) ?? []);
    const lower = (names: string[]): string[] => names.map((name) => name.toLowerCase()).sort();
    expect(lower(described)).toEqual(lower(recordset.map(({ Name }) => Name)));
  });

  it('names every column of call records', async () => {
    const { recordset } = await database.pool
      .request()
      .query<{ Name: string }>(
        `SELECT COLUMN_NAME AS Name FROM INFORMATION_SCHEMA.COLUMNS WHERE LOWER(TABLE_NAME) = 'callrecords'`,
      );
    expect(recordset.length).toBeGreaterThan(20);
    for (const { Name } of recordset) expect(readme.toLowerCase()).toContain(`\`${Name.toLowerCase()}\``);
  });

  it('has examples that run, in their order', async () => {
    expect(examples.length).toBeGreaterThan(6);
    for (const example of examples) await database.pool.request().batch(example);
    const { recordset } = await database.pool
      .request()
      .query<{ Accounts: number; Assigned: number }>(
        'SELECT (SELECT COUNT(*) FROM dbo.Accounts WHERE Enabled = 1) AS Accounts, (SELECT COUNT(*) FROM dbo.AccountRateTables) AS Assigned',
      );
    expect(recordset).toEqual([{ Accounts: 1, Assigned: 1 }]);
  });
});
