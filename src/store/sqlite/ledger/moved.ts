import type { Database } from 'better-sqlite3';
import { accountIdOf, paidIn, used } from '../../../ledger/transfer.ts';
import type { MoneyMoved } from '../../ports/ledger.ts';
import { selectTransfers, type TransferRow } from './rows.ts';

type MovedRow = TransferRow & { extensionId: number | null; startedAtMs: number | null };

const selectMoved = `${selectTransfers.replace('SELECT ', 'SELECT r.extension_id AS extensionId, r.started_at AS startedAtMs, ')}
LEFT JOIN call_records r ON r.call_id = t.call_id
WHERE t.seq > ? AND t.kind IN ('post', 'single') AND t.unit NOT IN ('seconds', 'calls') ORDER BY t.seq`;

/** Makes a function that answers what money was moved since it was asked before, by whatever program. Not inside of a transaction. */
export function prepareMoneyMoved(db: Database): () => MoneyMoved[] {
  const lastSeq = db.prepare<[], number | null>('SELECT max(seq) FROM ledger_transfers').pluck();
  const since = db.prepare<[number], MovedRow>(selectMoved);
  let told = lastSeq.get() ?? 0;
  return () => {
    const last = lastSeq.get() ?? 0;
    if (last <= told) return [];
    const moved = since.all(told).filter(({ seq }) => seq <= last);
    told = last;
    return moved.map(movedBy);
  };
}

function movedBy({ seq, debit, credit, unit, amount, callId, extensionId, startedAtMs }: MovedRow): MoneyMoved {
  const isBack = debit === used || debit === paidIn;
  const payer = isBack ? credit : debit;
  const call = callId === null || startedAtMs === null ? null : { callId, extensionId, startedAtMs };
  const usedMicros = debit === used ? -amount : credit === used ? amount : 0;
  const paidInMicros = debit === paidIn ? amount : credit === paidIn ? -amount : 0;
  return { seq, accountId: accountIdOf(payer), currency: unit, usedMicros, paidInMicros, call };
}
