import sql from 'mssql';
import { assignedTable, compareRates, prefixesOf, type AssignedTables, type Rate } from '../../../rating/rate.ts';
import type { RateTableCopy } from '../../ports/rate-replica.ts';
import type { RateStore, RateVersion } from '../../ports/rate-store.ts';
import { plainTable, selectedRate, selectedTable, tablesFrom, type RateRow, type RateTableRow } from './rows.ts';
import { rateTableOf, readRates } from './reading.ts';
import { tableByName } from './tables.ts';
import { StoreError } from '../../ports/store-error.ts';
import { within } from '../transaction.ts';
import { placeAtEnd } from './months.ts';
import { monthKey, type Allowance } from '../../../rating/month.ts';
import { accountOf, selectAccounts, type AccountRow } from '../directory/rows.ts';
import { listOf } from '../statements.ts';
import { requestOn } from '../request.ts';

const exportedAtOnce = 1000;

/** What calls are priced by. */
export type RatesOfRecord = Pick<RateStore, 'rateTableOf' | 'ratesFor'> & {
  /** What the account has free a month; null: nothing. */
  allowanceOf(accountId: number | null): Promise<Allowance | null>;
};

/** Reads rates in SQL Server; rejects with a `StoreError`. Prices are made by the controllers, in their local files. */
export function sqlServerRates(
  pool: sql.ConnectionPool,
  where: string,
): RatesOfRecord & Pick<RateStore, 'monthSoFar' | 'exportRates' | 'listRateVersions'> {
  return {
    monthSoFar: (payer, month) =>
      within(pool, where, 'The month', (transaction) => placeAtEnd(transaction, monthKey(payer, month))),
    allowanceOf: (accountId) => allowanceOf(pool, where, accountId),
    rateTableOf: (call) =>
      within(pool, where, 'The rate table', async (transaction) => {
        const { recordset } = await requestOn(transaction)
          .input('accountId', sql.Int(), call.accountId)
          .input('departmentId', sql.Int(), call.departmentId)
          .query<AssignedTables>(
            `SELECT (SELECT TableId FROM dbo.AccountRateTables WHERE AccountId = @accountId) AS account,
  (SELECT TableId FROM dbo.DepartmentRateTables WHERE DepartmentId = @departmentId) AS department,
  (SELECT TableId FROM dbo.DefaultRateTable) AS [default]`,
          );
        const [tables] = recordset;
        const found = tables === undefined ? null : assignedTable(tables);
        if (found === null) return null;
        const { recordset: rows } = await requestOn(transaction)
          .input('id', sql.Int(), found.tableId)
          .query<RateTableRow>(`SELECT ${selectedTable} FROM ${tablesFrom} WHERE t.Id = @id`);
        const [table] = rows;
        if (table === undefined) return null;
        return { table: plainTable(rateTableOf(table)), by: found.by };
      }),

    ratesFor: (tableId, e164) =>
      within(pool, where, 'The rates', async (transaction) => {
        const prefixes = prefixesOf(e164);
        const request = requestOn(transaction).input('tableId', sql.Int(), tableId);
        const list = listOf(request, 'prefix', sql.VarChar(15), prefixes);
        const { recordset } = await request.query<FullRow>(
          `SELECT ${selectedFull} FROM dbo.Rates r
JOIN dbo.RateTables t ON t.Id = r.TableId AND t.Version = r.Version WHERE r.TableId = @tableId AND r.Prefix IN (${list})`,
        );
        return fullRates(recordset).sort(compareRates);
      }),

    listRateVersions: (name) =>
      within(pool, where, 'The rates', (transaction) => listVersions(requestOn(transaction), name)),

    async *exportRates(name, version) {
      const present = await within(pool, where, 'The rates', (transaction) => tableByName(transaction, name));
      if (present === null) return;
      const table = { ...present, version: version ?? present.version };
      let last: Rate | null = null;
      for (;;) {
        const rates: Rate[] = await nextPiece(pool, where, table, last);
        if (rates.length > 0) yield rates;
        last = rates.at(-1) ?? null;
        if (last === null || rates.length < exportedAtOnce) return;
      }
    },
  };
}

function allowanceOf(pool: sql.ConnectionPool, where: string, accountId: number | null): Promise<Allowance | null> {
  if (accountId === null) return Promise.resolve(null);
  return within(pool, where, 'The account', async (transaction) => {
    const { recordset } = await requestOn(transaction)
      .input('id', sql.Int(), accountId)
      .query<AccountRow>(`${selectAccounts} WHERE Id = @id AND IncludedMinutes IS NOT NULL`);
    const [row] = recordset;
    return row === undefined ? null : accountOf(row);
  });
}

type VersionRow = Omit<RateVersion, 'isCurrent' | 'importedAtMs'> & { isCurrent: number; importedAtMs: Date | null };

const selectVersions = `SELECT i.Version AS version, CASE WHEN i.Version = t.Version THEN 1 ELSE 0 END AS isCurrent,
  i.Source AS source, i.FinishedAt AS importedAtMs, i.Rates AS rates
FROM dbo.RateTables t JOIN dbo.RateImports i ON i.TableId = t.Id
WHERE LOWER(t.Name) = LOWER(@name) AND i.FinishedAt IS NOT NULL
  AND EXISTS (SELECT 1 FROM dbo.Rates r WHERE r.TableId = i.TableId AND r.Version = i.Version)
ORDER BY i.Version DESC`;

async function listVersions(request: sql.Request, name: string): Promise<RateVersion[]> {
  const { recordset } = await request.input('name', sql.NVarChar(200), name).query<VersionRow>(selectVersions);
  return recordset.map(({ isCurrent, importedAtMs, ...row }) => ({
    ...row,
    isCurrent: isCurrent === 1,
    importedAtMs: importedAtMs?.getTime() ?? null,
  }));
}

/** Columns of `dbo.Rates r`, whose table is `dbo.RateTables t`. */
const selectedFull = `${selectedRate}, t.Currency AS currency`;
type FullRow = RateRow & { currency: string };
/** Those that there are calls of. */
const fullRates = (rows: readonly FullRow[]): Rate[] =>
  rows.flatMap((row) => readRates([row], () => undefined).map((rate) => ({ ...rate, currency: row.currency })));

const always = '0001-01-01';

function nextPiece(pool: sql.ConnectionPool, where: string, table: RateTableCopy, last: Rate | null): Promise<Rate[]> {
  return within(pool, where, 'The rates', async (transaction) => {
    const { recordset } = await requestOn(transaction)
      .input('tableId', sql.Int(), table.id)
      .input('version', sql.Int(), table.version)
      .input('prefix', sql.VarChar(15), last?.prefix ?? '')
      .input('from', sql.DateTime2(3), last?.validFromMs == null ? null : new Date(last.validFromMs))
      .input('scope', sql.VarChar(10), last?.scope ?? '')
      .query<FullRow>(
        `SELECT TOP (${exportedAtOnce}) ${selectedFull} FROM dbo.Rates r
JOIN dbo.RateTables t ON t.Id = r.TableId WHERE r.TableId = @tableId AND r.Version = @version AND (r.Prefix > @prefix
  OR (r.Prefix = @prefix AND (ISNULL(r.ValidFrom, '${always}') > ISNULL(@from, '${always}')
    OR (ISNULL(r.ValidFrom, '${always}') = ISNULL(@from, '${always}') AND r.Scope > @scope))))
ORDER BY r.Prefix, ISNULL(r.ValidFrom, '${always}'), r.Scope`,
      );
    const problems: string[] = [];
    readRates(recordset, (problem) => problems.push(problem));
    // A file without it would take the rate away when it is imported.
    if (problems[0] !== undefined) throw new StoreError('invalid', problems[0]);
    return fullRates(recordset);
  });
}
