import type { Database } from 'better-sqlite3';
import { accountIdOf, paidBy, paidIn, used } from '../../../ledger/transfer.ts';
import type { MoneyMoved } from '../../ports/ledger.ts';
import { destinationIdsOf, type HeldGroups } from '../directory/limit-groups.ts';
import { chargedCallColumns, departmentOfTransfer, type ChargedCall } from './groups.ts';
import { transferColumns, type TransferRow } from './rows.ts';

type MovedRow = TransferRow & ChargedCall & { extensionId: number | null; startedAtMs: number | null };

const selectMoved = `SELECT ${transferColumns}, r.extension_id AS extensionId, r.started_at AS startedAtMs, ${chargedCallColumns}
FROM ledger_transfers t LEFT JOIN call_records r ON r.call_id = t.call_id
WHERE t.seq > ? AND t.kind IN ('post', 'single') AND t.unit NOT IN ('seconds', 'calls') ORDER BY t.seq`;

/** Makes a function that answers what money was moved since it was asked before, by whatever program. Not inside of a transaction. */
export function prepareMoneyMoved(db: Database, groups: HeldGroups): () => MoneyMoved[] {
  const lastSeq = db.prepare<[], number | null>('SELECT max(seq) FROM ledger_transfers').pluck();
  const since = db.prepare<[number], MovedRow>(selectMoved);
  let told = lastSeq.get() ?? 0;
  return () => {
    const last = lastSeq.get() ?? 0;
    if (last <= told) return [];
    groups.now();
    const moved = since.all(told).filter(({ seq }) => seq <= last);
    told = last;
    return moved.map(movedBy);
  };
}

function movedBy(row: MovedRow): MoneyMoved {
  const { seq, debit, credit, unit, callId, extensionId, startedAtMs } = row;
  const { payer, amount } = paidBy(row);
  const accountId = accountIdOf(payer);
  const departmentId = departmentOfTransfer(accountId, row);
  const call =
    callId === null || startedAtMs === null
      ? null
      : { callId, extensionId, departmentId, destinationIds: destinationIdsOf(row.destinations), startedAtMs };
  const usedMicros = debit === used || credit === used ? amount : 0;
  const paidInMicros = debit === paidIn || credit === paidIn ? -amount : 0;
  return { seq, accountId, currency: unit, usedMicros, paidInMicros, call };
}
