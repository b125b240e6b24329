import type { Price } from '../rating/price.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { Account } from '../words/directory.ts';
import type { Charge, MoveRequest } from './ports/move-store.ts';
import { StoreError } from './ports/store-error.ts';
import { callMoveFields, type NewMove } from './tables/call-move.ts';

/** Throws a `StoreError` where the request does not say who and why. */
function checkMove({ why, movedBy }: Pick<MoveRequest, 'why' | 'movedBy'>): { why: string; movedBy: string } {
  const checked = { why: why.trim(), movedBy: movedBy.trim() };
  const { maximum: maximumWhy } = callMoveFields.why.type;
  if (checked.why === '' || checked.why.length > maximumWhy) {
    throw new StoreError('invalid', `Say in 1 to ${maximumWhy} characters why the call is moved.`);
  }
  const { maximum: maximumName } = callMoveFields.movedBy.type;
  if (checked.movedBy === '' || checked.movedBy.length > maximumName) {
    throw new StoreError('invalid', `Say in 1 to ${maximumName} characters who moves the call.`);
  }
  return checked;
}

/** What is to be written for a request, of a call and an account as they are stored. Throws a `StoreError` where that cannot be. */
export function planMove(
  request: Omit<MoveRequest, 'toAccountCode'>,
  stored: { call: CallRecord | null; to: Account | null },
  atMs: number,
): { call: CallRecord; move: NewMove } {
  const { call, to } = stored;
  const { why, movedBy } = checkMove(request);
  if (call === null) throw new StoreError('invalid', `There is no call ${request.callId}.`);
  if (to === null) throw new StoreError('invalid', 'No account has this code.');
  if (call.endedAtMs === null)
    throw new StoreError('invalid', `Call ${call.callId} is still up: move it once it is over.`);
  if (call.accountId === to.id) {
    throw new StoreError('invalid', `Call ${call.callId} is already charged to ${to.name}.`);
  }
  const move = {
    ...{ callId: call.callId, movedAtMs: atMs, movedBy, why },
    ...{ fromAccountId: call.accountId, fromAccountName: call.accountName, fromDepartmentId: call.departmentId },
    ...{ toAccountId: to.id, toAccountName: to.name, toDepartmentId: to.departmentId },
  };
  return { call, move };
}

type Tariff = { table: { id: number } } | null;

/**
 * Whether a call is priced again for who pays now. By the same rate table it would cost the same, or what has since been
 * imported: neither is what was asked for.
 */
export const isPricedAgain = (before: Tariff, after: Tariff): boolean => before?.table.id !== after?.table.id;

/** Null: free, or nobody knows. */
export function chargeOf(price: Price | null): Charge | null {
  return price?.kind === 'priced' ? { currency: price.currency, chargeMicros: price.chargeMicros } : null;
}
