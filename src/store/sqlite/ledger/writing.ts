import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { effectOf, nothing, type Balance, type LedgerView } from '../../../ledger/ledger.ts';
import { chained, chainStart, type Transfer, type Unit } from '../../../ledger/transfer.ts';
import type { SqlValue } from '../records/rows.ts';
import {
  balanceOf,
  insertBalance,
  insertTransfer,
  isUnresolved,
  selectBalances,
  selectTransfers,
  transferValues,
  type BalanceRow,
  type TransferRow,
} from './rows.ts';

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** The end of the chain. */
type Last = { seq: number; hash: string };

/** Appends transfers to the ledger of a file, inside of a transaction that has the write lock. */
export type LedgerWriter = {
  balance(account: string, unit: Unit): Balance;
  /** All that there are of a call, in their order. */
  ofCall(callId: string): TransferRow[];
  /** Throws where the rules do not allow it. */
  append(transfer: Transfer): void;
};

export function prepareLedgerWriter(db: Database): LedgerWriter {
  const last = db.prepare<[], Last>('SELECT seq, hash FROM ledger_transfers ORDER BY seq DESC LIMIT 1');
  const balanceNow = db.prepare<[string, string], BalanceRow>(
    `${selectBalances} WHERE account = ? AND unit = ? ORDER BY seq DESC LIMIT 1`,
  );
  const byCall = db.prepare<[string], TransferRow>(`${selectTransfers} WHERE t.call_id = ? ORDER BY t.seq`);
  const byId = db.prepare<[string], TransferRow>(`${selectTransfers} WHERE t.id = ?`);
  const unresolved = db.prepare<[string]>(`SELECT 1 FROM ledger_transfers t WHERE t.id = ? AND ${isUnresolved}`);
  const addTransfer = db.prepare<SqlValue[]>(insertTransfer);
  const addBalance = db.prepare<SqlValue[]>(insertBalance);

  const balance = (account: string, unit: Unit): Balance => {
    const row = balanceNow.get(account, unit);
    return row === undefined ? nothing : balanceOf(row);
  };
  const view: LedgerView = {
    balance,
    // The table itself refuses an id that it has.
    exists: () => false,
    pending(id) {
      const transfer = byId.get(id);
      return transfer?.kind === 'pending' ? { transfer, isResolved: unresolved.get(id) === undefined } : null;
    },
  };

  function keepBalance(account: string, unit: Unit, seq: number, after: Balance): void {
    const { debitsPending, debitsPosted, creditsPending, creditsPosted } = after;
    addBalance.run(account, unit, seq, debitsPending, debitsPosted, creditsPending, creditsPosted);
  }

  return {
    balance,
    ofCall: (callId) => byCall.all(callId),
    append(transfer) {
      const effect = effectOf(transfer, view);
      if (!effect.ok) throw new RangeError(`the ledger does not take ${transfer.id}: ${effect.problem}`);
      const before = last.get() ?? { seq: 0, hash: chainStart };
      const seq = before.seq + 1;
      addTransfer.run(...transferValues(seq, chained(before.hash, transfer, sha256), transfer));
      keepBalance(transfer.debit, transfer.unit, seq, effect.value.debit);
      keepBalance(transfer.credit, transfer.unit, seq, effect.value.credit);
    },
  };
}
