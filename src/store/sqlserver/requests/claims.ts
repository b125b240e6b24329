import sql from 'mssql';
import { skippingOpen } from '../replication/change-log.ts';
import { affected } from '../statements.ts';
import { requestOn } from '../request.ts';

/** What dbo.usp_MoveCall and dbo.usp_RerateCalls ask. Times are UTC milliseconds. */
export type Asked =
  | { kind: 'move'; callId: string; toAccountId: number }
  /** `tableId` null: calls of all rate tables. `reratingId`: what was begun before it was cut off; null: nothing was. */
  | { kind: 'rerate'; fromMs: number; untilMs: number; tableId: number | null; reratingId: number | null };

/** A request that this controller has taken up. */
export type ClaimedRequest = {
  id: number;
  /** Who has it: it was taken up so many times, and whoever did so last may carry it out. */
  claim: number;
  controller: string;
  askedBy: string;
  why: string;
  asked: Asked;
};

/** Thrown where another controller has taken the request up, or it is done. */
export class ClaimLost extends Error {}

/** One whose controller has not been heard of for this long is taken up by another. */
const claimSeconds = 60;
const claimedUntil = `DATEADD(SECOND, ${claimSeconds}, SYSUTCDATETIME())`;
/** What has this controller's name is from before: it carries out one of a kind at a time. */
const isFree = '(ClaimedUntil IS NULL OR ClaimedUntil <= SYSUTCDATETIME() OR Controller = @controller)';

type Row = {
  id: number;
  claims: number;
  askedBy: string;
  why: string;
  callId: string | null;
  toAccountId: number | null;
  fromTime: Date | null;
  untilTime: Date | null;
  tableId: number | null;
  reratingId: number | null;
};

/** Takes up the oldest request of a kind that nobody has; null: there is none. Never waits for another that is being carried out. */
export async function claimRequest(
  pool: sql.ConnectionPool,
  controller: string,
  kind: Asked['kind'],
): Promise<ClaimedRequest | null> {
  const { recordset } = await pool
    .request()
    .input('kind', sql.VarChar(10), kind)
    .input('controller', sql.NVarChar(60), controller)
    .query<Row>(
      `SELECT TOP (1) Id AS id, Claims AS claims, AskedBy AS askedBy, Why AS why, CallId AS callId, ToAccountId AS toAccountId,
  FromTime AS fromTime, UntilTime AS untilTime, RateTableId AS tableId, ReratingId AS reratingId
FROM dbo.Requests ${skippingOpen} WHERE DoneAt IS NULL AND Kind = @kind AND ${isFree} ORDER BY Id`,
    );
  const [row] = recordset;
  if (row === undefined) return null;
  const claimed = await pool
    .request()
    .input('id', sql.Int(), row.id)
    .input('claims', sql.Int(), row.claims)
    .input('controller', sql.NVarChar(60), controller)
    .query(
      `UPDATE dbo.Requests ${skippingOpen} SET Controller = @controller, Claims = Claims + 1, ClaimedUntil = ${claimedUntil}
WHERE Id = @id AND Claims = @claims AND DoneAt IS NULL AND ${isFree}`,
    );
  if (affected(claimed) === 0) return null;
  const { id, claims, askedBy, why } = row;
  return { id, claim: claims + 1, controller, askedBy, why, asked: askedOf(kind, row) };
}

function askedOf(kind: Asked['kind'], row: Row): Asked {
  switch (kind) {
    // CK_Requests_Kind: neither is null.
    case 'move':
      return { kind, callId: row.callId ?? '', toAccountId: row.toAccountId ?? 0 };
    case 'rerate': {
      const { fromTime, untilTime, tableId, reratingId } = row;
      return { kind, fromMs: fromTime?.getTime() ?? 0, untilMs: untilTime?.getTime() ?? 0, tableId, reratingId };
    }
  }
}

const isMine = 'Id = @id AND Controller = @controller AND Claims = @claim AND DoneAt IS NULL';

const ofClaim = (request: sql.Request, { id, claim, controller }: ClaimedRequest): sql.Request =>
  request.input('id', sql.Int(), id).input('claim', sql.Int(), claim).input('controller', sql.NVarChar(60), controller);

async function change(request: sql.Request, { id }: ClaimedRequest, set: string): Promise<void> {
  const changed = await request.query(`UPDATE dbo.Requests SET ${set} WHERE ${isMine}`);
  if (affected(changed) === 0) throw new ClaimLost(`Request ${id} has been taken up by another controller.`);
}

/** Keeps the request for a while longer, and every other controller from it until the transaction ends. Rejects with `ClaimLost`. */
export function keepClaim(
  transaction: sql.Transaction,
  claimed: ClaimedRequest,
  reratingId: number | null = null,
): Promise<void> {
  const request = ofClaim(requestOn(transaction), claimed).input('rerating', sql.Int(), reratingId);
  return change(request, claimed, `ClaimedUntil = ${claimedUntil}, ReratingId = @rerating`);
}

const resultLength = 400;

/** What came of a request. */
export type Completion = { outcome: 'done' | 'refused'; result: string; moveId?: number };

/** Notes it for good. Rejects with `ClaimLost`. */
export function complete(
  transaction: sql.Transaction,
  claimed: ClaimedRequest,
  { outcome, result, moveId }: Completion,
): Promise<void> {
  const request = ofClaim(requestOn(transaction), claimed)
    .input('outcome', sql.VarChar(10), outcome)
    .input('result', sql.NVarChar(resultLength), result.slice(0, resultLength))
    .input('moveId', sql.Int(), moveId ?? null);
  const set = 'DoneAt = SYSUTCDATETIME(), ClaimedUntil = NULL, Outcome = @outcome, Result = @result, MoveId = @moveId';
  return change(request, claimed, set);
}

/** Gives a request back, to be taken up by any controller after so many seconds; `result`: why. Rejects with `ClaimLost`. */
export function giveBack(
  transaction: sql.Transaction,
  claimed: ClaimedRequest,
  { afterSeconds, result }: { afterSeconds: number; result: string | null },
): Promise<void> {
  const request = ofClaim(requestOn(transaction), claimed)
    .input('after', sql.Int(), afterSeconds)
    .input('result', sql.NVarChar(resultLength), result?.slice(0, resultLength) ?? null);
  const set = 'Controller = NULL, ClaimedUntil = DATEADD(SECOND, @after, SYSUTCDATETIME()), Result = @result';
  return change(request, claimed, set);
}
