import type sql from 'mssql';
import type { ReportSource } from '../../../reports/report.ts';
import { listCalls } from './calls.ts';
import { hasAccount, listPayingDepartments, listPayingAccounts } from './payers.ts';
import { queryOn } from './query.ts';
import { summarizeCalls } from './summary.ts';
import { listUnusedAccounts } from './unused-accounts.ts';

/** Reads reports from SQL Server: the source is closed with the pool. Rejects with a `StoreError`. */
export function sqlServerReports(pool: sql.ConnectionPool, where: string): Omit<ReportSource, 'close'> {
  const query = queryOn(pool, where);
  return {
    summarize: (asked) => summarizeCalls(query, asked),
    calls: (asked) => listCalls(query, asked),
    accounts: () => listPayingAccounts(query),
    hasAccount: (name) => hasAccount(query, name),
    departments: () => listPayingDepartments(query),
    unusedAccounts: (period) => listUnusedAccounts(query, period),
  };
}
