import type { Balance } from '../../../ledger/ledger.ts';
import type { Transfer } from '../../../ledger/transfer.ts';
import type { SqlValue } from '../records/rows.ts';
import { plannedOnce } from '../planned-once.ts';

const columns = {
  id: 'id',
  kind: 'kind',
  debit: 'debit',
  credit: 'credit',
  unit: 'unit',
  amount: 'amount',
  pendingId: 'pending_id',
  timesOutMs: 'times_out_at',
  callId: 'call_id',
  why: 'why',
  madeAtMs: 'made_at',
  madeBy: 'made_by',
} as const satisfies { readonly [Name in keyof Transfer]: string };

const fields = Object.keys(columns) as (keyof Transfer)[];
const names = Object.values(columns);

/** As SQLite has it; whatever stands there is judged by the rules of the ledger. */
export type TransferRow = Transfer & { seq: number; hash: string };

/** Of `ledger_transfers t`; rows of them are `TransferRow`. */
export const transferColumns = `t.seq, t.hash, ${fields.map((field) => `t.${columns[field]} AS ${field}`).join(', ')}`;

/** Conditions go on `ledger_transfers t`. */
export const selectTransfers = `SELECT ${transferColumns} FROM ledger_transfers t`;

/** Parameters: `transferValues`. */
export const insertTransfer = `INSERT INTO ledger_transfers (seq, hash, ${names.join(', ')})
VALUES (?, ?, ${names.map(() => '?').join(', ')})`;

export const transferValues = (seq: number, hash: string, transfer: Transfer): SqlValue[] => [
  ...[seq, hash],
  ...fields.map((field) => transfer[field]),
];

export const selectBalances = `SELECT account, unit, seq, debits_pending AS debitsPending, debits_posted AS debitsPosted,
  credits_pending AS creditsPending, credits_posted AS creditsPosted FROM ledger_balances`;

export const insertBalance = `INSERT INTO ledger_balances
  (account, unit, seq, debits_pending, debits_posted, credits_pending, credits_posted) VALUES (?, ?, ?, ?, ?, ?, ?)`;

export type BalanceRow = Balance & { account: string; unit: string; seq: number };

export const balanceOf = ({ debitsPending, debitsPosted, creditsPending, creditsPosted }: Balance): Balance => ({
  ...{ debitsPending, debitsPosted, creditsPending, creditsPosted },
});

/** Resolved by nothing so far. */
export const isUnresolved = `t.kind = 'pending' AND NOT EXISTS (SELECT 1 FROM ledger_transfers r WHERE r.pending_id = t.id)`;

/**
 * Transfers of a call, by the index of their ids, which begin with the call's and a slash (ledger/call.ts); `0` is the character behind it.
 * An index of the calls of its own would be as many pages more to write in every call's commit.
 */
export const isOfCall = (callId: string): string =>
  `t.id > ${callId} || '/' AND t.id < ${callId} || '0' AND t.call_id = ${plannedOnce(callId)}`;
