import type { Database } from 'better-sqlite3';
import { countryFinder } from '../../../reports/country.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import { keptCountry } from '../../../words/shorten-number.ts';
import { spellingsOf } from '../../../words/spellings.ts';
import type { ErasingStore, Whose } from '../../ports/retention.ts';
import { prepareForgettingHooks } from '../hooks/noting.ts';
import { reading } from '../reading.ts';
import { prepareForgettingAlerts } from './alerts.ts';
import { prepareRewriting } from './corrections.ts';
import { emptied, emptiedColumns, erasedName } from './emptied.ts';
import { placesOf } from './places.ts';
import { findErasable } from './whose.ts';
import { prepareErasingStatements } from './statements.ts';
import { prepareErasingWords } from './words-about.ts';

/** Reads on the calling thread. */
export function readErasable(db: Database): Pick<ErasingStore, 'findErasable' | 'placesOf'> {
  return {
    findErasable: (whose) => reading(db, () => findErasable(db, whose)),
    placesOf: (number) => reading(db, () => placesOf(db, spellingsOf(number).ending)),
  };
}

type Call = Pick<CallRecord, 'callId' | 'calleeLegId' | 'calledE164' | 'extension' | 'accountId' | 'startedAtMs'> & {
  country: string | null;
};
type Asked = { whose: Whose; callIds: readonly string[] };

const selectCall = `SELECT call_id AS callId, callee_leg_id AS calleeLegId, called_e164 AS calledE164, extension, account_id AS accountId,
  started_at AS startedAtMs, country FROM call_records WHERE call_id = ? AND ended_at IS NOT NULL`;

/** Makes the operations of the writer, to be run inside its transaction. */
export function prepareErasing(db: Database) {
  const outs = db.prepare<[string]>('UPDATE call_records SET calling_number = NULL WHERE call_id = ?');
  return {
    eraseCalls: prepareErasingCalls(db),
    eraseWords: prepareErasingWords(db),
    eraseStatements: prepareErasingStatements(db),
    eraseCallingNumbers: ({ callIds }: { callIds: readonly string[] }): undefined => {
      for (const callId of callIds) outs.run(callId);
    },
  };
}

function prepareErasingCalls(db: Database): (asked: Asked) => readonly string[] {
  const byId = db.prepare<[string], Call>(selectCall);
  const nameMoves = db.prepare<{ accountId: number | null; callId: string; erased: string }>(
    `UPDATE call_moves SET why = @erased, from_account_name = iif(from_account_id = @accountId, @erased, from_account_name),
  to_account_name = iif(to_account_id = @accountId, @erased, to_account_name) WHERE call_id = @callId`,
  );
  const erase = db.prepare(
    `UPDATE call_records SET ${emptiedColumns.map(({ column, value }) => `${column} = ${value}`).join(', ')},
  account_name = coalesce(@name, account_name), extension = @extension, country = @country, shortened_at = @nowMs, code_forgotten_at = @nowMs
WHERE call_id = @callId`,
  );
  // The trigger takes it for retention, which changes no sum.
  const addUpAnew = db.prepare<[number]>(
    `INSERT INTO report_stale_hours (hour, stamp) VALUES (? / 3600000, random()) ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp`,
  );
  const rewrite = prepareRewriting(db);
  const forgetAlerts = prepareForgettingAlerts(db);
  const forgetHooks = prepareForgettingHooks(db);
  const countryOf = countryFinder();

  return ({ whose: { accountId, number }, callIds }) => {
    // Also where that takes a write of its own: nobody is to find the person in what is left of the file's pages.
    db.pragma('secure_delete = ON');
    const { spelled, ending } = number === null ? { spelled: [], ending: null } : spellingsOf(number);
    /** A caller from outside has the number in the place of an extension. */
    const phoneOf = (extension: string): string =>
      ending !== null && spelled.includes(extension) ? erasedName : extension;
    return callIds.flatMap((callId) => {
      const call = byId.get(callId);
      if (call === undefined) return [];
      const name = accountId !== null && call.accountId === accountId ? erasedName : null;
      const extension = phoneOf(call.extension);
      // First: a call that was moved has its account from there.
      nameMoves.run({ accountId, callId, erased: erasedName });
      erase.run({ callId, name, extension, country: keptCountry(call, countryOf), nowMs: Date.now() });
      if (extension !== call.extension) addUpAnew.run(call.startedAtMs);
      forgetAlerts(callId);
      forgetHooks(callId);
      rewrite(callId, (record) => ({
        ...{ ...record, ...emptied, extension: phoneOf(record.extension) },
        accountName: accountId === null ? record.accountName : erasedName,
      }));
      return call.calleeLegId === null ? [callId] : [callId, call.calleeLegId];
    });
  };
}
