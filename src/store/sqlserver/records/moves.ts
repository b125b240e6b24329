import sql from 'mssql';
import type { Account } from '../../../words/directory.ts';
import type { CallType } from '../../../words/call-type.ts';
import { chargeOf, planMove } from '../../call-moves.ts';
import type { CallMove, Charge, MovedCall, MoveStore } from '../../ports/move-store.ts';
import type { CallRecordReader } from '../../ports/call-records.ts';
import type { RateStore } from '../../ports/rate-store.ts';
import { countryFinder } from '../../../reports/country.ts';
import { callMoveFieldNames, callMoveFields, type NewMove } from '../../tables/call-move.ts';
import { fromSql } from '../column.ts';
import { accountOf, selectAccounts, type AccountRow } from '../directory/rows.ts';
import { appendPrice } from '../rates/price-history.ts';
import { top } from '../statements.ts';
import { within } from '../transaction.ts';
import { pricesOfMoved } from './moved-price.ts';
import { callIdType, fieldParameters, sentPrice, updateRecord, withParameters, type Parameter } from './rows.ts';

type MoveRow = Record<keyof CallMove, unknown>;
type Dependencies = {
  records: Pick<CallRecordReader, 'findCallRecord'>;
  rates: Pick<RateStore, 'rateTableOf' | 'ratesFor'>;
  freeCallTypes: readonly CallType[] | undefined;
};

/** Moves calls in SQL Server; rejects with a `StoreError`, and then nothing was changed. */
export function sqlServerMoves(
  pool: sql.ConnectionPool,
  where: string,
  { records, rates, freeCallTypes }: Dependencies,
): MoveStore {
  const countryOf = countryFinder();
  const priceOf = pricesOfMoved(rates, freeCallTypes);

  return {
    async moveCall(request) {
      const stored = await records.findCallRecord(request.callId);
      return within(pool, where, 'The move', async (transaction): Promise<MovedCall> => {
        const to = await accountWith(transaction, request.toAccountCode);
        const { call, move } = planMove(request, { call: stored, to }, Date.now());
        const newPrice = await priceOf(call, { accountId: move.toAccountId, departmentId: move.toDepartmentId });
        const from = newPrice === null ? null : await chargeNow(transaction, move.callId);
        const id = await keep(transaction, move);
        await chargeTo(transaction, move);
        if (newPrice !== null) {
          const sent = sentPrice(newPrice, countryOf(call.calledE164));
          await appendPrice(transaction, null, { callId: move.callId, to: newPrice, sent });
        }
        return { move: { id, ...move }, charge: newPrice === null ? null : { from, to: chargeOf(newPrice) } };
      });
    },
    listMoves: ({ callId, limit } = {}) =>
      within(pool, where, 'The moves', async (transaction) => {
        const request = new sql.Request(transaction);
        if (callId !== undefined) request.input('callId', callIdType, callId);
        const { recordset } = await request.query<MoveRow>(
          `SELECT ${top(limit)}Id AS id, ${selected}
FROM dbo.CallMoves${callId === undefined ? '' : ' WHERE CallId = @callId'} ORDER BY Id DESC`,
        );
        return recordset.map(moveOfRow);
      }),
  };
}

const selected = callMoveFieldNames.map((field) => `${callMoveFields[field].sqlServer} AS ${field}`).join(', ');

function moveOfRow(row: MoveRow): CallMove {
  const given = callMoveFieldNames.map((field) => [field, fromSql(callMoveFields[field].type, row[field])]);
  return { id: row.id, ...Object.fromEntries(given) } as CallMove;
}

async function accountWith(transaction: sql.Transaction, code: string): Promise<Account | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('code', sql.VarChar(20), code)
    .query<AccountRow>(`${selectAccounts} WHERE Code = @code`);
  const [row] = recordset;
  return row === undefined ? null : accountOf(row);
}

async function keep(transaction: sql.Transaction, move: NewMove): Promise<number> {
  const parameters = callMoveFieldNames.map((field): Parameter => {
    const { sqlServer, type } = callMoveFields[field];
    return { column: sqlServer, name: field, type, value: move[field] };
  });
  const { recordset } = await withParameters(new sql.Request(transaction), parameters).query<{ id: number }>(
    `INSERT INTO dbo.CallMoves (${parameters.map(({ column }) => column).join(', ')})
VALUES (${parameters.map(({ name }) => `@${name}`).join(', ')}); SELECT CAST(SCOPE_IDENTITY() AS INT) AS id;`,
  );
  return recordset[0]?.id ?? 0;
}

async function chargeNow(transaction: sql.Transaction, callId: string): Promise<Charge | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('callId', callIdType, callId)
    .query<{ currency: string | null; charge: string | null }>(
      'SELECT Currency AS currency, ChargeMicros AS charge FROM dbo.CallRecords WHERE CallId = @callId',
    );
  const { currency = null, charge: micros = null } = recordset[0] ?? {};
  return currency === null || micros === null ? null : { currency, chargeMicros: Number(micros) };
}

/** The record names the account that pays. */
async function chargeTo(transaction: sql.Transaction, move: NewMove): Promise<void> {
  const payer = {
    ...{ accountId: move.toAccountId, accountName: move.toAccountName, departmentId: move.toDepartmentId },
  };
  await updateRecord(transaction, move.callId, fieldParameters(payer, ['accountId', 'accountName', 'departmentId']));
}
