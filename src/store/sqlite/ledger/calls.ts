import type { Database } from 'better-sqlite3';
import { callInLedger, transfersFor, type CallState } from '../../../ledger/call.ts';
import { payerOf } from '../../../ledger/transfer.ts';
import type { Reservation } from '../../ports/ledger.ts';
import type { LedgerWriter } from './writing.ts';
import { plannedOnce } from '../planned-once.ts';

/** What of a call's record, and of its price, the ledger goes by. */
type CallRow = {
  accountId: number | null;
  callType: string | null;
  bridgedAtMs: number | null;
  answeredAtMs: number | null;
  endedAtMs: number | null;
  billableMs: number;
  currency: string | null;
  chargeMicros: number | null;
};

const selectCall = `SELECT r.account_id AS accountId, r.call_type AS callType, r.bridged_at AS bridgedAtMs,
  r.answered_at AS answeredAtMs, r.ended_at AS endedAtMs, r.billable_ms AS billableMs,
  p.currency, p.charge_micros AS chargeMicros
FROM call_records r LEFT JOIN call_prices p ON p.call_id = r.call_id AND p.is_current = 1 WHERE r.call_id = ${plannedOnce('?')}`;

/**
 * Makes a function that brings the ledger to what the call's record and price say now, inside the writer's transaction.
 * `reservation`: what the call may use, of an open record; null: no more than before.
 */
export function prepareCallInLedger(
  db: Database,
  writer: LedgerWriter,
): (callId: string, reservation: Reservation | null, nowMs: number) => void {
  const byId = db.prepare<[string], CallRow>(selectCall);
  return (callId, reservation, nowMs) => {
    const row = byId.get(callId);
    if (row === undefined) return;
    const known = callInLedger(callId, writer.ofCall(callId));
    writer.append(transfersFor(known, stateOf(row, reservation), nowMs), known.pending);
  };
}

/** Emergency calls are no part of it: nothing limits them, and they cost nothing. */
function stateOf(row: CallRow, reservation: Reservation | null): CallState {
  const payer = payerOf(row.accountId);
  const isEmergency = row.callType === 'emergency';
  if (row.endedAtMs === null) {
    const reserved = isEmergency || row.bridgedAtMs === null ? [] : (reservation?.amounts ?? []);
    return { kind: 'up', payer, reserved, timesOutMs: reservation?.timesOutMs ?? 0 };
  }
  const wasPlaced = row.bridgedAtMs !== null || row.answeredAtMs !== null;
  if (!wasPlaced || isEmergency) return { kind: 'over', payer, used: [] };
  const seconds = { unit: 'seconds', amount: row.billableMs };
  const calls = { unit: 'calls', amount: 1 };
  if (row.currency === null || row.chargeMicros === null) return { kind: 'over', payer, used: [seconds, calls] };
  return { kind: 'over', payer, used: [{ unit: row.currency, amount: row.chargeMicros }, seconds, calls] };
}
