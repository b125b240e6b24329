import type { Database } from 'better-sqlite3';
import { createLedger, type Balance, type Ledger } from '../../../ledger/ledger.ts';
import { chained, chainStart, paidIn, used } from '../../../ledger/transfer.ts';
import type { LedgerProblem, LedgerVerdict } from '../../ports/ledger.ts';
import { balanceOf, isOfCall, isUnresolved, selectBalances, selectTransfers } from './rows.ts';
import type { BalanceRow, TransferRow } from './rows.ts';
import { sha256 } from './writing.ts';

const shown = 20;

/** Does all of it again, from the first transfer on, and compares with what stands there. At one moment of the file. */
export function verifyLedger(db: Database): LedgerVerdict {
  return db.transaction(() => verifyNow(db))();
}

function verifyNow(db: Database): LedgerVerdict {
  const problems: LedgerProblem[] = [];
  const found = (kind: LedgerProblem['kind'], problem: string): void => {
    if (problems.length < shown) problems.push({ kind, problem });
  };
  examineFile(db, found);
  const ledger = createLedger();
  const { transfers, hash } = replay(db, ledger, found);
  const totals = totalsOf(ledger);
  for (const { unit, debits, credits } of totals) {
    if (debits !== credits) found('debits-and-credits', `${unit}: debits are ${debits}, credits ${credits}`);
  }
  compareCalls(db, found);
  const pending = db.prepare<[], number>(`SELECT count(*) FROM ledger_transfers t WHERE ${isUnresolved}`).pluck();
  return { transfers, pending: pending.get() ?? 0, totals, hash, problems };
}

type Found = (kind: LedgerProblem['kind'], problem: string) => void;

/** What the rows alone would not show: an index that says something else than its table. */
function examineFile(db: Database, found: Found): void {
  for (const table of ['ledger_transfers', 'ledger_balances']) {
    const said: unknown = db.pragma(`integrity_check(${table})`, { simple: true });
    if (said !== 'ok') found('file', `${table}: ${String(said).replace(/\s+/g, ' ')}`);
  }
}

function replay(db: Database, ledger: Ledger, found: Found): { transfers: number; hash: string } {
  const rows = db.prepare<[], TransferRow>(`${selectTransfers} ORDER BY t.seq`);
  const balances = prepareBalances(db);
  let [transfers, hash] = [0, chainStart];
  for (const row of rows.iterate()) {
    const { seq, hash: said, ...transfer } = row;
    transfers += 1;
    if (seq !== transfers) found('chain', `transfer ${transfers} is missing before ${seq}`);
    const should = chained(hash, transfer, sha256);
    if (said !== should)
      found('chain', `transfer ${seq} (${transfer.id}) is not as it was written, or one before it is missing`);
    hash = said;
    const applied = ledger.apply(transfer);
    if (!applied.ok) {
      found('rules', `transfer ${seq} (${transfer.id}): ${applied.problem}`);
      continue;
    }
    balances.compare(seq, transfer.debit, transfer.unit, applied.value.debit, found);
    balances.compare(seq, transfer.credit, transfer.unit, applied.value.credit, found);
  }
  balances.compareCount(transfers, found);
  return { transfers, hash };
}

function prepareBalances(db: Database) {
  const at = db.prepare<[string, string, number], BalanceRow>(
    `${selectBalances} WHERE account = ? AND unit = ? AND seq = ?`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM ledger_balances').pluck();
  return {
    compare(seq: number, account: string, unit: string, should: Balance, found: Found): void {
      const row = at.get(account, unit, seq);
      if (row === undefined) found('balances', `transfer ${seq}: no balance of ${account}, ${unit}`);
      else if (JSON.stringify(balanceOf(row)) !== JSON.stringify(balanceOf(should))) {
        found('balances', `transfer ${seq}: the balance of ${account}, ${unit}, is not what its transfers make it`);
      }
    },
    compareCount(transfers: number, found: Found): void {
      const rows = count.get() ?? 0;
      if (rows !== transfers * 2) found('balances', `${rows} balances for ${transfers} transfers, which have two each`);
    },
  };
}

function totalsOf(ledger: Ledger): LedgerVerdict['totals'] {
  const totals = new Map<string, { unit: string; debits: number; credits: number }>();
  for (const { unit, balance } of ledger.balances()) {
    const total = totals.get(unit) ?? { unit, debits: 0, credits: 0 };
    total.debits += balance.debitsPosted + balance.debitsPending;
    total.credits += balance.creditsPosted + balance.creditsPending;
    totals.set(unit, total);
  }
  return [...totals.values()].sort((a, b) => (a.unit < b.unit ? -1 : 1));
}

/** What each call was charged, by who pays and in what unit: in the ledger, and by its record and price. */
const disagreements = `WITH posted AS (
  SELECT call_id, unit, CASE WHEN debit = '${used}' THEN credit ELSE debit END AS payer,
    sum(CASE WHEN debit = '${used}' THEN -amount ELSE amount END) AS amount
  FROM ledger_transfers WHERE kind IN ('post', 'single') AND call_id IS NOT NULL AND '${paidIn}' NOT IN (debit, credit)
    AND call_id NOT IN (SELECT call_id FROM removed_calls)
  GROUP BY 1, 2, 3),
charged AS (
  SELECT r.call_id, r.ended_at, coalesce('account:' || r.account_id, 'nobody') AS payer, r.billable_ms, p.currency, p.charge_micros
  FROM call_records r LEFT JOIN call_prices p ON p.call_id = r.call_id AND p.is_current = 1
  WHERE r.ended_at IS NOT NULL AND r.call_type IS NOT 'emergency' AND (r.bridged_at IS NOT NULL OR r.answered_at IS NOT NULL)
    AND (r.ended_at >= (SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'ledger.since')
      OR EXISTS (SELECT 1 FROM ledger_transfers t WHERE ${isOfCall('r.call_id')}))),
owed AS (
  SELECT call_id, 'calls' AS unit, payer, 1 AS amount FROM charged
  UNION ALL SELECT call_id, 'seconds', payer, billable_ms FROM charged WHERE billable_ms > 0
  UNION ALL SELECT call_id, currency, payer, charge_micros FROM charged WHERE charge_micros > 0)
SELECT call_id AS callId, unit, payer, sum(posted) AS posted, sum(owed) AS owed FROM (
  SELECT call_id, unit, payer, amount AS posted, 0 AS owed FROM posted
  UNION ALL SELECT call_id, unit, payer, 0, amount FROM owed)
GROUP BY 1, 2, 3 HAVING sum(posted) <> sum(owed) ORDER BY 1, 2, 3 LIMIT ${shown}`;

type Disagreement = { callId: string; unit: string; payer: string; posted: number; owed: number };

function compareCalls(db: Database, found: Found): void {
  for (const { callId, unit, payer, posted, owed } of db.prepare<[], Disagreement>(disagreements).iterate()) {
    found('calls', `call ${callId}: ${payer} was charged ${posted} ${unit}, and its record says ${owed}`);
  }
}
