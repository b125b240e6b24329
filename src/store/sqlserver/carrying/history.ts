import {
  carriedCorrections,
  carriedMoves,
  carriedPrices,
  carriedReratings,
  type CarriedColumn,
  type CarriedRow,
} from '../../tables/carried.ts';
import { callIdType } from '../records/rows.ts';
import { within } from '../transaction.ts';
import { carriedId, requestOf, type Carrying } from './ids.ts';
import { localId, stage, type StagedColumn } from './stage.ts';
import { listOf } from '../statements.ts';
import { requestOn } from '../request.ts';

const into = (columns: readonly CarriedColumn[]): string => columns.map(({ sqlServer }) => sqlServer).join(', ');

/** Ids of rows that are gone stay where all ids do, and are left out elsewhere, where they would mean others. */
function valuesOf({ keepIds }: Carrying, columns: readonly CarriedColumn[]): string {
  const values = columns.map((column) => {
    const { of, sqlServer } = column;
    if (of !== undefined && keepIds) return `COALESCE(${carriedId(column)}, s.${sqlServer})`;
    // Not null there; 0 is nobody's.
    if (sqlServer === 'ToAccountId') return `COALESCE(${carriedId(column)}, 0)`;
    if (sqlServer === 'RateId' && !keepIds) return 'NULL';
    return carriedId(column);
  });
  return values.join(', ');
}

/** Rows that are not there yet, in the order of their ids here; `isSame` compares one there (`t`) with one of ours (`s`). */
async function carryMissing(
  carrying: Carrying,
  what: { table: string; columns: readonly CarriedColumn[]; isSame: string; order: string },
  staged: readonly StagedColumn[],
  rows: readonly CarriedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const { table, columns, isSame, order } = what;
  await within(carrying.pool, carrying.where, `The rows of ${table}`, async (transaction) => {
    await stage(transaction, staged, rows);
    await requestOf(transaction, carrying, 'account').query(
      `INSERT INTO ${table} (${into(columns)}) SELECT ${valuesOf(carrying, columns)} FROM #Carry s
WHERE NOT EXISTS (SELECT 1 FROM ${table} t WHERE ${isSame}) ORDER BY ${order}`,
    );
  });
}

/** In their order: the last move of a call is the one that stands. */
export const carryMoves = (carrying: Carrying, rows: readonly CarriedRow[]): Promise<void> =>
  carryMissing(
    carrying,
    {
      ...{ table: 'dbo.CallMoves', columns: carriedMoves, order: 's.LocalId' },
      isSame:
        't.CallId = s.CallId AND t.MovedAt = s.MovedAt AND t.MovedBy = s.MovedBy AND t.ToAccountName = s.ToAccountName',
    },
    [localId, ...carriedMoves],
    rows,
  );

export const carryPrices = (carrying: Carrying, rows: readonly CarriedRow[]): Promise<void> =>
  carryMissing(
    carrying,
    {
      ...{ table: 'dbo.CallPriceHistory', columns: carriedPrices, order: 's.CallId, s.Version' },
      isSame: 't.CallId = s.CallId AND t.Version = s.Version',
    },
    carriedPrices,
    rows,
  );

export const carryCorrections = (carrying: Carrying, rows: readonly CarriedRow[]): Promise<void> =>
  carryMissing(
    carrying,
    {
      ...{ table: 'dbo.CallCorrections', columns: carriedCorrections, order: 's.LocalId' },
      isSame: 't.CallId = s.CallId AND t.CorrectedAt = s.CorrectedAt AND t.RecordAfter = s.RecordAfter',
    },
    [localId, ...carriedCorrections],
    rows,
  );

/** One by one, since one may undo another; there are few. */
export async function carryReratings(carrying: Carrying, rows: readonly CarriedRow[]): Promise<void> {
  const { pool, where } = carrying;
  for (const row of rows) {
    await within(pool, where, 'The re-rating', async (transaction) => {
      await stage(transaction, [localId, ...carriedReratings], [row]);
      const isCarried =
        'EXISTS (SELECT 1 FROM dbo.CarriedIds m WHERE m.FileId = @fileId AND m.Kind = @kind AND m.LocalId = s.LocalId)';
      const { recordset } = await requestOf(transaction, carrying, 'rerating').query(
        `SELECT 1 AS there FROM #Carry s WHERE ${isCarried}`,
      );
      if (recordset.length > 0) {
        await requestOf(transaction, carrying, 'rerating').query(
          `UPDATE t SET Calls = s.Calls FROM dbo.Reratings t JOIN dbo.CarriedIds m ON m.FileId = @fileId AND m.Kind = @kind AND m.Id = t.Id
JOIN #Carry s ON s.LocalId = m.LocalId WHERE t.Calls <> s.Calls`,
        );
        return;
      }
      await requestOf(transaction, carrying, 'rerating').query(
        `INSERT INTO dbo.Reratings (${into(carriedReratings)}) SELECT ${carriedReratings.map(carriedId).join(', ')} FROM #Carry s;
INSERT INTO dbo.CarriedIds (FileId, Kind, LocalId, Id) SELECT @fileId, @kind, s.LocalId, CAST(SCOPE_IDENTITY() AS INT) FROM #Carry s`,
      );
    });
  }
}

/** Of these calls, those that have no record there. */
export async function callsNotThere(
  { pool, where }: Pick<Carrying, 'pool' | 'where'>,
  callIds: readonly string[],
): Promise<string[]> {
  if (callIds.length === 0) return [];
  return within(pool, where, 'The call record', async (transaction) => {
    const request = requestOn(transaction);
    const list = listOf(request, 'id', callIdType, callIds);
    const { recordset } = await request.query<{ callId: string }>(
      `SELECT CallId AS callId FROM dbo.CallRecords WHERE CallId IN (${list})
UNION ALL SELECT CallId FROM dbo.CallArchive WHERE CallId IN (${list})`,
    );
    const there = new Set(recordset.map(({ callId }) => callId));
    return callIds.filter((callId) => !there.has(callId));
  });
}
