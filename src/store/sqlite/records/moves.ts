import type { Database } from 'better-sqlite3';
import type { CallType } from '../../../words/call-type.ts';
import { chargeOf, checkMovable, checkMove, noSuchAccount, noSuchCall } from '../../call-moves.ts';
import type { CallMove, MovedCall, MoveRequest, MoveStore } from '../../call-moves.ts';
import { fromRow, selectCallRecords } from './rows.ts';
import type { CallRecordRow } from './rows.ts';
import { accountOf, selectAccounts } from '../directory/rows.ts';
import type { AccountRow } from '../directory/rows.ts';
import { preparePricing, selectAnsweredCalls } from '../rates/pricing.ts';
import type { AnsweredCall } from '../rates/pricing.ts';
import { callPriceOf, selectPrices } from '../rates/price-rows.ts';
import type { PriceRow } from '../rates/price-rows.ts';
import { prepareRateLookup } from '../rates/rates.ts';
import { reading } from '../reading.ts';

const columns = {
  id: 'id',
  callId: 'call_id',
  movedAtMs: 'moved_at',
  movedBy: 'moved_by',
  why: 'why',
  fromAccountId: 'from_account_id',
  fromAccountName: 'from_account_name',
  fromDepartmentId: 'from_department_id',
  toAccountId: 'to_account_id',
  toAccountName: 'to_account_name',
  toDepartmentId: 'to_department_id',
} satisfies Record<keyof CallMove, string>;
const written = Object.entries(columns).filter(([field]) => field !== 'id');

const insertMove = `INSERT INTO call_moves (${written.map(([, column]) => column).join(', ')})
VALUES (${written.map(([field]) => `@${field}`).join(', ')})`;
const selectMoves = `SELECT ${Object.entries(columns)
  .map(([field, column]) => `${column} AS ${field}`)
  .join(', ')} FROM call_moves`;

/** Makes the operation of the writer that moves a call, to be run inside its transaction. It throws a `StoreError`. */
export function prepareMoves(db: Database, freeCallTypes?: readonly CallType[]): (request: MoveRequest) => MovedCall {
  const callById = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);
  const accountByCode = db.prepare<[string], AccountRow>(`${selectAccounts} WHERE code = ?`);
  const insert = db.prepare<[Omit<CallMove, 'id'>]>(insertMove);
  const update = db.prepare(
    'UPDATE call_records SET account_id = ?, account_name = ?, department_id = ? WHERE call_id = ?',
  );
  const answered = db.prepare<[string], AnsweredCall>(`${selectAnsweredCalls} AND call_id = ?`);
  const currentPrice = db.prepare<[string], PriceRow>(`${selectPrices} WHERE call_id = ? AND is_current = 1`);
  const lookup = prepareRateLookup(db);
  const pricing = preparePricing(db, freeCallTypes);

  const priceAgain = (callId: string, atMs: number): MovedCall['charge'] => {
    const call = answered.get(callId);
    if (call === undefined) return null;
    const row = currentPrice.get(callId);
    const to = pricing.priceOf(call);
    pricing.append(callId, to, atMs, null);
    return { from: chargeOf(row === undefined ? null : callPriceOf(row).price), to: chargeOf(to) };
  };

  return (request) => {
    const { why, movedBy } = checkMove(request);
    const row = callById.get(request.callId);
    if (row === undefined) throw noSuchCall(request.callId);
    const call = fromRow(row);
    const toRow = accountByCode.get(request.toAccountCode);
    if (toRow === undefined) throw noSuchAccount();
    const to = accountOf(toRow);
    checkMovable(call, to);
    const move: Omit<CallMove, 'id'> = {
      ...{ callId: call.callId, movedAtMs: Date.now(), movedBy, why },
      ...{ fromAccountId: call.accountId, fromAccountName: call.accountName, fromDepartmentId: call.departmentId },
      ...{ toAccountId: to.id, toAccountName: to.name, toDepartmentId: to.departmentId },
    };
    const { lastInsertRowid } = insert.run(move);
    update.run(to.id, to.name, to.departmentId, call.callId);
    // By the same table it would cost the same, or what has since been imported: neither is what was asked for.
    const tables = [call, { accountId: to.id, departmentId: to.departmentId }].map(
      (of) => lookup.tableOf(of)?.table.id,
    );
    const charge = tables[0] === tables[1] ? null : priceAgain(call.callId, move.movedAtMs);
    return { move: { id: Number(lastInsertRowid), ...move }, charge };
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
