import type { Database } from 'better-sqlite3';
import type { Balance } from '../../../ledger/ledger.ts';
import { paidIn, payerOf, type Transfer } from '../../../ledger/transfer.ts';
import type { Payment } from '../../ports/ledger.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { HeldGroups } from '../directory/limit-groups.ts';
import { prepareFollowGroups } from './groups.ts';
import { isUnresolved, selectTransfers, type TransferRow } from './rows.ts';
import { prepareLedgerWriter } from './writing.ts';
import type { PerformersOf } from '../performers.ts';

export type LedgerOperations = {
  payIn: { input: Payment; result: Balance };
  /** `nowMs`: UTC milliseconds. */
  tendLedger: { input: number; result: null };
  /** Input: only where a limit needs the sums. */
  followGroups: { input: boolean; result: boolean };
};

/** Of one transaction; the next look goes on. */
const lateAtOnce = 500;

/** Makes the operations of the writer on the ledger, to be run inside its transaction. */
export function prepareLedgerOperations(db: Database, groups: HeldGroups): PerformersOf<LedgerOperations> {
  const writer = prepareLedgerWriter(db);
  const followGroups = prepareFollowGroups(db, groups);
  const byId = db.prepare<[string], TransferRow>(`${selectTransfers} WHERE t.id = ?`);
  const late = db.prepare<[number], TransferRow>(
    `${selectTransfers} WHERE t.times_out_at <= ? AND ${isUnresolved} LIMIT ${lateAtOnce}`,
  );
  return {
    payIn({ id, accountId, currency, micros, madeBy }) {
      const payer = payerOf(accountId);
      if (byId.get(id) !== undefined) return writer.balance(payer, currency);
      if (!Number.isSafeInteger(micros) || micros === 0) throw new StoreError('invalid', 'There is nothing to pay in.');
      const [debit, credit] = micros > 0 ? [paidIn, payer] : [payer, paidIn];
      const payment: Transfer = {
        ...{ id, kind: 'single', debit, credit, unit: currency, amount: Math.abs(micros) },
        ...{ pendingId: null, timesOutMs: null, callId: null, why: 'paid-in', madeAtMs: Date.now(), madeBy },
      };
      writer.append([payment]);
      return writer.balance(payer, currency);
    },
    followGroups,
    tendLedger(nowMs) {
      followGroups(true);
      const found = late.all(nowMs);
      const voids = found.map(({ id, debit, credit, unit, callId }): Transfer => ({
        ...{ id: `${id}/timed-out`, kind: 'void', debit, credit, unit, amount: 0, pendingId: id },
        ...{ timesOutMs: null, callId, why: 'timed-out', madeAtMs: nowMs, madeBy: '' },
      }));
      writer.append(voids, found);
      return null;
    },
  };
}
