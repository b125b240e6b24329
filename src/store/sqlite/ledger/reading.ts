import type { Database } from 'better-sqlite3';
import { paidIn, payerOf, used } from '../../../ledger/transfer.ts';
import type { AccountMoney, LedgerEntry, LedgerStore, OpenReservation, UsedMoney } from '../../ports/ledger.ts';
import { reading } from '../reading.ts';
import { byCallGroups, callGroups, ungrouped, type GroupedRow } from '../records/usage.ts';
import type { HeldGroups } from '../directory/limit-groups.ts';
import { prepareGroupMoney } from './groups.ts';
import { balanceOf, isUnresolved, selectBalances, selectTransfers, type BalanceRow, type TransferRow } from './rows.ts';
import { verifyLedger } from './verify.ts';

// CROSS JOIN: from the calls of the month to their prices. SQLite would otherwise go through the prices of all time.
const usedSince = `SELECT ${callGroups}, p.currency,
  sum(CASE WHEN r.started_at >= @dayMs THEN p.charge_micros ELSE 0 END) AS dayMicros, sum(p.charge_micros) AS monthMicros
FROM call_records r CROSS JOIN call_prices p ON p.call_id = r.call_id AND p.is_current = 1
WHERE r.started_at >= @monthMs AND r.ended_at IS NOT NULL AND p.charge_micros > 0 AND r.call_type IS NOT 'emergency'
GROUP BY ${byCallGroups}, p.currency`;

type SpentRow = GroupedRow & { currency: string; dayMicros: number; monthMicros: number };

/** Reads on the calling thread. */
export function readLedger(
  db: Database,
  groups: HeldGroups,
): Omit<LedgerStore, 'payIn' | 'tendLedger' | 'followGroups' | 'onMoneyMoved'> {
  const balances = db.prepare<[string], BalanceRow>(
    `${selectBalances} b WHERE account = ?
  AND seq = (SELECT max(seq) FROM ledger_balances l WHERE l.account = b.account AND l.unit = b.unit) ORDER BY unit`,
  );
  const transfers = db.prepare<{ payer: string; limit: number }, TransferRow>(
    `${selectTransfers} WHERE t.seq IN (SELECT seq FROM ledger_balances WHERE account = @payer ORDER BY seq DESC LIMIT @limit)
ORDER BY t.seq DESC`,
  );
  const open = db.prepare<[], OpenReservation>(
    `SELECT t.call_id AS callId, t.unit, sum(t.amount) AS amount FROM ledger_transfers t
WHERE ${isUnresolved} AND t.call_id IS NOT NULL GROUP BY t.call_id, t.unit`,
  );
  const spent = db.prepare<{ dayMs: number; monthMs: number }, SpentRow>(usedSince);
  const moneyOfGroup = prepareGroupMoney(db, groups);
  const lastSeq = db.prepare<[], number | null>('SELECT max(seq) FROM ledger_transfers').pluck();
  const usedNow = db.transaction((since: { dayMs: number; monthMs: number }): UsedMoney => ({
    ...{ upToSeq: lastSeq.get() ?? 0, used: spent.all(since).map(ungrouped) },
  }));
  // What was given back of calls is a credit, too.
  const money = db.prepare<[string], AccountMoney['byCurrency'][number]>(
    `SELECT unit AS currency,
  sum(CASE WHEN '${used}' = credit THEN amount WHEN '${used}' = debit THEN -amount ELSE 0 END) AS usedMicros,
  sum(CASE WHEN '${paidIn}' = debit THEN amount WHEN '${paidIn}' = credit THEN -amount ELSE 0 END) AS paidInMicros
FROM ledger_transfers WHERE seq IN (SELECT seq FROM ledger_balances WHERE account = ?) AND kind IN ('post', 'single')
  AND unit NOT IN ('seconds', 'calls') GROUP BY unit`,
  );
  const moneyNow = db.transaction((accountId: number): AccountMoney => ({
    ...{ upToSeq: lastSeq.get() ?? 0, byCurrency: money.all(payerOf(accountId)) },
  }));
  const entryOf = (row: TransferRow): LedgerEntry => ({ ...row });
  return {
    balancesOf: (accountId) =>
      reading(db, () => balances.all(payerOf(accountId)).map((row) => ({ unit: row.unit, balance: balanceOf(row) }))),
    transfersOf: (accountId, limit) =>
      reading(db, () => transfers.all({ payer: payerOf(accountId), limit }).map(entryOf)),
    moneyOf: (accountId) => reading(db, () => moneyNow(accountId)),
    moneyOfGroup: (kind, id) => reading(db, () => moneyOfGroup(kind, id)),
    openReservations: () => reading(db, () => open.all()),
    usedMoney: (since) =>
      reading(db, () => {
        groups.now();
        return usedNow(since);
      }),
    verifyLedger: () => reading(db, () => verifyLedger(db)),
  };
}
