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
