/**
 * Transfers between accounts in double entry, as TigerBeetle has them (https://docs.tigerbeetle.com/coding/two-phase-transfers/): a
 * *pending* one reserves, and is *posted*, wholly or in part, or *voided*; a *single* one moves an amount at once.
 */

/**
 * What is counted. Amounts are whole numbers: of money millionths of the currency's unit (src/rating/money.ts), of seconds
 * thousandths, of calls themselves.
 */
export type Unit = 'seconds' | 'calls' | Currency;
/** ISO 4217. */
export type Currency = string & {};

/** The other side of all that calls use. */
export const used = 'used';
/** Where what is paid in advance comes from. */
export const paidIn = 'paid-in';
/** Uses what nobody is charged for: a call that needs no code. */
export const nobody = 'nobody';
/** Somebody's account in the ledger: `account:12`. */
export const payerOf = (accountId: number | null): string => (accountId === null ? nobody : `account:${accountId}`);
/** The other way round; null: nobody's. */
export const accountIdOf = (payer: string): number | null => {
  const id = /^account:(\d+)$/.exec(payer)?.[1];
  return id === undefined ? null : Number(id);
};

export const transferKinds = ['pending', 'post', 'void', 'single'] as const;
export type TransferKind = (typeof transferKinds)[number];

/** Why there is a transfer. A closed list. */
export const transferWhys = [
  /** What a call may use. */
  'reserved',
  /** What it did use of that, or all that it used where nothing was reserved. */
  'used',
  /** What it used beyond that: usage is never lost. */
  'used-beyond',
  /** It used nothing. */
  'unused',
  /** It was never heard of again. */
  'timed-out',
  /** More is known of its end, it was rated again, or it was moved to another account. */
  'correction',
  /** Paid in advance. */
  'paid-in',
] as const;
export type TransferWhy = (typeof transferWhys)[number];

export type Transfer = {
  /** Unique for all time. */
  id: string;
  kind: TransferKind;
  debit: string;
  credit: string;
  unit: Unit;
  /** Of a posted one, what of the pending one is posted; of a voided one 0. */
  amount: number;
  /** The pending transfer that this one resolves; null: none. */
  pendingId: string | null;
  /** Of a pending one: when it resolves itself, UTC milliseconds. Null: never. */
  timesOutMs: number | null;
  /** The call that it is of; null: none. */
  callId: string | null;
  why: TransferWhy;
  /** UTC milliseconds. */
  madeAtMs: number;
  /** Who did it, where it was a person; empty: the program. */
  madeBy: string;
};

/** Who pays by a transfer that moves something; of what is given back or paid in, the amount is below zero. */
export const paidBy = ({ debit, credit, amount }: Pick<Transfer, 'debit' | 'credit' | 'amount'>) =>
  debit === used || debit === paidIn ? { payer: credit, amount: -amount } : { payer: debit, amount };

/** One transfer as a line: the same for the same transfer, and another one for any other. */
export function lineOf(transfer: Transfer): string {
  const { id, kind, debit, credit, unit, amount, pendingId, timesOutMs, callId, why, madeAtMs, madeBy } = transfer;
  return JSON.stringify([
    ...[id, kind, debit, credit, unit, amount, pendingId, timesOutMs],
    ...[callId, why, madeAtMs, madeBy],
  ]);
}

/** What every chain begins with. */
export const chainStart = '0'.repeat(64);

/** The hash of a row: of the row before it and of what it says. `sha256`: of a text, in hexadecimal. */
export const chained = (before: string, transfer: Transfer, sha256: (text: string) => string): string =>
  sha256(`${before}\n${lineOf(transfer)}`);
