import type { Database } from 'better-sqlite3';
import { accountIdOf, paidIn, used } from '../../../ledger/transfer.ts';
import type { MoneyMoved } from '../../ports/ledger.ts';
import { destinationIdsOf, destinationsFunction, type HeldGroups } from '../directory/limit-groups.ts';
import { departmentOfTransfer, formerDepartments } from './groups.ts';
import { selectTransfers, type TransferRow } from './rows.ts';

type MovedRow = TransferRow &
  RecordOf & { extensionId: number | null; startedAtMs: number | null; destinations: string | null };
type RecordOf = { recordAccountId: number | null; departmentId: number | null; formerDepartments: string | null };

const selectMoved = `${selectTransfers.replace(
  'SELECT ',
  `SELECT r.extension_id AS extensionId, r.started_at AS startedAtMs, r.account_id AS recordAccountId,
  r.department_id AS departmentId, ${formerDepartments} AS formerDepartments,
  ${destinationsFunction}(r.called_e164, r.call_type) AS destinations, `,
)}
LEFT JOIN call_records r ON r.call_id = t.call_id
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
  const { seq, debit, credit, unit, amount, callId, extensionId, startedAtMs, recordAccountId } = row;
  const isBack = debit === used || debit === paidIn;
  const accountId = accountIdOf(isBack ? credit : debit);
  const departmentId = departmentOfTransfer(accountId, { ...row, accountId: recordAccountId });
  const call =
    callId === null || startedAtMs === null
      ? null
      : { callId, extensionId, departmentId, destinationIds: destinationIdsOf(row.destinations), startedAtMs };
  const usedMicros = debit === used ? -amount : credit === used ? amount : 0;
  const paidInMicros = debit === paidIn ? amount : credit === paidIn ? -amount : 0;
  return { seq, accountId, currency: unit, usedMicros, paidInMicros, call };
}
