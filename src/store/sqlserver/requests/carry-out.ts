import sql from 'mssql';
import { formatMoney } from '../../../rating/money.ts';
import { messageOf } from '../../../words/thrown.ts';
import type { Charge, MovedCall } from '../../ports/move-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { sqlServerRates } from '../rates/rates.ts';
import { rerateCalls } from '../rates/rerating.ts';
import { movesWithin } from '../records/moves.ts';
import { within } from '../transaction.ts';
import { ClaimLost, complete, giveBack, keepClaim, type Asked, type ClaimedRequest } from './claims.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';
import { requestOn } from '../request.ts';

type AskedOf<Kind extends Asked['kind']> = Extract<Asked, { kind: Kind }>;

/** Thrown where the controller stops: another one goes on. */
class Stopped extends Error {}

export type CarryingOut = {
  pool: sql.ConnectionPool;
  where: string;
  rules: PricingRules;
  isOver: () => boolean;
};

/** After so many tries a request is refused with what the last one said. */
const maximumTries = 10;
/** A second, then twice as long each time. */
const againSeconds = (tries: number): number => Math.min(2 ** (tries - 1), 60);

/**
 * Carries out what was asked, in the name of whoever asked, and notes what came of it: both in one transaction, or in steps that are not
 * done twice. Answers what came of it; null: another controller has it, or it is tried again. Rejects where SQL Server cannot be told.
 */
export async function carryOut(claimed: ClaimedRequest, context: CarryingOut): Promise<string | null> {
  const { pool, where, isOver } = context;
  const note = (work: (transaction: sql.Transaction) => Promise<void>) =>
    within(pool, where, 'The request', work).catch(unlessLost);
  try {
    return await attempt(claimed, context);
  } catch (error) {
    if (isLost(error)) return null;
    if (isStopped(error) || isOver()) {
      await note((transaction) => giveBack(transaction, claimed, { afterSeconds: 0, result: null }));
      return null;
    }
    const why = messageOf(error);
    const isFinal = error instanceof StoreError && (error.code === 'invalid' || error.code === 'duplicate');
    if (!isFinal && claimed.claim < maximumTries) {
      const again = { afterSeconds: againSeconds(claimed.claim), result: `Will be tried again: ${why}` };
      await note((transaction) => giveBack(transaction, claimed, again));
      return null;
    }
    const result = isFinal ? why : `Tried ${claimed.claim} times: ${why}`;
    await note((transaction) => complete(transaction, claimed, { outcome: 'refused', result }));
    return result;
  }
}

const causeOf = (error: unknown): unknown => (error instanceof StoreError ? error.cause : error);
const isLost = (error: unknown): boolean => causeOf(error) instanceof ClaimLost;
const isStopped = (error: unknown): boolean => causeOf(error) instanceof Stopped;

function unlessLost(error: unknown): void {
  if (!isLost(error)) throw error;
}

function attempt(claimed: ClaimedRequest, context: CarryingOut): Promise<string> {
  const { asked } = claimed;
  switch (asked.kind) {
    case 'move':
      return move(claimed, asked, context);
    case 'rerate':
      return rerate(claimed, asked, context);
  }
}

function move(
  claimed: ClaimedRequest,
  { callId, toAccountId }: AskedOf<'move'>,
  { pool, where, rules }: CarryingOut,
): Promise<string> {
  const moveWithin = movesWithin({ rates: sqlServerRates(pool, where), rules });
  return within(pool, where, 'The move', async (transaction) => {
    await keepClaim(transaction, claimed);
    const { askedBy: movedBy, why } = claimed;
    const moved = await moveWithin(transaction, { callId, to: { id: toAccountId }, why, movedBy });
    const result = moveText(moved);
    await complete(transaction, claimed, { outcome: 'done', result, moveId: moved.move.id });
    return result;
  });
}

function moveText({ move, charge }: MovedCall): string {
  const from = move.fromAccountName ?? (move.fromAccountId === null ? 'nobody' : `account ${move.fromAccountId}`);
  const moved = `From ${from} to ${move.toAccountName}`;
  return charge === null ? `${moved}.` : `${moved}; charge ${chargeText(charge.from)} -> ${chargeText(charge.to)}.`;
}

const chargeText = (charge: Charge | null): string =>
  charge === null ? 'none' : formatMoney(charge.chargeMicros, charge.currency);

async function rerate(
  claimed: ClaimedRequest,
  { fromMs, untilMs, tableId, reratingId }: AskedOf<'rerate'>,
  { pool, where, rules, isOver }: CarryingOut,
): Promise<string> {
  const check = (): void => {
    if (isOver()) throw new Stopped();
  };
  const { id, calls } = await rerateCalls(
    { pool, where, rules, rates: sqlServerRates(pool, where) },
    { fromMs, untilMs, madeBy: claimed.askedBy },
    {
      ...{ id: reratingId, tableId, check },
      mark(transaction, made) {
        check();
        return keepClaim(transaction, claimed, made);
      },
    },
  );
  return within(pool, where, 'The request', async (transaction) => {
    const changed = id === null ? 0 : await changedBy(transaction, id);
    const result = `${changed} of ${calls} answered calls have a new price${id === null ? '' : ` (re-rating ${id})`}.`;
    await complete(transaction, claimed, { outcome: 'done', result });
    return result;
  });
}

/** Prices that a re-rating has changed, also before it was cut off. */
async function changedBy(transaction: sql.Transaction, id: number): Promise<number> {
  const { recordset } = await requestOn(transaction)
    .input('id', sql.Int(), id)
    .query<{ calls: number }>('SELECT Calls AS calls FROM dbo.Reratings WHERE Id = @id');
  return recordset[0]?.calls ?? 0;
}
