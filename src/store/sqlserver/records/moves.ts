import sql from 'mssql';
import type { Account } from '../../../words/directory.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import { planMove } from '../../call-moves.ts';
import type { CallMove, Charge, MovedCall, MoveRequest, MoveStore } from '../../ports/move-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { RatesOfRecord } from '../rates/rates.ts';
import { settleMonths } from '../rates/months.ts';
import { countryFinder } from '../../../reports/country.ts';
import { callMoveFieldNames, callMoveFields, type NewMove } from '../../tables/call-move.ts';
import { fromSql } from '../column.ts';
import { accountOf, selectAccounts, type AccountRow } from '../directory/rows.ts';
import { appendPrice } from '../rates/price-history.ts';
import { affected, top } from '../statements.ts';
import { within } from '../transaction.ts';
import { lockCalls } from './lock.ts';
import { pricesOfMoved } from './moved-price.ts';
import {
  callIdType,
  callRecordColumns,
  fieldParameters,
  recordOf,
  sentPrice,
  withParameters,
  type CallRecordRow,
  type Parameter,
} from './rows.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';
import { requestOn } from '../request.ts';

type MoveRow = Record<keyof CallMove, unknown>;
type Dependencies = {
  rates: RatesOfRecord;
  rules: PricingRules | undefined;
};
/** The account that is to pay: as people name it, or by its id here. */
type Asked = Omit<MoveRequest, 'toAccountCode'> & { to: { code: string } | { id: number } };

/** Moves a call as part of a transaction; throws a `StoreError`. */
export type MoveWithin = (transaction: sql.Transaction, asked: Asked) => Promise<MovedCall>;

export function movesWithin({ rates, rules }: Dependencies): MoveWithin {
  const countryOf = countryFinder();
  const priceOf = pricesOfMoved(rates, rules);

  return async (transaction, { to: toAccount, ...request }) => {
    const stored = await recordOfCall(transaction, request.callId);
    const to = await accountBy(transaction, toAccount);
    if (to === null && 'id' in toAccount)
      throw new StoreError('invalid', `There is no account ${toAccount.id} any more.`);
    const { call, move } = planMove(request, { call: stored, to }, Date.now());
    const payer = { accountId: move.toAccountId, departmentId: move.toDepartmentId };
    const now = await chargeNow(transaction, move.callId);
    const newPrice = await priceOf(call, payer, now.isMonthly);
    const from = newPrice === null ? null : now.charge;
    const id = await keep(transaction, move);
    await chargeTo(transaction, move);
    if (newPrice !== null) {
      const sent = sentPrice(newPrice, countryOf(call.calledE164));
      await appendPrice(transaction, null, { callId: move.callId, to: newPrice, sent });
      await settleMonths(transaction, [{ ...call, ...payer, price: sent }]);
      const { charge } = await chargeNow(transaction, move.callId);
      return { move: { id, ...move }, charge: { from, to: charge } };
    }
    return { move: { id, ...move }, charge: null };
  };
}

/** Moves calls in SQL Server; rejects with a `StoreError`, and then nothing was changed. */
export function sqlServerMoves(pool: sql.ConnectionPool, where: string, dependencies: Dependencies): MoveStore {
  const move = movesWithin(dependencies);

  return {
    moveCall: ({ toAccountCode, ...request }) =>
      within(pool, where, 'The move', (transaction) => move(transaction, { ...request, to: { code: toAccountCode } })),
    listMoves: ({ callId, limit } = {}) =>
      within(pool, where, 'The moves', async (transaction) => {
        const request = requestOn(transaction);
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

/** Whoever moves the same call, or prices it again, waits. */
async function recordOfCall(transaction: sql.Transaction, callId: string): Promise<CallRecord | null> {
  await lockCalls(transaction, [callId]);
  const { recordset } = await requestOn(transaction)
    .input('callId', callIdType, callId)
    .query<CallRecordRow>(`SELECT ${callRecordColumns} FROM dbo.CallRecords WHERE CallId = @callId`);
  const [row] = recordset;
  return row === undefined ? null : recordOf(row);
}

async function accountBy(transaction: sql.Transaction, by: Asked['to']): Promise<Account | null> {
  const isCode = 'code' in by;
  const { recordset } = await requestOn(transaction)
    .input('code', sql.VarChar(20), isCode ? by.code : null)
    .input('id', sql.Int(), isCode ? null : by.id)
    .query<AccountRow>(`${selectAccounts} WHERE ${isCode ? 'Code = @code' : 'Id = @id'}`);
  const [row] = recordset;
  return row === undefined ? null : accountOf(row);
}

async function keep(transaction: sql.Transaction, move: NewMove): Promise<number> {
  const parameters = callMoveFieldNames.map((field): Parameter => {
    const { sqlServer, type } = callMoveFields[field];
    return { column: sqlServer, name: field, type, value: move[field] };
  });
  const { recordset } = await withParameters(requestOn(transaction), parameters).query<{ id: number }>(
    `INSERT INTO dbo.CallMoves (${parameters.map(({ column }) => column).join(', ')})
VALUES (${parameters.map(({ name }) => `@${name}`).join(', ')}); SELECT CAST(SCOPE_IDENTITY() AS INT) AS id;`,
  );
  return recordset[0]?.id ?? 0;
}

/** And whether it depends on the month. */
async function chargeNow(
  transaction: sql.Transaction,
  callId: string,
): Promise<{ charge: Charge | null; isMonthly: boolean }> {
  const { recordset } = await requestOn(transaction)
    .input('callId', callIdType, callId)
    .query<{ currency: string | null; charge: string | null; basis: string | null }>(
      'SELECT Currency AS currency, ChargeMicros AS charge, PriceBasis AS basis FROM dbo.CallRecords WHERE CallId = @callId',
    );
  const { currency = null, charge: micros = null, basis = null } = recordset[0] ?? {};
  const charge = currency === null || micros === null ? null : { currency, chargeMicros: Number(micros) };
  return { charge, isMonthly: basis !== null };
}

/** The record names the account that pays. An engine without locks in reads (Babelfish) lets another move go first. */
async function chargeTo(transaction: sql.Transaction, move: NewMove): Promise<void> {
  const payer = {
    ...{ accountId: move.toAccountId, accountName: move.toAccountName, departmentId: move.toDepartmentId },
  };
  const parameters = fieldParameters(payer, ['accountId', 'accountName', 'departmentId']);
  const moved = await withParameters(requestOn(transaction), parameters)
    .input('callIs', callIdType, move.callId)
    .input('from', sql.Int(), move.fromAccountId ?? 0)
    .query(
      `UPDATE dbo.CallRecords SET ${parameters.map(({ column, name }) => `${column} = @${name}`).join(', ')}
WHERE CallId = @callIs AND ISNULL(AccountId, 0) = @from`,
    );
  if (affected(moved) === 0) {
    throw new StoreError('unavailable', `Call ${move.callId} was changed at the same moment: try again.`);
  }
}
