import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { effectOf, nothing, type Balance, type LedgerView } from '../../../ledger/ledger.ts';
import { chained, chainStart, type Transfer, type Unit } from '../../../ledger/transfer.ts';
import type { SqlValue } from '../records/rows.ts';
import {
  balanceOf,
  insertBalance,
  insertTransfer,
  isOfCall,
  isUnresolved,
  selectBalances,
  selectTransfers,
  transferValues,
  type BalanceRow,
  type TransferRow,
} from './rows.ts';
import { plannedOnce } from '../planned-once.ts';

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** The end of the chain. */
type Last = { seq: number; hash: string };

/** Appends transfers to the ledger of a file, inside of a transaction that has the write lock. */
export type LedgerWriter = {
  balance(account: string, unit: Unit): Balance;
  /** All that there are of a call, in their order. */
  ofCall(callId: string): TransferRow[];
  /** Throws where the rules do not allow one of them. `unresolved`: those that they may resolve, as far as they are known. */
  append(transfers: readonly Transfer[], unresolved?: readonly Transfer[]): void;
};

/** Balances that are remembered at most. */
const maximumRemembered = 20_000;

export function prepareLedgerWriter(db: Database): LedgerWriter {
  const last = db.prepare<[], Last>('SELECT seq, hash FROM ledger_transfers ORDER BY seq DESC LIMIT 1');
  const byCall = db.prepare<{ callId: string }, TransferRow>(
    `${selectTransfers} WHERE ${isOfCall('@callId')} ORDER BY t.seq`,
  );
  const addTransfer = db.prepare<SqlValue[]>(insertTransfer);
  const balances = rememberedBalances(db);
  const pendingOf = preparePending(db);

  function append(transfer: Transfer, before: Last, unresolved: readonly Transfer[]): Last {
    const view: LedgerView = {
      balance: (account, unit) => balances.of(account, unit),
      // The table itself refuses an id that it has.
      exists: () => false,
      pending(id) {
        const known = unresolved.find((each) => each.id === id);
        return known === undefined ? pendingOf(id) : { transfer: known, isResolved: false };
      },
    };
    const effect = effectOf(transfer, view);
    if (!effect.ok) throw new RangeError(`the ledger does not take ${transfer.id}: ${effect.problem}`);
    const { debit, credit, unit } = transfer;
    const after = { seq: before.seq + 1, hash: chained(before.hash, transfer, sha256) };
    addTransfer.run(...transferValues(after.seq, after.hash, transfer));
    balances.keep(debit, unit, after.seq, effect.value.debit);
    balances.keep(credit, unit, after.seq, effect.value.credit);
    return after;
  }

  const lastNow = (): Last => last.get() ?? { seq: 0, hash: chainStart };

  return {
    balance(account, unit) {
      balances.asOf(lastNow());
      return balances.of(account, unit);
    },
    ofCall: (callId) => byCall.all({ callId }),
    append(transfers, unresolved = []) {
      if (transfers.length === 0) return;
      let before = lastNow();
      balances.asOf(before);
      for (const transfer of transfers) before = append(transfer, before, unresolved);
      balances.arrivedAt(before);
    },
  };
}

function preparePending(db: Database): LedgerView['pending'] {
  const byId = db.prepare<[string], TransferRow>(`${selectTransfers} WHERE t.id = ?`);
  const unresolved = db.prepare<[string]>(`SELECT 1 FROM ledger_transfers t WHERE t.id = ? AND ${isUnresolved}`);
  return (id) => {
    const transfer = byId.get(id);
    return transfer?.kind === 'pending' ? { transfer, isResolved: unresolved.get(id) === undefined } : null;
  };
}

/** Balances as of the end of the chain. Where that is another one, somebody else has written, or what was written was undone. */
function rememberedBalances(db: Database) {
  const now = db.prepare<[string, string], BalanceRow>(
    `${selectBalances} WHERE account = ${plannedOnce('?')} AND unit = ${plannedOnce('?')} ORDER BY seq DESC LIMIT 1`,
  );
  const add = db.prepare<SqlValue[]>(insertBalance);
  const remembered = new Map<string, Balance>();
  let end = '';
  const keyOf = (account: string, unit: Unit): string => `${unit} ${account}`;
  return {
    asOf({ hash: found }: Last): void {
      if (found !== end || remembered.size > maximumRemembered) remembered.clear();
      // Until all of it is written: what fails half-way is undone.
      end = '';
    },
    arrivedAt({ hash: reached }: Last): void {
      end = reached;
    },
    of(account: string, unit: Unit): Balance {
      const known = remembered.get(keyOf(account, unit));
      if (known !== undefined) return known;
      const row = now.get(account, unit);
      return row === undefined ? nothing : balanceOf(row);
    },
    keep(account: string, unit: Unit, seq: number, after: Balance): void {
      const { debitsPending, debitsPosted, creditsPending, creditsPosted } = after;
      add.run(account, unit, seq, debitsPending, debitsPosted, creditsPending, creditsPosted);
      remembered.set(keyOf(account, unit), after);
    },
  };
}
