import type { Price } from '../rating/price.ts';
import { StoreError } from './ports/store.ts';

/** A call that is to be charged to another account. */
export type MoveRequest = {
  callId: string;
  toAccountCode: string;
  why: string;
  /** Who wants it. */
  movedBy: string;
};

/** One line of the audit trail. */
export type CallMove = {
  id: number;
  callId: string;
  /** UTC milliseconds. */
  movedAtMs: number;
  movedBy: string;
  why: string;
  fromAccountId: number | null;
  fromAccountName: string | null;
  fromDepartmentId: number | null;
  toAccountId: number;
  toAccountName: string;
  toDepartmentId: number | null;
};

export type Charge = { currency: string; chargeMicros: number };

/** Where the accounts have different rate tables the call was priced again; a charge that is null: none. */
export type MovedCall = { move: CallMove; charge: { from: Charge | null; to: Charge | null } | null };

export type MoveStore = {
  /**
   * Charges a call that is over to another account, and its department, and keeps who did so, when, from, to and why: all or
   * nothing. Rejects with a `StoreError`, `invalid` where there is no such call or account, the call is still up, or it is
   * charged to that account already.
   */
  moveCall(request: MoveRequest): Promise<MovedCall>;
  /** The audit trail, the last move first: of one call, or of all. */
  listMoves(filter?: { callId?: string; limit?: number }): Promise<CallMove[]>;
};

const maximumWhy = 400;
const maximumName = 200;

/** Throws a `StoreError` where the request does not say who and why. */
export function checkMove({ why, movedBy }: MoveRequest): { why: string; movedBy: string } {
  const checked = { why: why.trim(), movedBy: movedBy.trim() };
  if (checked.why === '' || checked.why.length > maximumWhy) {
    throw new StoreError('invalid', `Say in 1 to ${maximumWhy} characters why the call is moved.`);
  }
  if (checked.movedBy === '' || checked.movedBy.length > maximumName) {
    throw new StoreError('invalid', `Say in 1 to ${maximumName} characters who moves the call.`);
  }
  return checked;
}

/** Null: free, or nobody knows. */
export function chargeOf(price: Price | null): Charge | null {
  return price?.kind === 'priced' ? { currency: price.currency, chargeMicros: price.chargeMicros } : null;
}

/** Throws a `StoreError` where such a call cannot be moved. */
export function checkMovable(
  call: { callId: string; accountId: number | null; endedAtMs: number | null },
  to: { id: number; name: string },
): void {
  if (call.endedAtMs === null)
    throw new StoreError('invalid', `Call ${call.callId} is still up: move it once it is over.`);
  if (call.accountId === to.id) {
    throw new StoreError('invalid', `Call ${call.callId} is charged to ${to.name} already.`);
  }
}

export const noSuchCall = (callId: string): StoreError => new StoreError('invalid', `There is no call ${callId}.`);
export const noSuchAccount = (): StoreError => new StoreError('invalid', 'No account has this code.');
