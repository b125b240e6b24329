import type { Database } from 'better-sqlite3';
import type { GrantedShare, LedgerReplica } from '../../ports/ledger-replica.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { selectTransfers, type TransferRow } from './rows.ts';

/** Reads on the calling thread. */
export function ledgerReplica(db: Database, perform: Perform): LedgerReplica {
  const after = db.prepare<[number, number], TransferRow>(`${selectTransfers} WHERE t.seq > ? ORDER BY t.seq LIMIT ?`);
  const shares = db.prepare<[], GrantedShare>('SELECT budget_key AS key, granted_micros AS micros FROM ledger_shares');
  return {
    transfersAfter: (seq, limit) => reading(db, () => after.all(seq, limit)),
    listShares: () => reading(db, () => shares.all()),
    keepShares: async (granted) => {
      await perform('keepShares', granted);
    },
  };
}

/** The longest period is a month; that of a contract has no end, and its key says so. */
const forgottenAfterMs = 62 * 86_400_000;

/** Makes the operation of the writer, to be run inside its transaction. */
export function prepareKeepShares(db: Database): (granted: readonly GrantedShare[]) => null {
  const keep = db.prepare(
    `INSERT INTO ledger_shares (budget_key, granted_micros, drawn_at) VALUES (?, ?, ?)
ON CONFLICT (budget_key) DO UPDATE SET granted_micros = excluded.granted_micros, drawn_at = excluded.drawn_at`,
  );
  const forget = db.prepare(
    "DELETE FROM ledger_shares WHERE drawn_at < ? AND (budget_key GLOB '*/day:*' OR budget_key GLOB '*/month:*')",
  );
  return (granted) => {
    const nowMs = Date.now();
    forget.run(nowMs - forgottenAfterMs);
    for (const { key, micros } of granted) keep.run(key, micros, nowMs);
    return null;
  };
}
