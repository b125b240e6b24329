import sql from 'mssql';
import { rateColumns } from '../../tables/rate.ts';
import type { CarriedColumn, CarriedRow } from '../../tables/carried.ts';
import { within } from '../transaction.ts';
import { requestOf, type Carrying } from './ids.ts';
import { localId, stage } from './stage.ts';

const columns = Object.values(rateColumns);
const names = columns.map(({ sqlServer }) => sqlServer).join(', ');
const staged = columns.map(({ sqlServer }) => `s.${sqlServer}`).join(', ');
const removedAtOnce = 5000;

/** A version of a rate table that counts here. `localTableId`: the table's id here. */
export type CarriedVersion = {
  localTableId: number;
  version: number;
  isDefault: boolean;
  import: { source: string; startedAtMs: number; finishedAtMs: number | null; rates: number } | null;
};

const tableThere = `(SELECT m.Id FROM dbo.CarriedIds m WHERE m.FileId = @fileId AND m.Kind = @kind AND m.LocalId = @localTableId)`;

function versionRequest(transaction: sql.Transaction, carrying: Carrying, { localTableId, version }: CarriedVersion) {
  return requestOf(transaction, carrying, 'rate-table')
    .input('localTableId', sql.Int(), localTableId)
    .input('version', sql.Int(), version);
}

/** Whether these rates count there already. */
export function isInEffect(carrying: Carrying, of: CarriedVersion): Promise<boolean> {
  return within(carrying.pool, carrying.where, 'The rate table', async (transaction) => {
    const { recordset } = await versionRequest(transaction, carrying, of).query(
      `SELECT Id FROM dbo.RateTables WHERE Id = ${tableThere} AND Version = @version`,
    );
    return recordset.length > 0;
  });
}

/** Some rates of a version that does not count there yet; those that are there stay. */
export function carryRates(carrying: Carrying, of: CarriedVersion, rows: readonly CarriedRow[]): Promise<void> {
  return within(carrying.pool, carrying.where, 'The rates', async (transaction) => {
    await stage(transaction, [localId, ...columns], rows);
    const isThere = `EXISTS (SELECT 1 FROM dbo.Rates t WHERE t.TableId = ${tableThere} AND t.Version = @version AND t.Prefix = s.Prefix AND t.Scope = s.Scope
  AND (t.ValidFrom = s.ValidFrom OR (t.ValidFrom IS NULL AND s.ValidFrom IS NULL)))`;
    if (carrying.keepIds) {
      await versionRequest(transaction, carrying, of).query(`SET IDENTITY_INSERT dbo.Rates ON;
INSERT INTO dbo.Rates (Id, TableId, Version, ${names}) SELECT s.LocalId, ${tableThere}, @version, ${staged} FROM #Carry s
WHERE NOT ${isThere} AND NOT EXISTS (SELECT 1 FROM dbo.Rates t WHERE t.Id = s.LocalId);
SET IDENTITY_INSERT dbo.Rates OFF;`);
    }
    await versionRequest(transaction, carrying, of).query(
      `INSERT INTO dbo.Rates (TableId, Version, ${names}) SELECT ${tableThere}, @version, ${staged} FROM #Carry s WHERE NOT ${isThere}`,
    );
  });
}

/** Puts a version into effect that was carried over as a whole, with the note of its import. */
export async function putInEffect(carrying: Carrying, of: CarriedVersion): Promise<void> {
  await within(carrying.pool, carrying.where, 'The rate table', async (transaction) => {
    if (of.import !== null) {
      const { source, startedAtMs, finishedAtMs, rates } = of.import;
      await versionRequest(transaction, carrying, of)
        .input('source', sql.NVarChar(400), source.slice(0, 400))
        .input('startedAt', sql.DateTime2(3), new Date(startedAtMs))
        .input('finishedAt', sql.DateTime2(3), finishedAtMs === null ? null : new Date(finishedAtMs))
        .input('rates', sql.Int(), rates)
        .query(`INSERT INTO dbo.RateImports (TableId, Version, Source, StartedAt, FinishedAt, Rates)
SELECT ${tableThere}, @version, @source, @startedAt, @finishedAt, @rates
WHERE NOT EXISTS (SELECT 1 FROM dbo.RateImports i WHERE i.TableId = ${tableThere} AND i.Version = @version)`);
    }
    await versionRequest(transaction, carrying, of).query(
      `UPDATE dbo.RateTables SET Version = @version WHERE Id = ${tableThere} AND Version <> @version`,
    );
    if (!of.isDefault) return;
    await versionRequest(transaction, carrying, of).query(
      `INSERT INTO dbo.DefaultRateTable (TableId) SELECT ${tableThere} WHERE NOT EXISTS (SELECT 1 FROM dbo.DefaultRateTable)`,
    );
  });
  for (let removed = removedAtOnce; removed === removedAtOnce;) {
    removed = await within(carrying.pool, carrying.where, 'The rates', async (transaction) => {
      const { rowsAffected } = await versionRequest(transaction, carrying, of).query(
        `DELETE FROM dbo.Rates WHERE Id IN (SELECT TOP (${removedAtOnce}) Id FROM dbo.Rates WHERE TableId = ${tableThere} AND Version <> @version)`,
      );
      return rowsAffected.at(-1) ?? 0;
    });
  }
}

const assigned = {
  account: { table: 'dbo.AccountRateTables', column: 'AccountId' },
  department: { table: 'dbo.DepartmentRateTables', column: 'DepartmentId' },
} as const;
const tableColumn: CarriedColumn = { sqlite: 'tableId', sqlServer: 'LocalTableId', type: { kind: 'integer' } };

/** Makes the assignments of all that was carried over what they are here. */
export async function carryAssignments(
  carrying: Carrying,
  to: 'account' | 'department',
  assignments: readonly { id: number; tableId: number }[],
): Promise<void> {
  const { table, column } = assigned[to];
  const given = `#Carry s JOIN dbo.CarriedIds m ON m.FileId = @fileId AND m.Kind = @kind AND m.LocalId = s.LocalId
JOIN dbo.CarriedIds r ON r.FileId = @fileId AND r.Kind = 'rate-table' AND r.LocalId = s.LocalTableId`;
  await within(carrying.pool, carrying.where, 'The assignment', async (transaction) => {
    await stage(transaction, [localId, tableColumn], assignments);
    const run = (text: string) => requestOf(transaction, carrying, to).query(text);
    await run(`DELETE FROM ${table} WHERE ${column} IN (SELECT m.Id FROM dbo.CarriedIds m WHERE m.FileId = @fileId AND m.Kind = @kind
  AND NOT EXISTS (SELECT 1 FROM #Carry s WHERE s.LocalId = m.LocalId))`);
    await run(`UPDATE t SET TableId = r.Id FROM ${table} t JOIN dbo.CarriedIds m ON m.FileId = @fileId AND m.Kind = @kind AND m.Id = t.${column}
JOIN #Carry s ON s.LocalId = m.LocalId JOIN dbo.CarriedIds r ON r.FileId = @fileId AND r.Kind = 'rate-table' AND r.LocalId = s.LocalTableId
WHERE t.TableId <> r.Id`);
    await run(`INSERT INTO ${table} (${column}, TableId) SELECT m.Id, r.Id FROM ${given}
WHERE NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.${column} = m.Id)`);
  });
}
