import type { Database } from 'better-sqlite3';
import { countryFinder } from '../../../reports/country.ts';
import { keptCountry, shortened, type Numbers } from '../../../words/shorten-number.ts';
import type { Tidied } from '../../ports/retention.ts';
import { prepareForgettingAlerts } from './alerts.ts';
import { prepareForgettingHooks } from '../hooks/noting.ts';
import { prepareRewriting } from './corrections.ts';
import { prepareTurn } from './turn.ts';

type Call = Numbers & { callId: string; startedAtMs: number; country: string | null };

const selectCalls = `SELECT call_id AS callId, started_at AS startedAtMs, caller_name AS callerName, keyed_number AS keyedNumber,
  called_number AS calledNumber, called_e164 AS calledE164, country FROM call_records`;

/** Makes the operation of the writer that shortens numbers, to be run inside its transaction. */
export function prepareShortening(
  db: Database,
): (asked: { beforeMs: number; hiddenDigits: number; limit: number }) => Tidied {
  const turn = prepareTurn(db, 'retention.numbers');
  const next = db.prepare<[number, number, number], Call>(
    `${selectCalls} WHERE started_at >= ? AND started_at < ? AND ended_at IS NOT NULL AND shortened_at IS NULL
ORDER BY started_at LIMIT ?`,
  );
  const update = db.prepare(
    `UPDATE call_records SET caller_name = @callerName, keyed_number = @keyedNumber, called_number = @calledNumber,
  called_e164 = @calledE164, country = @country, shortened_at = @nowMs WHERE call_id = @callId`,
  );
  const rewrite = prepareRewriting(db);
  const forgetAlerts = prepareForgettingAlerts(db);
  const forgetHooks = prepareForgettingHooks(db);
  const countryOf = countryFinder();
  return ({ beforeMs, hiddenDigits, limit }) =>
    turn(beforeMs, limit, (fromMs) => {
      const calls = next.all(fromMs, beforeMs, limit);
      for (const call of calls) {
        const country = keptCountry(call, countryOf);
        update.run({ ...shortened(call, hiddenDigits), country, nowMs: Date.now() });
        forgetAlerts(call.callId);
        forgetHooks(call.callId);
        rewrite(call.callId, (record) => shortened(record, hiddenDigits));
      }
      return calls;
    });
}
