import type { Database } from 'better-sqlite3';
import type { TakenRecord } from '../../ports/moving-store.ts';
import { prepareMonths } from '../rates/months.ts';
import { insertPrice } from '../rates/price-rows.ts';

type Current = { charge: number | null; kind: string; currency: string | null; basis: string | null };

/** Makes a function that gives a call the price that it has in the system of record, where it has another one here. */
export function prepareTakePrice(db: Database): (taken: TakenRecord) => void {
  const current = db.prepare<[string], Current>(
    'SELECT charge_micros AS charge, kind, currency, basis FROM call_prices WHERE call_id = ? AND is_current = 1',
  );
  // Those that SQL Server noted of a move or a re-rating may have come already, and none of them is the one that counts.
  const last = db
    .prepare<[string], number>('SELECT coalesce(max(version), 0) FROM call_prices WHERE call_id = ?')
    .pluck();
  const past = db.prepare('UPDATE call_prices SET is_current = 0 WHERE call_id = ? AND is_current = 1');
  const insert = db.prepare(insertPrice);
  const months = prepareMonths(db);
  return ({ record, price: given }) => {
    const { callId } = record;
    if (given === null) return;
    // Places were settled there.
    months.take(record, given);
    const now = current.get(callId);
    const { kind, currency, costMicros, chargeMicros, billedMs, destination, arithmetic, includedMs, basis } = given;
    if (now?.kind === kind && now.charge === chargeMicros && now.currency === currency && now.basis === basis) return;
    past.run(callId);
    const isPriced = kind === 'priced';
    const why = isPriced ? null : kind === 'free' ? 'free-call-type' : 'no-rate';
    // Which rate it was is not known there: 0 is none.
    const rate = isPriced ? [0, 0, 0, ''] : [null, null, null, null];
    const texts = isPriced ? [destination ?? '', arithmetic ?? ''] : [null, null];
    insert.run(
      ...[callId, (last.get(callId) ?? 0) + 1, 1, kind, why, currency, costMicros, chargeMicros],
      ...[isPriced ? (billedMs ?? record.billableMs) : null, ...rate, ...texts, Date.now(), null],
      ...[includedMs, basis, null],
    );
  };
}
