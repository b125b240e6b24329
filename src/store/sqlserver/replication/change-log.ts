import sql from 'mssql';
import type { ChangeLog } from '../../replication/feed.ts';
import { advance } from '../../replication/position.ts';

/** A transaction that is open when the first copy begins has a number among this many of the latest. */
const lookBack = 10_000;

/**
 * Skips rows of open transactions instead of waiting for them: their numbers are gaps, which are asked for again.
 * Both hints are needed, since READPAST alone is refused where READ_COMMITTED_SNAPSHOT is on
 * (learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table).
 */
const skippingOpen = 'WITH (READPAST, READCOMMITTEDLOCK)';

/** A table to which triggers add a row for every change. */
export function changeLog(pool: sql.ConnectionPool, table: 'dbo.DirectoryChanges' | 'dbo.RateChanges'): ChangeLog {
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

    async after({ last, gaps }, maximum) {
      const request = pool.request().input('last', sql.BigInt(), last);
      const ranges = gaps.map(({ from: first, to }, index) => {
        request.input(`from${index}`, sql.BigInt(), first).input(`to${index}`, sql.BigInt(), to);
        return ` OR Id BETWEEN @from${index} AND @to${index}`;
      });
      const { recordset } = await request.query<{ Id: string; TableName: string; RowId: number }>(
        `SELECT TOP (${maximum}) Id, TableName, RowId ${from} WHERE Id > @last${ranges.join('')} ORDER BY Id`,
      );
      return recordset.map(({ Id, TableName, RowId }) => ({ id: Number(Id), table: TableName, rowId: RowId }));
    },
  };
}
