import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import {
  carriedCorrections,
  carriedMoves,
  carriedPrices,
  carriedReratings,
  carriedTables,
  type CarriedColumn,
  type CarriedRow,
  type CarriedTable,
} from '../../tables/carried.ts';
import { rateColumns } from '../../tables/rate.ts';
import { openForReading } from '../database.ts';

export type RateImportRow = { source: string; startedAtMs: number; finishedAtMs: number | null; rates: number };
/** Of a rate table: which version counts, and whether it is the default. */
export type RatesState = { id: number; version: number; isDefault: boolean; import: RateImportRow | null };
export type PricePlace = { callId: string; version: number };

/** What there is to carry over. */
export type CarriedCounts = Readonly<
  Record<
    | 'departments'
    | 'accounts'
    | 'extensions'
    | 'rateTables'
    | 'rates'
    | 'records'
    | 'moves'
    | 'prices'
    | 'corrections'
    | 'reratings',
    number
  >
>;

const names = (columns: readonly CarriedColumn[]): string => columns.map(({ sqlite }) => sqlite).join(', ');
const rateNames = Object.values(rateColumns)
  .map(({ sqlite }) => sqlite)
  .join(', ');

/** The local file as whoever carries it over reads it: a page at a time, over a connection of its own. */
export function readCarried(file: string) {
  const db = openForReading(file);
  const page = (table: string, columns: readonly CarriedColumn[]) =>
    db.prepare<[number, number], CarriedRow>(
      `SELECT id, ${names(columns)} FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`,
    );
  const rates = db.prepare<[number, number, number, number], CarriedRow>(
    `SELECT id, ${rateNames} FROM rates WHERE id > ? AND +table_id = ? AND +version = ? ORDER BY id LIMIT ?`,
  );
  const prices = db.prepare<[string, number, number], CarriedRow>(
    `SELECT ${names(carriedPrices)} FROM call_prices WHERE (call_id, version) > (?, ?) ORDER BY call_id, version LIMIT ?`,
  );
  return {
    rows: ({ sqlite, columns }: CarriedTable, afterId: number, limit: number) =>
      page(sqlite, columns).all(afterId, limit),
    moves: (afterId: number, limit: number) => page('call_moves', carriedMoves).all(afterId, limit),
    reratings: () => page('reratings', carriedReratings).all(0, -1),
    corrections: (afterId: number, limit: number) =>
      page('call_record_corrections', carriedCorrections).all(afterId, limit),
    prices: ({ callId, version }: PricePlace, limit: number) => prices.all(callId, version, limit),
    ratesStates: () => ratesStates(db),
    rates: (tableId: number, version: number, afterId: number, limit: number) =>
      rates.all(afterId, tableId, version, limit),
    assignments: (of: 'account' | 'department') =>
      db
        .prepare<[], { id: number; tableId: number }>(
          `SELECT ${of}_id AS id, table_id AS tableId FROM ${of}_rate_tables ORDER BY ${of}_id`,
        )
        .all(),
    /** The highest ids that rows have or had here. */
    highestIds: () => highestIds(db),
    /** Ids in call records and moves of rows that are gone. */
    removedIds: (kind: 'account' | 'department' | 'extension') => removedIds(db, kind),
    /** Of all records, in pages. */
    callIds: (limit: number) => callIds(db, limit),
    counts: () => counts(db),
    digest: () => digest(db),
    close: () => db.close(),
  };
}
export type Carried = ReturnType<typeof readCarried>;

function* callIds(db: Database, limit: number): Generator<string[]> {
  const page = db.prepare<[number, number], { row: number; callId: string }>(
    `SELECT rowid AS row, call_id AS callId FROM call_records
WHERE rowid > ? AND call_id NOT IN (SELECT call_id FROM outbox_refused) ORDER BY rowid LIMIT ?`,
  );
  for (let after = 0; ;) {
    const rows = page.all(after, limit);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(({ callId }) => callId);
    after = last.row;
  }
}

function ratesStates(db: Database): RatesState[] {
  const rows = db
    .prepare<
      [],
      { id: number; version: number; isDefault: number; source: string | null } & Omit<RateImportRow, 'source'>
    >(
      `SELECT t.id, t.version, t.is_default AS isDefault, i.source, i.started_at AS startedAtMs, i.finished_at AS finishedAtMs, i.rates
FROM rate_tables t LEFT JOIN rate_imports i ON i.table_id = t.id AND i.version = t.version ORDER BY t.id`,
    )
    .all();
  return rows.map(({ id, version, isDefault, source, ...rest }) => ({
    ...{ id, version, isDefault: isDefault === 1 },
    import: source === null ? null : { source, ...rest },
  }));
}

function highestIds(db: Database): Record<'department' | 'account' | 'extension' | 'destination', number> {
  const highest = (table: string, column: string | null): number =>
    db
      .prepare<[], number>(
        `SELECT max(coalesce((SELECT max(id) FROM ${table}), 0), ${column === null ? 0 : `coalesce((SELECT max(${column}) FROM call_records), 0)`},
  coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE name = '${table}.highest_removed_id'), 0))`,
      )
      .pluck()
      .get() ?? 0;
  return {
    department: highest('departments', 'department_id'),
    account: highest('accounts', 'account_id'),
    extension: highest('extensions', 'extension_id'),
    // Records do not name it.
    destination: highest('destinations', null),
  };
}

function removedIds(db: Database, kind: 'account' | 'department' | 'extension'): number[] {
  return db
    .prepare<[], number>(
      `SELECT DISTINCT ${kind}_id FROM call_records WHERE ${kind}_id IS NOT NULL AND ${kind}_id NOT IN (SELECT id FROM ${kind}s)`,
    )
    .pluck()
    .all();
}

function counts(db: Database): CarriedCounts {
  const count = (table: string): number => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  return {
    departments: count('departments'),
    accounts: count('accounts'),
    extensions: count('extensions'),
    rateTables: count('rate_tables'),
    rates: count(
      'rates r WHERE EXISTS (SELECT 1 FROM rate_tables t WHERE t.id = r.table_id AND t.version = r.version)',
    ),
    records: count('call_records'),
    moves: count('call_moves'),
    prices: count('call_prices'),
    corrections: count('call_record_corrections'),
    reratings: count('reratings'),
  };
}

/** Changes with whatever is changed in directory, rate tables, assignments and moves. */
export function digest(db: Database): string {
  const hash = createHash('sha256');
  const take = (statement: string): void => {
    for (const row of db.prepare<[], unknown[]>(statement).raw().iterate()) hash.update(JSON.stringify(row));
    hash.update('|');
  };
  for (const { sqlite, columns } of carriedTables) take(`SELECT id, ${names(columns)} FROM ${sqlite} ORDER BY id`);
  take('SELECT id, version, is_default FROM rate_tables ORDER BY id');
  for (const member of ['account', 'department']) take(`SELECT * FROM ${member}_rate_tables ORDER BY 1`);
  take('SELECT max(id) FROM call_moves');
  return hash.digest('hex');
}
