import type { Database } from 'better-sqlite3';
import type { ReportSource, SummaryPiece, SummaryQuery } from '../../../reports/report.ts';
import { openForReading } from '../database.ts';
import { toStoreError } from '../errors.ts';
import { reading } from '../reading.ts';
import { listCalls } from './calls.ts';
import { registerFunctions } from './expressions.ts';
import { haveHours } from './hours/conditions.ts';
import { prepareHourSums } from './hours/hour-sums.ts';
import { plainSums } from './summary.ts';
import { listPayingAccounts, listPayingDepartments } from './payers.ts';
import { listUnusedAccounts } from './unused-accounts.ts';

/** So many are added up sooner one by one than from all hours of a long period. */
const fewCalls = 5_000;

/** Whether all that is asked for are the calls of one account, which the index finds, and they are few. */
function prepareFew(db: Database): (query: SummaryQuery) => boolean {
  const count = db
    .prepare<[number, number, number, number], number>(
      'SELECT count(*) FROM (SELECT 1 FROM call_records WHERE account_id = ? AND started_at >= ? AND started_at < ? LIMIT ?)',
    )
    .pluck();
  return ({ filters: { accountId }, period: { fromMs, untilMs } }) =>
    typeof accountId === 'number' && (count.get(accountId, fromMs, untilMs, fewCalls + 1) ?? 0) <= fewCalls;
}

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
  const sumHours = prepareHourSums(db, countryOf);
  const isFewCalls = prepareFew(db);
  return {
    async *summarize(query: SummaryQuery) {
      const { filters } = query;
      const sums = (): Iterable<SummaryPiece> =>
        haveHours(filters) && !isFewCalls(query) ? sumHours({ ...query, filters }) : plainSums(db, query);
      for (const piece of await reading(db, sums)) yield piece;
    },
    calls: (query) => listCalls(db, query),
    unusedAccounts: (period) => listUnusedAccounts(db, period),
    accounts: () => reading(db, () => listPayingAccounts(db)),
    departments: () => reading(db, () => listPayingDepartments(db)),
    close: () => {
      db.close();
      return Promise.resolve();
    },
  };
}
