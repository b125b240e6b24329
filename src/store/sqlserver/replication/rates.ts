import { setTimeout as pause } from 'node:timers/promises';
import sql from 'mssql';
import type { Change, Feed } from '../../replication/feed.ts';
import type { RateAssignment, RatesBatch, RateTableCopy, StoredRate } from '../../ports/rate-replica.ts';
import { catchUpPrices } from '../../replication/catch-up-prices.ts';
import { changeLog } from './change-log.ts';
import { highestId, lowestId } from './directory.ts';
import { uncopiedText, type FeedContext } from './feed-context.ts';
import { readRates, readTable } from '../rates/reading.ts';
import { selectedRate, selectedTable, tablesFrom, type RateRow, type RateTableRow } from '../rates/rows.ts';
import { portions } from '../../../words/portions.ts';
import { listOf } from '../statements.ts';

const nothing: RatesBatch = {
  ...{ tables: null, rates: [], removedRates: [], complete: null, assignments: [], position: null },
};

const ratesAtOnce = 5000;
/** Rates per local transaction, and the pause between two in which call records are written. */
const sliceOf = 500;
const betweenSlicesMs = 4;
const changesAtOnce = 1000;

/**
 * Rate tables, their rates and their assignments, as a feed. A table with a new version is copied completely, in pieces, before
 * that version applies; of other tables only the rows that changed are copied.
 */
export function ratesFeed(context: FeedContext): Feed<RatesBatch> {
  const { pool, local, nowMs, onProblem } = context;
  const prices = catchUpPrices(local, nowMs, true);
  return {
    ...{ name: 'rates', changes: changeLog(pool, 'dbo.RateChanges'), changesAtOnce },
    async canBegin() {
      await prices.begin();
      // Rate tables are assigned to accounts, which have to be copied first.
      return (await local.directoryPosition()) !== null;
    },
    keptPosition: () => local.ratesPosition(),
    async *readAll(position) {
      // The copy may come from before a restore of the database, so everything is read again.
      yield* copyTables(context, 'all');
      for await (const some of allAssignments(pool)) yield { ...nothing, ...some };
      yield { ...nothing, position };
    },
    readAfterStart: () => copyTables(context, 'new'),
    readChanged: (changes, position) => copyChanges(context, changes, position),
    async apply(batch) {
      for (const row of await local.applyRates(batch)) onProblem(uncopiedText(row));
    },
    caughtUp: ({ atMs, isNews }) => prices.caughtUp(atMs, isNews),
  };
}

/** First the rates and then the tables, so that a version applies once its rates are copied. Other versions are then removed. */
async function* copyTables(context: FeedContext, which: 'new' | 'all'): AsyncGenerator<RatesBatch> {
  const { pool, local, onProblem, isOver } = context;
  const copied = new Map(which === 'new' ? await local.copiedVersions() : []);
  const toCopy = (all: readonly RateTableCopy[]) => all.filter(({ id, version }) => copied.get(id) !== version);
  let tables = await readTables(pool, onProblem);
  // Read again: a version that was put forward or back meanwhile may have lost rates before they were copied.
  for (let missing = toCopy(tables); missing.length > 0; missing = toCopy(tables)) {
    for (const table of missing) {
      const { id, version } = table;
      const copiedUpTo = which === 'new' ? await local.copiedUpTo(id, version) : 0;
      yield* copyRates(context, table, copiedUpTo === 0 ? lowestId : copiedUpTo);
      copied.set(id, version);
    }
    tables = await readTables(pool, onProblem);
  }
  yield { ...nothing, tables };
  for (const { id, version } of tables) {
    while (!isOver() && (await local.removeOtherRates(id, version)) > 0) await pause(betweenSlicesMs);
  }
}

async function* copyRates(
  { pool, onProgress, onProblem }: FeedContext,
  { id: tableId, version }: RateTableCopy,
  fromId: number,
): AsyncGenerator<RatesBatch> {
  let copied = 0;
  let afterId = fromId;
  for await (const piece of copyPieces(pool, { tableId, version, fromId }, onProblem)) {
    for (const rates of portions(piece, sliceOf)) {
      const upToId = rates.at(-1)?.id ?? afterId;
      yield { ...nothing, rates, complete: { tableId, version, afterId, upToId } };
      afterId = upToId;
      await pause(betweenSlicesMs);
    }
    copied += piece.length;
    onProgress('rates', copied);
  }
  yield { ...nothing, complete: { tableId, version, afterId, upToId: highestId } };
}

async function* copyChanges(
  context: FeedContext,
  changes: readonly Change[],
  position: string | null,
): AsyncGenerator<RatesBatch> {
  const { pool, local } = context;
  const ids = (table: string) => [...new Set(changes.filter((c) => c.table === table).map(({ rowId }) => rowId))];
  if (ids('tables').length > 0) yield* copyTables(context, 'new');
  const rateIds = ids('rates');
  const rates = await ratesById(context, rateIds);
  const versions = await local.copiedVersions();
  const counting = rates.filter(({ tableId, version }) => versions.get(tableId) === version);
  const present = new Set(counting.map(({ id }) => id));
  yield {
    ...{ tables: null, complete: null, position },
    rates: counting,
    // Gone, or moved to a version that does not count: its rates are copied as a whole once it does.
    removedRates: rateIds.filter((id) => !present.has(id)),
    assignments: [
      ...(await assignmentsOf(pool, 'account', ids('accounts'))),
      ...(await assignmentsOf(pool, 'department', ids('departments'))),
    ],
  };
}

async function readTables(pool: sql.ConnectionPool, onProblem: (problem: string) => void): Promise<RateTableCopy[]> {
  const { recordset } = await pool
    .request()
    .query<RateTableRow>(`SELECT ${selectedTable} FROM ${tablesFrom} ORDER BY t.Id`);
  return recordset.flatMap((row) => {
    const { table, problem } = readTable(row);
    if (problem === null) return [table];
    onProblem(`${problem}; its calls are unrated until this is fixed`);
    return [];
  });
}

/** The rates of a version whose ids are higher than this one, by id. */
export async function* copyPieces(
  pool: sql.ConnectionPool,
  { tableId, version, fromId }: { tableId: number; version: number; fromId: number },
  onProblem: (problem: string) => void,
): AsyncGenerator<StoredRate[]> {
  for (let afterId = fromId; ;) {
    const { recordset } = await pool
      .request()
      .input('tableId', sql.Int(), tableId)
      .input('version', sql.Int(), version)
      .input('after', sql.Int(), afterId)
      .query<RateRow>(
        `SELECT TOP (${ratesAtOnce}) ${selectedRate} FROM dbo.Rates r
WHERE r.TableId = @tableId AND r.Version = @version AND r.Id > @after ORDER BY r.Id`,
      );
    const rates = readRates(recordset, onProblem);
    if (rates.length > 0) yield rates;
    if (recordset.length < ratesAtOnce) return;
    afterId = recordset.at(-1)?.id ?? afterId;
  }
}

/** 1,000 at most. */
const idList = (request: sql.Request, ids: readonly number[]): string => listOf(request, 'id', sql.Int(), ids);

async function ratesById({ pool, onProblem }: FeedContext, ids: readonly number[]): Promise<StoredRate[]> {
  if (ids.length === 0) return [];
  const request = pool.request();
  const { recordset } = await request.query<RateRow>(
    `SELECT ${selectedRate} FROM dbo.Rates r WHERE r.Id IN (${idList(request, ids)})`,
  );
  return readRates(recordset, onProblem);
}

const assigned = {
  account: { table: 'dbo.AccountRateTables', column: 'AccountId' },
  department: { table: 'dbo.DepartmentRateTables', column: 'DepartmentId' },
} as const;

async function assignmentsOf(
  pool: sql.ConnectionPool,
  to: RateAssignment['to'],
  ids: readonly number[],
): Promise<RateAssignment[]> {
  if (ids.length === 0) return [];
  const { table, column } = assigned[to];
  const request = pool.request();
  const { recordset } = await request.query<{ id: number; tableId: number }>(
    `SELECT ${column} AS id, TableId AS tableId FROM ${table} WHERE ${column} IN (${idList(request, ids)})`,
  );
  const byId = new Map(recordset.map(({ id, tableId }) => [id, tableId]));
  return ids.map((id) => ({ to, id, tableId: byId.get(id) ?? null }));
}

async function* allAssignments(
  pool: sql.ConnectionPool,
): AsyncGenerator<Required<Pick<RatesBatch, 'assignments' | 'allAssigned'>>> {
  for (const to of ['account', 'department'] as const) {
    const { table, column } = assigned[to];
    for (let afterId = lowestId; afterId < highestId;) {
      const { recordset } = await pool
        .request()
        .input('after', sql.Int(), afterId)
        .query<{ id: number; tableId: number }>(
          `SELECT TOP (${sliceOf}) ${column} AS id, TableId AS tableId FROM ${table} WHERE ${column} > @after ORDER BY ${column}`,
        );
      const last = recordset.at(-1);
      const upToId = recordset.length < sliceOf || last === undefined ? highestId : last.id;
      yield { assignments: recordset.map((row) => ({ to, ...row })), allAssigned: { to, afterId, upToId } };
      afterId = upToId;
    }
  }
}
