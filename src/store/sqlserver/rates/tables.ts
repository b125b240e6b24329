import sql from 'mssql';
import type { RateTableCopy } from '../../ports/rate-replica.ts';
import { settledTable } from '../../rate-settings.ts';
import type { RateStore, RateTableSummary } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import {
  insertTable,
  plainTable,
  selectedTable,
  tableParameters,
  tablesFrom,
  updateTable,
  type RateTableRow,
} from './rows.ts';
import { readTable } from './reading.ts';
import { within } from '../transaction.ts';
import { requestOn } from '../request.ts';

/** Rate tables in SQL Server, and whom they are for; rejects with a `StoreError`. */
export function sqlServerRateTables(
  pool: sql.ConnectionPool,
  where: string,
): Pick<RateStore, 'listRateTables' | 'saveRateTable' | 'assignRateTable'> {
  return {
    listRateTables: async () =>
      within(pool, where, 'The rate tables', async (transaction) => {
        const { recordset } = await requestOn(transaction).query<SummaryRow>(selectSummaries);
        return recordset.map(summaryOf);
      }),

    saveRateTable: (name, { isDefault, ...settings }) =>
      within(pool, where, 'The rate table', async (transaction) => {
        const present = await tableByName(transaction, name);
        const table = settledTable(
          present?.name ?? name,
          settings,
          present === null ? null : { ...present, hasRates: await hasRates(transaction, present) },
        );
        const request = tableParameters(requestOn(transaction), table);
        await (present === null
          ? request.query(insertTable(1))
          : request.input('id', sql.Int(), present.id).query(`${updateTable} WHERE Id = @id`));
        const saved = await existing(transaction, name);
        if (isDefault === true) await makeDefault(transaction, saved.id);
        return plainTable(saved);
      }),

    assignRateTable: (to, table) =>
      within(pool, where, 'The assignment', async (transaction) => {
        const { into, column, id } = await assignee(transaction, to);
        const tableId = table === null ? null : (await existing(transaction, table)).id;
        await requestOn(transaction).input('id', sql.Int(), id).query(`DELETE FROM ${into} WHERE ${column} = @id`);
        if (tableId === null) return;
        await requestOn(transaction)
          .input('id', sql.Int(), id)
          .input('tableId', sql.Int(), tableId)
          .query(`INSERT INTO ${into} (${column}, TableId) VALUES (@id, @tableId)`);
      }),
  };
}

type SummaryRow = RateTableRow & {
  rates: number;
  source: string | null;
  importedAtMs: Date | null;
  accounts: number;
  departments: number;
};

/** An import's own count, where its version is what a file said; else the rates are counted. */
const selectSummaries = `SELECT ${selectedTable}, i.Source AS source, i.FinishedAt AS importedAtMs,
  (SELECT COUNT(*) FROM dbo.Rates r WHERE r.TableId = t.Id AND r.Version = t.Version) AS rates,
  (SELECT COUNT(*) FROM dbo.AccountRateTables a WHERE a.TableId = t.Id) AS accounts,
  (SELECT COUNT(*) FROM dbo.DepartmentRateTables m WHERE m.TableId = t.Id) AS departments
FROM ${tablesFrom} LEFT JOIN dbo.RateImports i ON i.TableId = t.Id AND i.Version = t.Version
ORDER BY CASE WHEN d.TableId IS NULL THEN 1 ELSE 0 END, t.Name`;

function summaryOf(row: SummaryRow): RateTableSummary {
  const { source, importedAtMs, rates, accounts, departments } = row;
  const { table, problem } = readTable(row);
  return {
    ...table,
    ...(problem === null ? {} : { problem }),
    ...{ rates, source, accounts, departments },
    importedAtMs: importedAtMs?.getTime() ?? null,
  };
}

/** Whatever the case of its name. What cannot be read of it has defaults. */
export async function tableByName(transaction: sql.Transaction, name: string): Promise<RateTableCopy | null> {
  const { recordset } = await requestOn(transaction)
    .input('name', sql.NVarChar(200), name)
    .query<RateTableRow>(`SELECT ${selectedTable} FROM ${tablesFrom} WHERE LOWER(t.Name) = LOWER(@name)`);
  const [row] = recordset;
  return row === undefined ? null : readTable(row).table;
}

async function existing(transaction: sql.Transaction, name: string): Promise<RateTableCopy> {
  const table = await tableByName(transaction, name);
  if (table === null) throw new StoreError('invalid', `There is no rate table "${name}".`);
  return table;
}

export async function makeDefault(transaction: sql.Transaction, tableId: number): Promise<void> {
  const request = () => requestOn(transaction).input('tableId', sql.Int(), tableId);
  const { rowsAffected } = await request().query('UPDATE dbo.DefaultRateTable SET TableId = @tableId WHERE Id = 1');
  if ((rowsAffected.at(-1) ?? 0) > 0) return;
  await request().query('INSERT INTO dbo.DefaultRateTable (TableId) VALUES (@tableId)');
}

async function hasRates(transaction: sql.Transaction, { id, version }: RateTableCopy): Promise<boolean> {
  const { recordset } = await requestOn(transaction)
    .input('id', sql.Int(), id)
    .input('version', sql.Int(), version)
    .query('SELECT TOP (1) Id FROM dbo.Rates WHERE TableId = @id AND Version = @version');
  return recordset.length > 0;
}

async function assignee(
  transaction: sql.Transaction,
  to: Parameters<RateStore['assignRateTable']>[0],
): Promise<{ into: string; column: string; id: number }> {
  const isAccount = 'accountCode' in to;
  const { recordset } = await (isAccount
    ? requestOn(transaction)
        .input('code', sql.VarChar(20), to.accountCode)
        .query<{ id: number }>('SELECT Id AS id FROM dbo.Accounts WHERE Code = @code')
    : requestOn(transaction)
        .input('name', sql.NVarChar(200), to.department)
        .query<{ id: number }>('SELECT Id AS id FROM dbo.Departments WHERE LOWER(Name) = LOWER(@name)'));
  const [row] = recordset;
  if (row === undefined) {
    throw new StoreError(
      'invalid',
      isAccount ? 'No account has this code.' : `There is no department "${to.department}".`,
    );
  }
  return isAccount
    ? { into: 'dbo.AccountRateTables', column: 'AccountId', id: row.id }
    : { into: 'dbo.DepartmentRateTables', column: 'DepartmentId', id: row.id };
}
