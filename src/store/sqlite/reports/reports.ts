import type { Database } from 'better-sqlite3';
import type { ReportSource, SummaryPiece, SummaryQuery } from '../../../reports/report.ts';
import { openForReading } from '../database.ts';
import { toStoreError } from '../errors.ts';
import { reading } from '../reading.ts';
import { listCalls } from './calls.ts';
import { registerFunctions } from './expressions.ts';
import { areFew } from './hours-wanted.ts';
import { haveHours } from './hours/conditions.ts';
import { prepareHourSums } from './hours/hour-sums.ts';
import { keepSums } from './hours/kept-sums.ts';
import { prepareHourPages } from './hours/pages.ts';
import { plainSums } from './summary.ts';
import { hasAccount, listPayingAccounts, listPayingDepartments } from './payers.ts';
import { listUnusedAccounts } from './unused-accounts.ts';

/**
 * Reads reports from the local file on a connection of their own, on the calling thread: not for the one that serves calls.
 * The file must be there, with its schema up to date. Throws a `StoreError`.
 */
export function openLocalReports(file: string): ReportSource {
  const db = openForReading(file);
  try {
    return readReports(db, registerFunctions(db));
  } catch (error) {
    db.close();
    throw toStoreError(error, file);
  }
}

function readReports(db: Database, countryOf: (e164: string | null) => string | null): ReportSource {
  const sumHours = keepSums(db, prepareHourSums(db, countryOf));
  const hourPages = prepareHourPages(db);
  return {
    async *summarize(query: SummaryQuery) {
      const { filters } = query;
      const sums = (): Iterable<SummaryPiece> =>
        haveHours(filters) && !areFew(db, filters, query.period)
          ? sumHours({ ...query, filters })
          : plainSums(db, query);
      for (const piece of await reading(db, sums)) yield piece;
    },
    calls: (query) => listCalls(db, hourPages, query),
    unusedAccounts: (period) => listUnusedAccounts(db, period),
    accounts: () => reading(db, () => listPayingAccounts(db)),
    hasAccount: (name) => reading(db, () => hasAccount(db, name)),
    departments: () => reading(db, () => listPayingDepartments(db)),
    close: () => {
      db.close();
      return Promise.resolve();
    },
  };
}
