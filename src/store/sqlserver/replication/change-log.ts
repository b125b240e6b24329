import sql from 'mssql';
import type { Change, ChangeLog } from '../../replication/feed.ts';
import { advance, type ChangePosition } from '../../replication/position.ts';

/** A transaction that is open when the first copy begins has a number among this many of the latest. */
const lookBack = 10_000;

/** How many changes are read before their turn: they take two round trips and some milliseconds. */
const revokingAhead = 500;
const newestAhead = 100;

/**
 * Skips rows of open transactions instead of waiting for them: their numbers are gaps, which are asked for again.
 * Both hints are needed, since READPAST alone is refused where READ_COMMITTED_SNAPSHOT is on
 * (learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table).
 */
export const skippingOpen = 'WITH (READPAST, READCOMMITTEDLOCK)';

/** A table to which triggers add a row for every change. */
export function changeLog(
  pool: sql.ConnectionPool,
  table: 'dbo.DirectoryChanges' | 'dbo.RateChanges' | 'dbo.CallChanges',
): ChangeLog {
  const from = `FROM ${table} ${skippingOpen}`;
  return {
    async canContinue({ last }) {
      const { recordset } = await pool
        .request()
        .query<{ First: string | null; Last: string | null }>(`SELECT MIN(Id) AS First, MAX(Id) AS Last ${from}`);
      const [row] = recordset;
      if (row?.First == null || row.Last === null) return last === 0;
      return Number(row.First) - 1 <= last && last <= Number(row.Last);
    },

    async now(nowMs) {
      const { recordset } = await pool
        .request()
        .query<{ Id: string }>(`SELECT TOP (${lookBack}) Id ${from} ORDER BY Id DESC`);
      const ids = recordset.map(({ Id }) => Number(Id)).reverse();
      const first = ids[0];
      return first === undefined ? { last: 0, gaps: [] } : advance({ last: first - 1, gaps: [] }, ids, nowMs);
    },

    async after(position, maximum) {
      const request = pool.request();
      const { recordset } = await request.query<ChangeRow>(
        `SELECT TOP (${maximum}) ${table === 'dbo.CallChanges' ? callColumns : columns} ${from} WHERE ${since(position, request)} ORDER BY Id`,
      );
      return recordset.map(changeOf);
    },
  };
}

/** Changes of the directory, whose triggers say which of them take something away. */
export function directoryChangeLog(pool: sql.ConnectionPool): ChangeLog {
  const from = `FROM dbo.DirectoryChanges ${skippingOpen}`;
  return {
    ...changeLog(pool, 'dbo.DirectoryChanges'),
    async ahead(position) {
      const request = pool.request();
      const { recordsets } = await request.query<ChangeRow[]>(
        `SELECT TOP (${revokingAhead}) ${columns} ${from} WHERE Revokes = 1 AND (${since(position, request)}) ORDER BY Id DESC;
SELECT TOP (${newestAhead}) ${columns} ${from} WHERE Id > @last ORDER BY Id DESC`,
      );
      const byId = new Map(recordsets.flat().map((row) => [row.Id, changeOf(row)]));
      return [...byId.values()];
    },
  };
}

const columns = 'Id, TableName, RowId';
/** Calls have no number. */
const callColumns = `Id, 'calls' AS TableName, 0 AS RowId`;
type ChangeRow = { Id: string; TableName: string; RowId: number };
const changeOf = ({ Id, TableName, RowId }: ChangeRow): Change => ({ id: Number(Id), table: TableName, rowId: RowId });

/** A condition, whose parameters it adds. */
function since({ last, gaps }: ChangePosition, request: sql.Request): string {
  request.input('last', sql.BigInt(), last);
  const ranges = gaps.map(({ from: first, to }, index) => {
    request.input(`from${index}`, sql.BigInt(), first).input(`to${index}`, sql.BigInt(), to);
    return ` OR Id BETWEEN @from${index} AND @to${index}`;
  });
  return `Id > @last${ranges.join('')}`;
}
