import type { Balance } from '../../ledger/ledger.ts';
import type { Transfer, Unit } from '../../ledger/transfer.ts';
import type { CallGroups } from './usage.ts';

/** What a call may use in all, as it is written with its open record. */
export type Reservation = {
  readonly amounts: readonly { unit: Unit; amount: number }[];
  /** When it resolves itself, if nothing is heard of the call: UTC milliseconds. */
  readonly timesOutMs: number;
};

/** Money that was moved: by a call that ended or is charged otherwise now, or paid in; by whatever program. */
export type MoneyMoved = {
  /** The transfer: each is told once. */
  readonly seq: number;
  /** null: nobody pays for the call. */
  readonly accountId: number | null;
  /** ISO 4217. */
  readonly currency: string;
  /** Millionths of its unit; less than 0: given back. */
  readonly usedMicros: number;
  readonly paidInMicros: number;
  /** null: it was paid in. */
  readonly call: (Omit<CallGroups, 'accountId'> & { readonly callId: string; readonly startedAtMs: number }) | null;
};

/** What calls that are over have cost, by whom and what they were of. `upToSeq`: no transfer after that is in it. */
export type UsedMoney = {
  upToSeq: number;
  used: (CallGroups & { currency: string; dayMicros: number; monthMicros: number })[];
};

/** Money of an account. `upToSeq`: no transfer after that is in it. */
export type AccountMoney = {
  upToSeq: number;
  byCurrency: { currency: string; usedMicros: number; paidInMicros: number }[];
};

/** What a call that is up has reserved. */
export type OpenReservation = { callId: string; unit: Unit; amount: number };

/** What an account has in one unit. */
export type AccountBalance = { unit: Unit; balance: Balance };

export type LedgerEntry = Transfer & { seq: number };

/** What is wrong with the ledger. `problem`: one line. */
export type LedgerProblem = {
  kind: 'chain' | 'rules' | 'balances' | 'debits-and-credits' | 'calls' | 'file';
  problem: string;
};
export type LedgerVerdict = {
  transfers: number;
  /** Reservations of calls that are not over. */
  pending: number;
  /** Posted, by unit. */
  totals: { unit: Unit; debits: number; credits: number }[];
  /** The last hash: noted elsewhere, it shows later whether rows were taken away. */
  hash: string;
  /** The first few. */
  problems: LedgerProblem[];
};

/** The ledger of a local file. Its methods reject with a `StoreError`. */
export type LedgerStore = {
  /** Of an account by its id; null: of calls that nobody pays for. */
  balancesOf(accountId: number | null): Promise<AccountBalance[]>;
  /** The last first. */
  transfersOf(accountId: number | null, limit: number): Promise<LedgerEntry[]>;
  /** Pays in, or, less than 0, takes back what was paid in. Answers what is in the account then. */
  payIn(payment: Payment): Promise<Balance>;
  /** What an account has used and paid in of all time. */
  moneyOf(accountId: number): Promise<AccountMoney>;
  /**
   * What calls charged to a department, or to a destination, have cost of all time: of the records that were there when a limit first asked for
   * it, and since then.
   */
  moneyOfGroup(kind: 'department' | 'destination', id: number): Promise<AccountMoney>;
  /** Lets the sums behind that follow the ledger, by some transfers; false: they have arrived. Before they have, each reading takes as long. */
  followGroups(): Promise<boolean>;
  openReservations(): Promise<OpenReservation[]>;
  /** Of the calls that began since then and are over, but for emergency calls. */
  usedMoney(since: { dayMs: number; monthMs: number }): Promise<UsedMoney>;
  /** Looks at all of it. Takes seconds for a million transfers, on the calling thread. */
  verifyLedger(): Promise<LedgerVerdict>;
  /** Gives back reservations that have timed out, and tells what other programs have moved. */
  tendLedger(nowMs: number): Promise<void>;
  /** From now on `told` is told of all that is moved. */
  onMoneyMoved(told: (moved: readonly MoneyMoved[]) => void): void;
};

/** `id`: the same payment is made once. */
export type Payment = { id: string; accountId: number; currency: string; micros: number; madeBy: string };
