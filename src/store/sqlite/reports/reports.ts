import type { Database } from 'better-sqlite3';
import { countryFinder, countryName } from '../../../reports/country.ts';
import type { ReportedCall, ReportSource, SummaryPiece, SummaryQuery, UnusedAccount } from '../../../reports/report.ts';
import { openForReading } from '../database.ts';
import { toStoreError } from '../errors.ts';
import { prepareHourSums } from './hour-sums.ts';
import { callsSql, countryFunction, countryNameFunction, parametersOf, summarySql, unusedAccountsSql } from './sql.ts';

const atOnce = 1000;

type Counted = 'calls' | 'placed' | 'answered' | 'refused' | 'unrated' | 'billableMs';
type SummaryRow = Record<Counted | 'costMicros' | 'chargeMicros', bigint> & { currency: string | null } & Record<
    string,
    bigint | string | null
  >;
type CallRow = Omit<ReportedCall, 'answered' | 'estimated'> & { answered: number; estimated: number };
type AccountRow = Omit<UnusedAccount, 'enabled'> & { id: number; enabled: number };

function pieceOf(row: SummaryRow, groupings: number): SummaryPiece {
  const keys = Array.from({ length: groupings }, (_, at) => {
    const [key = null, label = null] = [row[`key${at}`], row[`label${at}`]];
    return { key: typeof key === 'bigint' ? Number(key) : key, label: label === null ? null : String(label) };
  });
  return {
    keys,
    currency: row.currency,
    costMicros: row.costMicros,
    chargeMicros: row.chargeMicros,
    calls: Number(row.calls),
    placed: Number(row.placed),
    answered: Number(row.answered),
    refused: Number(row.refused),
    unrated: Number(row.unrated),
    billableMs: Number(row.billableMs),
  };
}

const callOf = (row: CallRow): ReportedCall => ({
  ...row,
  answered: row.answered === 1,
  estimated: row.estimated === 1,
});

const unusedOf = ({ name, department, enabled, lastCallAtMs }: AccountRow): UnusedAccount => ({
  ...{ name, department, lastCallAtMs },
  enabled: enabled === 1,
});

/** Sums over the records themselves, whatever was laid by. For a connection that has the functions of numbers. */
export function plainSums(db: Database, { period, groupings, filters }: SummaryQuery): SummaryPiece[] {
  return db
    .prepare<[object], SummaryRow>(summarySql(groupings, filters))
    .safeIntegers()
    .all(parametersOf(period, filters))
    .map((row) => pieceOf(row, groupings.length));
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

/** Gives a connection the functions that the statements of reports use. Answers the one that finds countries. */
export function registerFunctions(db: Database): (e164: string | null) => string | null {
  const find = countryFinder();
  const countryOf = (e164: unknown) => find(typeof e164 === 'string' ? e164 : null);
  db.function(countryFunction, { deterministic: true }, countryOf);
  db.function(countryNameFunction, { deterministic: true }, (e164) => {
    const country = countryOf(e164);
    return country === null ? null : countryName(country);
  });
  return find;
}

function readReports(db: Database, countryOf: (e164: string | null) => string | null): ReportSource {
  const read = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw toStoreError(error, db.name);
    }
  };

  const summarizeHours = prepareHourSums(db, countryOf);

  // eslint-disable-next-line @typescript-eslint/require-await -- other stores wait for their rows
  async function* summarize(query: SummaryQuery) {
    const { number, gateway, ...filters } = query.filters;
    const hasFields = number === undefined && gateway === undefined;
    yield* read(() => (hasFields ? summarizeHours({ ...query, filters }) : plainSums(db, query)));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- other stores wait for their rows
  async function* calls({ period, filters, order = 'time', limit }: Parameters<ReportSource['calls']>[0]) {
    const statement = read(() => db.prepare<[object], CallRow>(callsSql(filters, order)));
    const values = parametersOf(period, filters);
    let left = limit ?? Infinity;
    let after = { afterMs: -1, afterId: '' };
    while (left > 0) {
      // By size there is no going on from the last one read: the limit bounds what is held.
      const wanted = order === 'time' ? Math.min(left, atOnce) : left;
      const rows = read(() =>
        statement.all({ ...values, ...(order === 'time' ? after : {}), limit: Number.isFinite(wanted) ? wanted : -1 }),
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(callOf);
      left -= rows.length;
      if (rows.length < wanted || order !== 'time') return;
      after = { afterMs: last.startedAtMs, afterId: last.callId };
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- other stores wait for their rows
  async function* unusedAccounts({ fromMs, untilMs }: Parameters<ReportSource['unusedAccounts']>[0]) {
    const statement = read(() => db.prepare<[object], AccountRow>(unusedAccountsSql));
    let after = { afterName: '', afterId: 0 };
    for (;;) {
      const rows = read(() => statement.all({ fromMs, untilMs, ...after, limit: atOnce }));
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(unusedOf);
      after = { afterName: last.name, afterId: last.id };
    }
  }

  return {
    summarize,
    calls,
    unusedAccounts,
    close: () => {
      db.close();
      return Promise.resolve();
    },
  };
}
