import type { Database } from 'better-sqlite3';
import type { Reservation } from '../../ports/ledger.ts';
import { sparingTheRecord } from '../errors.ts';
import { prepareCallInLedger } from './calls.ts';
import { prepareLedgerWriter } from './writing.ts';

/**
 * Makes a function to be called after a call's record or price was written, in the same transaction: the ledger follows. A record
 * matters more than what the ledger says of it: where the ledger does not take it, `ledger verify` shows that.
 */
export function prepareKeepingLedger(db: Database): (callId: string, reservation?: Reservation | null) => void {
  const follow = prepareCallInLedger(db, prepareLedgerWriter(db));
  // All of a call's transfers, or none.
  const followWhole = db.transaction(follow);
  return (callId, reservation = null) => sparingTheRecord(() => followWhole(callId, reservation, Date.now()));
}
