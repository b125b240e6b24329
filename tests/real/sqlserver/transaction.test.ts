import sql from 'mssql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestOn } from '../../../src/store/sqlserver/request.ts';
import { within } from '../../../src/store/sqlserver/transaction.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await sharedDatabase();
});
afterAll(() => database.drop());

describe('a transaction', () => {
  it('that is the victim of a deadlock is run again, so that both succeed', async () => {
    const { pool } = database;
    await pool.request().batch(`INSERT INTO dbo.Departments (Name) VALUES (N'one'), (N'two')`);
    const { promise: bothBegan, resolve } = Promise.withResolvers<undefined>();
    let began = 0;
    let runs = 0;
    const crossing = (first: string, second: string): Promise<void> =>
      within(pool, database.name, 'The department', async (transaction) => {
        runs += 1;
        const rename = (name: string) =>
          transaction.request().query(`UPDATE dbo.Departments SET Name = Name + N'.' WHERE Name LIKE N'${name}%'`);
        await rename(first);
        began += 1;
        if (began === 2) resolve(undefined);
        await bothBegan;
        await rename(second);
      });
    await Promise.all([crossing('one', 'two'), crossing('two', 'one')]);
    expect(runs).toBe(3);
    const { recordset } = await pool.request().query('SELECT Name FROM dbo.Departments ORDER BY Name');
    expect(recordset).toEqual([{ Name: 'one..' }, { Name: 'two..' }]);
  });

  it('whose foreign keys are checked after a temporary table was made is done all the same', async () => {
    const pool = await new sql.ConnectionPool({ ...database.config, pool: { max: 1 } }).connect();
    const names = (): Promise<void> =>
      within(pool, database.name, 'The account', async (transaction) => {
        await transaction.request().query(`INSERT INTO dbo.Accounts (Code, Name, DepartmentId)
SELECT CAST(700 + COUNT(*) AS VARCHAR(20)), N'a', (SELECT MIN(Id) FROM dbo.Departments) FROM dbo.Accounts`);
      });
    try {
      await names();
      await within(pool, database.name, 'The table', async (transaction) => {
        await transaction.request().batch('CREATE TABLE #Beside (Id INT NOT NULL)');
      });
      await names();
      const { recordset } = await pool.request().query('SELECT Code FROM dbo.Accounts ORDER BY Code');
      expect(recordset).toEqual([{ Code: '700' }, { Code: '701' }]);
    } finally {
      await pool.close();
    }
  });

  it('has requests whose parameters need no type', async () => {
    const texts = await within(database.pool, database.name, 'The words', async (transaction) => {
      const untyped = requestOn(transaction).input('word', 'näher'.repeat(2000)).input('at', new Date(0));
      const { recordset } = await untyped.query<{ length: number; year: number }>(
        'SELECT LEN(@word) AS length, YEAR(@at) AS year',
      );
      return recordset;
    });
    expect(texts).toEqual([{ length: 10_000, year: 1970 }]);
  });
});
