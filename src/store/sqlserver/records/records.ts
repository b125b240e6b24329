import type sql from 'mssql';
import { callRecordFields, type CallRecord } from '../../../words/call-record.ts';
import type { CallRecordReader } from '../../ports/call-records.ts';
import { sqlTypeOf } from '../column.ts';
import { toStoreError } from '../errors.ts';
import { isConnected } from '../replication/controllers.ts';
import { top } from '../statements.ts';
import { callIdType, callRecordColumns, recordOf, type CallRecordRow } from './rows.ts';

export type RunningElsewhere = {
  /** Calls that controllers other than this one serve now, the latest first; those of a lost controller are not among them. */
  listRunningElsewhere(controller: string, limit: number): Promise<CallRecord[]>;
};

/** Reads call records; rejects with a `StoreError`. */
export function readCallRecords(pool: sql.ConnectionPool, where: string): CallRecordReader & RunningElsewhere {
  const read = async (request: sql.Request, statement: string) => {
    try {
      return (await request.query<CallRecordRow>(statement)).recordset.map(recordOf);
    } catch (error) {
      throw toStoreError(error, where);
    }
  };
  return {
    listRunningElsewhere: (controller, limit) =>
      read(
        pool.request().input('controller', sqlTypeOf(callRecordFields.controller.type), controller),
        `SELECT ${top(limit)}${callRecordColumns} FROM dbo.CallRecords WHERE EndedAt IS NULL AND Controller <> @controller
  AND Controller IN (SELECT Name FROM dbo.Controllers WHERE ${isConnected}) ORDER BY StartedAt DESC, CallId`,
      ),
    async findCallRecord(callId) {
      const [record] = await read(
        pool.request().input('callId', callIdType, callId),
        `SELECT ${callRecordColumns} FROM dbo.CallRecords WHERE CallId = @callId`,
      );
      return record ?? null;
    },
    listCallRecords({ fromMs, untilMs, open, uncodedOf, limit } = {}) {
      const request = pool.request();
      const conditions: string[] = [];
      const started = sqlTypeOf(callRecordFields.startedAtMs.type);
      if (fromMs !== undefined) {
        request.input('from', started, new Date(fromMs));
        conditions.push('StartedAt >= @from');
      }
      if (untilMs !== undefined) {
        request.input('until', started, new Date(untilMs));
        conditions.push('StartedAt < @until');
      }
      if (open !== undefined) conditions.push(open ? 'EndedAt IS NULL' : 'EndedAt IS NOT NULL');
      if (uncodedOf !== undefined) conditions.push('Uncoded = 1 AND AccountId IS NULL AND EndedAt IS NOT NULL');
      if (uncodedOf != null) {
        request.input('extension', sqlTypeOf(callRecordFields.extension.type), uncodedOf);
        conditions.push('Extension = @extension');
      }
      const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      return read(
        request,
        `SELECT ${top(limit)}${callRecordColumns} FROM dbo.CallRecords${filter} ORDER BY StartedAt DESC, CallId`,
      );
    },
  };
}
