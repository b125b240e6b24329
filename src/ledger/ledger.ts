import type { Result } from '../words/result.ts';
import type { Transfer, Unit } from './transfer.ts';

/** What was debited and credited so far. */
export type Balance = {
  debitsPending: number;
  debitsPosted: number;
  creditsPending: number;
  creditsPosted: number;
};

export const nothing: Balance = { debitsPending: 0, debitsPosted: 0, creditsPending: 0, creditsPosted: 0 };

/** Paid in or given back, less what was used and what calls in progress have reserved. */
export const leftOf = ({ creditsPosted, debitsPosted, debitsPending }: Balance): number =>
  creditsPosted - debitsPosted - debitsPending;

/** Why a transfer is no transfer. A closed list. */
export type TransferProblem =
  | 'exists'
  | 'same-account'
  | 'not-a-whole-amount'
  | 'nothing-to-move'
  | 'pending-missing'
  | 'pending-of-other-transfer'
  | 'pending-resolved'
  | 'pending-timed-out'
  | 'more-than-pending'
  | 'amount-too-large';

/** The transfers that one has to know to judge another one, and the balances that it changes. */
export type LedgerView = {
  exists(id: string): boolean;
  /** A pending transfer; null: there is none of this id. */
  pending(id: string): { transfer: Transfer; isResolved: boolean } | null;
  balance(account: string, unit: Unit): Balance;
};

/** Balances as a transfer leaves them. */
export type Effect = { debit: Balance; credit: Balance };

/** What a transfer does to the balances of its two accounts, by the rules that TigerBeetle has. */
export function effectOf(transfer: Transfer, view: LedgerView): Result<Effect, TransferProblem> {
  const problem = problemOf(transfer, view);
  if (problem !== null) return { ok: false, problem };
  const { debit, credit, unit } = transfer;
  const reserved = transfer.pendingId === null ? null : view.pending(transfer.pendingId);
  const moved = changeOf(transfer, reserved?.transfer.amount ?? 0);
  const before: Effect = { debit: view.balance(debit, unit), credit: view.balance(credit, unit) };
  const effect: Effect = {
    debit: {
      ...before.debit,
      debitsPending: before.debit.debitsPending + moved.pending,
      debitsPosted: before.debit.debitsPosted + moved.posted,
    },
    credit: {
      ...before.credit,
      creditsPending: before.credit.creditsPending + moved.pending,
      creditsPosted: before.credit.creditsPosted + moved.posted,
    },
  };
  const isExact = [...Object.values(effect.debit), ...Object.values(effect.credit)].every(Number.isSafeInteger);
  return isExact ? { ok: true, value: effect } : { ok: false, problem: 'amount-too-large' };
}

/** The whole of what was pending is released, whatever of it is posted. */
function changeOf({ kind, amount }: Transfer, reserved: number): { pending: number; posted: number } {
  switch (kind) {
    case 'pending':
      return { pending: amount, posted: 0 };
    case 'single':
      return { pending: 0, posted: amount };
    case 'post':
      return { pending: -reserved, posted: amount };
    case 'void':
      return { pending: -reserved, posted: 0 };
  }
}

function problemOf(transfer: Transfer, view: LedgerView): TransferProblem | null {
  const { id, kind, debit, credit, amount } = transfer;
  if (view.exists(id)) return 'exists';
  if (debit === credit) return 'same-account';
  if (!Number.isSafeInteger(amount) || amount < 0) return 'not-a-whole-amount';
  switch (kind) {
    case 'pending':
    case 'single':
      if (transfer.pendingId !== null) return 'pending-of-other-transfer';
      return amount === 0 ? 'nothing-to-move' : null;
    case 'post':
    case 'void':
      return problemOfResolving(transfer, view);
  }
}

function problemOfResolving(transfer: Transfer, view: LedgerView): TransferProblem | null {
  const found = transfer.pendingId === null ? null : view.pending(transfer.pendingId);
  if (found === null) return 'pending-missing';
  const { transfer: pending, isResolved } = found;
  if (isResolved) return 'pending-resolved';
  const isSame =
    pending.debit === transfer.debit && pending.credit === transfer.credit && pending.unit === transfer.unit;
  if (!isSame) return 'pending-of-other-transfer';
  if (transfer.kind === 'void') return transfer.amount === 0 ? null : 'not-a-whole-amount';
  if (hasTimedOut(pending, transfer.madeAtMs)) return 'pending-timed-out';
  if (transfer.amount === 0) return 'nothing-to-move';
  return transfer.amount > pending.amount ? 'more-than-pending' : null;
}

export const hasTimedOut = ({ timesOutMs }: Pick<Transfer, 'timesOutMs'>, nowMs: number): boolean =>
  timesOutMs !== null && nowMs >= timesOutMs;

/** A ledger in memory. */
export type Ledger = LedgerView & {
  /** Does it, or says why it cannot be done, and then nothing is. */
  apply(transfer: Transfer): Result<Effect, TransferProblem>;
  /** Every account and unit that was moved. */
  balances(): { account: string; unit: Unit; balance: Balance }[];
};

export function createLedger(): Ledger {
  const ids = new Set<string>();
  const pendings = new Map<string, { transfer: Transfer; isResolved: boolean }>();
  const balances = new Map<string, { account: string; unit: Unit; balance: Balance }>();
  const keyOf = (account: string, unit: Unit): string => `${unit} ${account}`;
  const view: LedgerView = {
    exists: (id) => ids.has(id),
    pending: (id) => pendings.get(id) ?? null,
    balance: (account, unit) => balances.get(keyOf(account, unit))?.balance ?? nothing,
  };
  const set = (account: string, unit: Unit, balance: Balance): void =>
    void balances.set(keyOf(account, unit), { account, unit, balance });
  return {
    ...view,
    apply(transfer) {
      const result = effectOf(transfer, view);
      if (!result.ok) return result;
      const { id, kind, pendingId, debit, credit, unit } = transfer;
      ids.add(id);
      if (kind === 'pending') pendings.set(id, { transfer, isResolved: false });
      const resolved = pendingId === null ? undefined : pendings.get(pendingId);
      if (resolved !== undefined) resolved.isResolved = true;
      set(debit, unit, result.value.debit);
      set(credit, unit, result.value.credit);
      return result;
    },
    balances: () => [...balances.values()],
  };
}
