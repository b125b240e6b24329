import sql from 'mssql';
import type { Price } from '../../../rating/price.ts';
import type { CallType } from '../../../words/call-type.ts';
import { chargeOf, checkMovable, checkMove, noSuchAccount, noSuchCall } from '../../call-moves.ts';
import type { CallMove, Charge, MovedCall, MoveStore } from '../../call-moves.ts';
import type { CallRecordReader } from '../../ports/store.ts';
import type { RateStore } from '../../ports/rate-store.ts';
import { countryFinder } from '../../../reports/country.ts';
import { destinationOf } from './records.ts';
import { accountOf, selectAccounts, type AccountRow } from '../directory/rows.ts';
import { pricesOfMoved } from './moved-price.ts';
import { within } from '../transaction.ts';

const name = sql.NVarChar(200);
const columns = {
  callId: { name: 'CallId', type: sql.VarChar(80) },
  movedAtMs: { name: 'MovedAt', type: sql.DateTime2(3) },
  movedBy: { name: 'MovedBy', type: name },
  why: { name: 'Why', type: sql.NVarChar(400) },
  fromAccountId: { name: 'FromAccountId', type: sql.Int() },
  fromAccountName: { name: 'FromAccountName', type: name },
  fromDepartmentId: { name: 'FromDepartmentId', type: sql.Int() },
  toAccountId: { name: 'ToAccountId', type: sql.Int() },
  toAccountName: { name: 'ToAccountName', type: name },
  toDepartmentId: { name: 'ToDepartmentId', type: sql.Int() },
} satisfies Record<Exclude<keyof CallMove, 'id'>, { name: string; type: sql.ISqlType }>;
const fields = Object.keys(columns) as (keyof typeof columns)[];

type MoveRow = Omit<CallMove, 'movedAtMs'> & { movedAtMs: Date };
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
  // By the same table it would cost the same, or what has since been imported: neither is what was asked for.
  const priceOf = pricesOfMoved(rates, freeCallTypes);

  return {
    async moveCall(request) {
      const { why, movedBy } = checkMove(request);
      const call = await records.findCallRecord(request.callId);
      if (call === null) throw noSuchCall(request.callId);
      return within(pool, where, 'The move', async (transaction): Promise<MovedCall> => {
        const { recordset } = await new sql.Request(transaction)
          .input('code', sql.VarChar(20), request.toAccountCode)
          .query<AccountRow>(`${selectAccounts} WHERE Code = @code`);
        const [row] = recordset;
        if (row === undefined) throw noSuchAccount();
        const to = accountOf(row);
        checkMovable(call, to);
        const move: Omit<CallMove, 'id'> = {
          ...{ callId: call.callId, movedAtMs: Date.now(), movedBy, why },
          ...{ fromAccountId: call.accountId, fromAccountName: call.accountName, fromDepartmentId: call.departmentId },
          ...{ toAccountId: to.id, toAccountName: to.name, toDepartmentId: to.departmentId },
        };
        const newPrice = await priceOf(call, { accountId: to.id, departmentId: to.departmentId });
        const from = newPrice === null ? null : await chargeNow(transaction, call.callId);
        const id = await keep(transaction, move);
        await charge(transaction, move, newPrice, countryOf(call.calledE164));
        return { move: { id, ...move }, charge: newPrice === null ? null : { from, to: chargeOf(newPrice) } };
      });
    },
    listMoves: ({ callId, limit } = {}) =>
      within(pool, where, 'The moves', async (transaction) => {
        const request = new sql.Request(transaction);
        if (callId !== undefined) request.input('callId', columns.callId.type, callId);
        const top = limit === undefined ? '' : `TOP (${Math.max(0, Math.floor(limit))}) `;
        const { recordset } = await request.query<MoveRow>(
          `SELECT ${top}Id AS id, ${fields.map((field) => `${columns[field].name} AS ${field}`).join(', ')}
FROM dbo.CallMoves${callId === undefined ? '' : ' WHERE CallId = @callId'} ORDER BY Id DESC`,
        );
        return recordset.map((row) => ({ ...row, movedAtMs: row.movedAtMs.getTime() }));
      }),
  };
}

async function keep(transaction: sql.Transaction, move: Omit<CallMove, 'id'>): Promise<number> {
  const request = new sql.Request(transaction);
  for (const field of fields) {
    request.input(field, columns[field].type, field === 'movedAtMs' ? new Date(move[field]) : move[field]);
  }
  const { recordset } = await request.query<{ id: number }>(
    `INSERT INTO dbo.CallMoves (${fields.map((field) => columns[field].name).join(', ')})
VALUES (${fields.map((field) => `@${field}`).join(', ')}); SELECT CAST(SCOPE_IDENTITY() AS INT) AS id;`,
  );
  return recordset[0]?.id ?? 0;
}

async function chargeNow(transaction: sql.Transaction, callId: string): Promise<Charge | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('callId', columns.callId.type, callId)
    .query<{ currency: string | null; charge: string | null }>(
      'SELECT Currency AS currency, ChargeMicros AS charge FROM dbo.CallRecords WHERE CallId = @callId',
    );
  const { currency = null, charge: micros = null } = recordset[0] ?? {};
  return currency === null || micros === null ? null : { currency, chargeMicros: Number(micros) };
}

/** The record names the account that pays; `newPrice` null: it costs what it cost. */
async function charge(
  transaction: sql.Transaction,
  { callId, toAccountId, toAccountName, toDepartmentId }: Omit<CallMove, 'id'>,
  newPrice: Price | null,
  country: string | null,
): Promise<void> {
  const request = new sql.Request(transaction)
    .input('callId', columns.callId.type, callId)
    .input('accountId', sql.Int(), toAccountId)
    .input('accountName', name, toAccountName)
    .input('departmentId', sql.Int(), toDepartmentId);
  const sets = ['AccountId = @accountId', 'AccountName = @accountName', 'DepartmentId = @departmentId'];
  if (newPrice !== null) {
    const priced = newPrice.kind === 'priced' ? newPrice : null;
    request
      .input('kind', sql.VarChar(10), newPrice.kind)
      .input('currency', sql.Char(3), priced?.currency ?? null)
      .input('cost', sql.BigInt(), priced?.costMicros ?? null)
      .input('charge', sql.BigInt(), priced?.chargeMicros ?? null)
      .input('arithmetic', sql.NVarChar(400), priced?.arithmetic.slice(0, 400) ?? null)
      .input('destination', name, destinationOf(newPrice, country));
    sets.push('PriceKind = @kind', 'Currency = @currency', 'CostMicros = @cost', 'ChargeMicros = @charge');
    sets.push('PriceArithmetic = @arithmetic', 'Destination = @destination');
  }
  await request.query(`UPDATE dbo.CallRecords SET ${sets.join(', ')} WHERE CallId = @callId`);
}
