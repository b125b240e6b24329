import { setTimeout as pause } from 'node:timers/promises';
import sql from 'mssql';
import { messageOf } from '../../../words/thrown.ts';
import { advance, parsePosition, type ChangePosition } from '../../replication/change-position.ts';
import type {
  RateAssignment,
  RateReplicaStore,
  RatesBatch,
  RateTableCopy,
  StoredRate,
} from '../../ports/rate-replica.ts';
import { canContinue, passingBy } from './directory.ts';
import { rateOf, rateTableOf, selectRates, selectTables, type RateRow, type RateTableRow } from '../rates/rows.ts';

export type RateSyncOptions = {
  pool: sql.ConnectionPool;
  local: RateReplicaStore;
  /** Monotonic. */
  nowMs: () => number;
  onProgress: (rates: number) => void;
  /** A table that cannot be copied as it is, e.g. because of a word that this program does not know. */
  onProblem: (problem: string) => void;
  isOver: () => boolean;
};

const nothing: RatesBatch = {
  ...{ tables: null, rates: [], removedRates: [], complete: null, assignments: [], position: null },
};

const ratesAtOnce = 5000;
/** Rates of one local transaction, and the turn of call records between two. */
const sliceOf = 500;
const betweenSlicesMs = 4;
const changesAtOnce = 1000;
const highestId = 2_147_483_647;
/** As in changes.ts. */
const lookBack = 10_000;

/**
 * Copies rates: tables whose version is new as a whole, in pieces, and then makes that version count; of the others, the rows
 * that changed. The function that it makes does one round, and is to be called again and again.
 */
export function prepareRateSync({ pool, local, nowMs, onProgress, onProblem, isOver }: RateSyncOptions) {
  let position: ChangePosition | null = null;
  /** Assignments of accounts that the copy of the directory does not have yet. */
  let unplaced: readonly RateAssignment[] = [];

  const apply = async (changes: Partial<RatesBatch>): Promise<void> => {
    const missing = await local.applyRates({ ...nothing, ...changes });
    if (missing.length > 0) unplaced = [...unplaced, ...missing];
  };

  async function start(): Promise<ChangePosition> {
    const kept = parsePosition(await local.ratesPosition(), nowMs());
    if (kept !== null && (await canContinue(pool, 'dbo.RateChanges', kept))) {
      await copyTables(await readTables(pool, onProblem));
      return kept;
    }
    const first = await currentPosition(pool, nowMs());
    // What is here may be of another time of the database, so all of it is read again.
    await copyTables(await readTables(pool, onProblem), 'all');
    for await (const assignments of allAssignments(pool)) await apply({ assignments });
    // Kept last: a copy that was cut off begins once more, but for the rates that are here.
    await apply({ position: JSON.stringify(first) });
    return first;
  }

  async function copyTables(tables: readonly RateTableCopy[], which: 'new' | 'all' = 'new'): Promise<void> {
    const versions = new Map(await local.copiedVersions());
    for (const table of tables) {
      const { id, version } = table;
      if (which === 'new' && versions.get(id) === version) continue;
      await copyRates(table, which === 'all' ? 0 : await local.copiedUpTo(id, version));
      if (isOver()) return;
      versions.set(table.id, table.version);
    }
    // Null where a version is not here yet: its table is told of once it is.
    await apply({ tables: tables.filter(({ id, version }) => versions.get(id) === version) });
    for (const { id, version } of tables) {
      while (!isOver() && (await local.removeOtherRates(id, version)) > 0) await pause(betweenSlicesMs);
    }
  }

  async function copyRates({ id: tableId, version }: RateTableCopy, fromId: number): Promise<void> {
    let copied = 0;
    let afterId = fromId;
    for await (const piece of copyPieces(pool, tableId, version, fromId)) {
      for (let at = 0; at < piece.length; at += sliceOf) {
        const rates = piece.slice(at, at + sliceOf);
        const upToId = rates.at(-1)?.id ?? afterId;
        await apply({ rates, complete: { tableId, version, afterId, upToId } });
        afterId = upToId;
        await pause(betweenSlicesMs);
      }
      copied += piece.length;
      onProgress(copied);
      if (isOver()) return;
    }
    await apply({ complete: { tableId, version, afterId, upToId: highestId } });
  }

  async function follow(from: ChangePosition): Promise<ChangePosition> {
    const changes = await changesAfter(pool, from);
    if (changes.length === 0) return from;
    const next = advance(
      from,
      changes.map(({ id }) => id),
      nowMs(),
    );
    const ids = (table: string) => [...new Set(changes.filter((c) => c.table === table).map(({ rowId }) => rowId))];
    if (ids('tables').length > 0) await copyTables(await readTables(pool, onProblem));
    const rateIds = ids('rates');
    const rates = await ratesById(pool, rateIds);
    const present = new Set(rates.map(({ id }) => id));
    const versions = await local.copiedVersions();
    await apply({
      // A row of a version that is not here as a whole comes with the whole.
      rates: rates.filter(({ tableId, version }) => versions.get(tableId) === version),
      removedRates: rateIds.filter((id) => !present.has(id)),
      assignments: [
        ...(await assignmentsOf(pool, 'account', ids('accounts'))),
        ...(await assignmentsOf(pool, 'department', ids('departments'))),
      ],
      position: JSON.stringify(next),
    });
    return next;
  }

  return async (): Promise<void> => {
    position = await follow(position ?? (await start()));
    if (unplaced.length === 0) return;
    const again = unplaced;
    unplaced = [];
    await apply({ assignments: again });
  };
}

async function readTables(pool: sql.ConnectionPool, onProblem: (problem: string) => void): Promise<RateTableCopy[]> {
  const { recordset } = await pool.request().query<RateTableRow>(`${selectTables} ORDER BY t.Id`);
  return recordset.flatMap((row) => {
    try {
      return [rateTableOf(row)];
    } catch (error) {
      onProblem(`${messageOf(error)}; its calls are unrated until that is mended`);
      return [];
    }
  });
}

/** The rates of a version whose ids are higher than this one, by id. */
export async function* copyPieces(
  pool: sql.ConnectionPool,
  tableId: number,
  version: number,
  fromId: number,
): AsyncGenerator<StoredRate[]> {
  for (let afterId = fromId; ;) {
    const rates = await ratesAfter(pool, tableId, version, afterId);
    if (rates.length > 0) yield rates;
    if (rates.length < ratesAtOnce) return;
    afterId = rates.at(-1)?.id ?? afterId;
  }
}

async function ratesAfter(
  pool: sql.ConnectionPool,
  tableId: number,
  version: number,
  afterId: number,
): Promise<StoredRate[]> {
  const { recordset } = await pool
    .request()
    .input('tableId', sql.Int(), tableId)
    .input('version', sql.Int(), version)
    .input('after', sql.Int(), afterId)
    .query<RateRow>(
      `${selectRates.replace('SELECT ', `SELECT TOP (${ratesAtOnce}) `)}
WHERE r.TableId = @tableId AND r.Version = @version AND r.Id > @after ORDER BY r.Id`,
    );
  return recordset.map(rateOf);
}

/** With as many parameters as there are numbers; at most 1,000 of them. */
function idList(request: sql.Request, ids: readonly number[]): string {
  ids.forEach((id, index) => request.input(`id${index}`, sql.Int(), id));
  return ids.map((_, index) => `@id${index}`).join(', ');
}

async function ratesById(pool: sql.ConnectionPool, ids: readonly number[]): Promise<StoredRate[]> {
  if (ids.length === 0) return [];
  const request = pool.request();
  const { recordset } = await request.query<RateRow>(`${selectRates} WHERE r.Id IN (${idList(request, ids)})`);
  return recordset.map(rateOf);
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

async function* allAssignments(pool: sql.ConnectionPool): AsyncGenerator<RateAssignment[]> {
  for (const to of ['account', 'department'] as const) {
    const { table, column } = assigned[to];
    for (let afterId = 0; ;) {
      const { recordset } = await pool
        .request()
        .input('after', sql.Int(), afterId)
        .query<{ id: number; tableId: number }>(
          `SELECT TOP (${sliceOf}) ${column} AS id, TableId AS tableId FROM ${table} WHERE ${column} > @after ORDER BY ${column}`,
        );
      yield recordset.map((row) => ({ to, ...row }));
      if (recordset.length < sliceOf) break;
      afterId = recordset.at(-1)?.id ?? afterId;
    }
  }
}

async function currentPosition(pool: sql.ConnectionPool, nowMs: number): Promise<ChangePosition> {
  const { recordset } = await pool
    .request()
    .query<{ Id: string }>(`SELECT TOP (${lookBack}) Id FROM dbo.RateChanges ${passingBy} ORDER BY Id DESC`);
  const ids = recordset.map(({ Id }) => Number(Id)).reverse();
  const first = ids[0];
  return first === undefined ? { last: 0, gaps: [] } : advance({ last: first - 1, gaps: [] }, ids, nowMs);
}

async function changesAfter(
  pool: sql.ConnectionPool,
  { last, gaps }: ChangePosition,
): Promise<{ id: number; table: string; rowId: number }[]> {
  const request = pool.request().input('last', sql.BigInt(), last);
  const ranges = gaps.map(({ from, to }, index) => {
    request.input(`from${index}`, sql.BigInt(), from).input(`to${index}`, sql.BigInt(), to);
    return ` OR Id BETWEEN @from${index} AND @to${index}`;
  });
  const { recordset } = await request.query<{ Id: string; TableName: string; RowId: number }>(
    `SELECT TOP (${changesAtOnce}) Id, TableName, RowId FROM dbo.RateChanges ${passingBy}
WHERE Id > @last${ranges.join('')} ORDER BY Id`,
  );
  return recordset.map(({ Id, TableName, RowId }) => ({ id: Number(Id), table: TableName, rowId: RowId }));
}
