import sql from 'mssql';
import type { TakenRecord, TakenRows } from '../../ports/moving-store.ts';
import {
  carriedCorrections,
  carriedMoves,
  carriedPrices,
  carriedReratings,
  type CarriedColumn,
  type CarriedValue,
} from '../../tables/carried.ts';
import { fromSql, sqlTypeOf } from '../column.ts';
import { integer, moment, text } from '../../../words/column.ts';
import { callRecordFields } from '../../../words/call-record.ts';
import { callIdType, callRecordColumns, priceColumns, recordOf, type CallRecordRow } from '../records/rows.ts';
import { listOf } from '../statements.ts';

const importColumns: readonly CarriedColumn[] = [
  { sqlite: 'table_id', sqlServer: 'TableId', type: integer },
  { sqlite: 'version', sqlServer: 'Version', type: integer },
  { sqlite: 'source', sqlServer: 'Source', type: text(400) },
  { sqlite: 'started_at', sqlServer: 'StartedAt', type: moment },
  { sqlite: 'finished_at', sqlServer: 'FinishedAt', type: moment },
  { sqlite: 'rates', sqlServer: 'Rates', type: integer },
];
const id: CarriedColumn = { sqlite: 'id', sqlServer: 'Id', type: integer };

const selected = (columns: readonly CarriedColumn[]): string =>
  columns.map(({ sqlite, sqlServer }) => `${sqlServer} AS [${sqlite}]`).join(', ');

/** As SQLite has them. */
function rowsOf(columns: readonly CarriedColumn[], recordset: readonly Readonly<Record<string, unknown>>[]): TakenRows {
  return recordset.map((row) =>
    Object.fromEntries(
      columns.map(({ sqlite, type }): [string, CarriedValue] => {
        const value = fromSql(type, row[sqlite]);
        return [sqlite, typeof value === 'boolean' ? Number(value) : (value as CarriedValue)];
      }),
    ),
  );
}

async function* byId(
  pool: sql.ConnectionPool,
  table: string,
  columns: readonly CarriedColumn[],
  limit: number,
): AsyncGenerator<TakenRows> {
  for (let after = 0; ;) {
    const { recordset } = await pool
      .request()
      .input('after', sql.Int(), after)
      .query<Record<string, unknown> & { id: number }>(
        `SELECT TOP (${limit}) ${selected([id, ...columns])} FROM ${table} WHERE Id > @after ORDER BY Id`,
      );
    const last = recordset.at(-1);
    if (last === undefined) return;
    yield rowsOf([id, ...columns], recordset);
    after = last.id;
  }
}

/** The moves, re-ratings and corrections of a database, with `id`. */
export const readBack = {
  moves: (pool: sql.ConnectionPool, limit: number) => byId(pool, 'dbo.CallMoves', carriedMoves, limit),
  reratings: (pool: sql.ConnectionPool, limit: number) => byId(pool, 'dbo.Reratings', carriedReratings, limit),
  corrections: (pool: sql.ConnectionPool, limit: number) =>
    byId(pool, 'dbo.CallCorrections', carriedCorrections, limit),
};

export async function readImports(pool: sql.ConnectionPool): Promise<TakenRows> {
  const { recordset } = await pool
    .request()
    .query<Record<string, unknown>>(
      `SELECT ${selected(importColumns)} FROM dbo.RateImports i WHERE EXISTS (SELECT 1 FROM dbo.RateTables t WHERE t.Id = i.TableId AND t.Version = i.Version)`,
    );
  return rowsOf(importColumns, recordset);
}

export async function* readPrices(pool: sql.ConnectionPool, limit: number): AsyncGenerator<TakenRows> {
  for (let [callId, version] = ['', 0]; ;) {
    const { recordset } = await pool
      .request()
      .input('callId', callIdType, callId)
      .input('version', sql.Int(), version)
      .query<Record<string, unknown> & { call_id: string; version: number }>(
        `SELECT TOP (${limit}) ${selected(carriedPrices)} FROM dbo.CallPriceHistory
WHERE CallId >= @callId AND (CallId > @callId OR Version > @version) ORDER BY CallId, Version`,
      );
    const last = recordset.at(-1);
    if (last === undefined) return;
    yield rowsOf(carriedPrices, recordset);
    [callId, version] = [last.call_id, last.version];
  }
}

const besides = [
  ...Object.entries(priceColumns).map(([field, { sqlServer }]) => `${sqlServer} AS [price_${field}]`),
  'Country AS [kept_country]',
].join(', ');
const takenColumns = `${callRecordColumns}, ${besides}`;

/** Of each table that has calls. The archive has no codes. */
const columnsIn = {
  'dbo.CallArchive': takenColumns.replace(`${callRecordFields.code.sqlServer} AS`, "CAST('' AS VARCHAR(20)) AS"),
  'dbo.CallRecords': takenColumns,
} as const;

/** All call records of such a table, in the order of time: some at a time, and all of one millisecond together, so that no page sorts the rest. */
async function* readTable(
  pool: sql.ConnectionPool,
  table: keyof typeof columnsIn,
  limit: number,
): AsyncGenerator<TakenRecord[]> {
  for (let at = earliest; ;) {
    const { recordset } = await pool
      .request()
      .input('at', sqlTypeOf(moment), at)
      .query<CallRecordRow>(
        `DECLARE @upTo DATETIME2(3);
SELECT @upTo = MAX(StartedAt) FROM (SELECT TOP (${limit}) StartedAt FROM ${table} WHERE StartedAt > @at ORDER BY StartedAt) page;
SELECT ${columnsIn[table]} FROM ${table} WHERE StartedAt > @at AND StartedAt <= @upTo ORDER BY StartedAt, CallId`,
      );
    const last = recordset.at(-1);
    if (last === undefined) return;
    yield recordset.map(takenOf);
    at = new Date(recordOf(last).startedAtMs);
  }
}

/** All calls: archived ones first, since one that was sent again after that is in both, and counts as it is in dbo.CallRecords. */
export async function* readRecords(pool: sql.ConnectionPool, limit: number): AsyncGenerator<TakenRecord[]> {
  yield* readTable(pool, 'dbo.CallArchive', limit);
  yield* readTable(pool, 'dbo.CallRecords', limit);
}

/** How many calls there are in all. */
export async function countRecords(pool: sql.ConnectionPool): Promise<number> {
  const { recordset } = await pool.request().query<{ N: number | string }>(
    `SELECT (SELECT COUNT(*) FROM dbo.CallRecords)
  + (SELECT COUNT(*) FROM dbo.CallArchive a WHERE NOT EXISTS (SELECT 1 FROM dbo.CallRecords r WHERE r.CallId = a.CallId)) AS N`,
  );
  return Number(recordset[0]?.N ?? 0);
}

/** DATETIME2 begins there. */
const earliest = new Date('0001-01-01T00:00:00.000Z');

type Ids = readonly string[];

const among = (request: sql.Request, callIds: Ids): string => listOf(request, 'call', callIdType, callIds);

/** Those of these calls that are there, some hundreds at most. */
export async function readCalls(pool: sql.ConnectionPool, callIds: Ids): Promise<TakenRecord[]> {
  const request = pool.request();
  const { recordset } = await request.query<CallRecordRow>(
    `SELECT ${takenColumns} FROM dbo.CallRecords WHERE CallId IN (${among(request, callIds)})`,
  );
  return recordset.map(takenOf);
}

/** All moves of these calls, in their order. */
export async function readMovesOf(pool: sql.ConnectionPool, callIds: Ids): Promise<TakenRows> {
  const request = pool.request();
  const { recordset } = await request.query<Record<string, unknown>>(
    `SELECT ${selected(carriedMoves)} FROM dbo.CallMoves WHERE CallId IN (${among(request, callIds)}) ORDER BY Id`,
  );
  return rowsOf(carriedMoves, recordset);
}

const takenOf = (row: CallRecordRow): TakenRecord => ({
  ...{ record: recordOf(row), price: priceOf(row) },
  country: fromSql(text(2), row['kept_country']) as string | null,
});

function priceOf(row: CallRecordRow): TakenRecord['price'] {
  const fields = Object.entries(priceColumns).map(([field, { type }]) => [field, fromSql(type, row[`price_${field}`])]);
  const price = Object.fromEntries(fields) as Omit<NonNullable<TakenRecord['price']>, 'kind'> & { kind: string | null };
  const { kind } = price;
  return kind === null ? null : { ...price, kind };
}

/** The highest ids that rows have or had there. */
export async function highestIds(
  pool: sql.ConnectionPool,
): Promise<Record<'departments' | 'destinations' | 'extensions', number>> {
  const { recordset } = await pool
    .request()
    .query<Record<'D' | 'E' | 'G', number | string | null>>(
      `SELECT IDENT_CURRENT('dbo.Departments') AS D, IDENT_CURRENT('dbo.Extensions') AS E, IDENT_CURRENT('dbo.Destinations') AS G`,
    );
  const [row] = recordset;
  return {
    ...{ departments: Number(row?.D ?? 0), extensions: Number(row?.E ?? 0) },
    destinations: Number(row?.G ?? 0),
  };
}
