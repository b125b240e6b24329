import type { Database } from 'better-sqlite3';
import { chargeOf, isPricedAgain, planMove } from '../../call-moves.ts';
import type { CallMove, MovedCall, MoveRequest, MoveStore } from '../../ports/move-store.ts';
import { callMoveFieldNames, callMoveFields, type NewMove } from '../../tables/call-move.ts';
import { fromRow, selectCallRecords } from './rows.ts';
import type { CallRecordRow } from './rows.ts';
import { prepareKeepingLedger } from '../ledger/keeping.ts';
import { prepareHooks } from '../hooks/noting.ts';
import { accountOf, selectAccounts } from '../directory/rows.ts';
import type { AccountRow } from '../directory/rows.ts';
import { hasNumber, selectAnsweredCalls, type AnsweredCall } from '../rates/answered-calls.ts';
import { preparePricing } from '../rates/pricing.ts';
import { callPriceOf, selectPrices } from '../rates/price-rows.ts';
import type { PriceRow } from '../rates/price-rows.ts';
import { prepareRateLookup } from '../rates/rate-lookup.ts';
import { reading } from '../reading.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';

const columns = callMoveFieldNames.map((field) => callMoveFields[field].sqlite);
const insertMove = `INSERT INTO call_moves (${columns.join(', ')})
VALUES (${callMoveFieldNames.map((field) => `@${field}`).join(', ')})`;
const selectMoves = `SELECT id, ${callMoveFieldNames
  .map((field) => `${callMoveFields[field].sqlite} AS ${field}`)
  .join(', ')} FROM call_moves`;

/** Makes the operation of the writer that moves a call, to be run inside its transaction. It throws a `StoreError`. */
export function prepareMoves(db: Database, rules?: PricingRules): (request: MoveRequest) => MovedCall {
  const callById = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);
  const accountByCode = db.prepare<[string], AccountRow>(`${selectAccounts} WHERE code = ?`);
  const insert = db.prepare<[NewMove]>(insertMove);
  const update = db.prepare(
    'UPDATE call_records SET account_id = ?, account_name = ?, department_id = ? WHERE call_id = ?',
  );
  const answered = db.prepare<[string], AnsweredCall>(`${selectAnsweredCalls}${hasNumber} AND call_id = ?`);
  const currentPrice = db.prepare<[string], PriceRow>(`${selectPrices} WHERE call_id = ? AND is_current = 1`);
  const lookup = prepareRateLookup(db);
  const pricing = preparePricing(db, rules);
  const keepLedger = prepareKeepingLedger(db);
  const hooks = prepareHooks(db);

  const priceAgain = (callId: string, atMs: number): MovedCall['charge'] => {
    const call = answered.get(callId);
    if (call === undefined) return null;
    const row = currentPrice.get(callId);
    const to = pricing.priceOf(call);
    pricing.append(callId, call, { price: to, pricedAtMs: atMs, reratingId: null });
    pricing.settle(atMs).forEach((other) => keepLedger(other));
    return { from: chargeOf(row === undefined ? null : callPriceOf(row).price), to: chargeOf(to) };
  };

  return (request) => {
    const row = callById.get(request.callId);
    const toRow = accountByCode.get(request.toAccountCode);
    const stored = { call: row === undefined ? null : fromRow(row), to: toRow === undefined ? null : accountOf(toRow) };
    const { move } = planMove(request, stored, Date.now());
    const { lastInsertRowid } = insert.run(move);
    update.run(move.toAccountId, move.toAccountName, move.toDepartmentId, move.callId);
    const before = lookup.tableOf({ accountId: move.fromAccountId, departmentId: move.fromDepartmentId });
    const after = lookup.tableOf({ accountId: move.toAccountId, departmentId: move.toDepartmentId });
    const isMonthly = pricing.isMonthly(move.callId, move.toAccountId);
    const charge = isPricedAgain(before, after) || isMonthly ? priceAgain(move.callId, move.movedAtMs) : null;
    keepLedger(move.callId);
    const made = { id: Number(lastInsertRowid), ...move };
    hooks.ofCall('moved', move.callId, { move: made });
    return { move: made, charge };
  };
}

/** Reads on the calling thread. */
export function readMoves(db: Database): Pick<MoveStore, 'listMoves'> {
  const ofCall = db.prepare<[string, number], CallMove>(`${selectMoves} WHERE call_id = ? ORDER BY id DESC LIMIT ?`);
  const ofAll = db.prepare<[number], CallMove>(`${selectMoves} ORDER BY id DESC LIMIT ?`);
  return {
    listMoves: ({ callId, limit = -1 } = {}) =>
      reading(db, () => (callId === undefined ? ofAll.all(limit) : ofCall.all(callId, limit))),
  };
}
