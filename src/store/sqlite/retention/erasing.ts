import type { Database } from 'better-sqlite3';
import { countryFinder } from '../../../reports/country.ts';
import { callRecordFields, type CallRecord } from '../../../words/call-record.ts';
import { keptCountry } from '../../../words/shorten-number.ts';
import type { ErasingStore, Whose } from '../../ports/retention.ts';
import type { SqlValue } from '../records/rows.ts';
import { reading } from '../reading.ts';
import { prepareForgettingAlerts } from './alerts.ts';
import { prepareForgettingHooks } from '../hooks/noting.ts';
import { prepareRewriting } from './corrections.ts';

/** Stands in the place of an account's name, as in SQL Server (dbo.usp_EraseCalls). */
const erasedName = '(erased)';

/** What tells of a person in a record, as it is once it does not. */
const emptied = {
  ...{ callerName: '', code: '', keyedNumber: '' },
  ...{ calledNumber: null, calledE164: null, rule: null, callingNumber: null },
  ...{ authorizedById: null, authorizedBy: null },
} satisfies Partial<CallRecord>;
const emptiedColumns = (Object.keys(emptied) as (keyof typeof emptied)[]).map((field) => ({
  column: callRecordFields[field].sqlite,
  value: emptied[field] === null ? 'NULL' : "''",
}));

const isWhose = (whose: Whose): { where: string; values: SqlValue[] } => {
  const conditions: [string, SqlValue[]][] = [];
  if (whose.extension !== null) conditions.push(['extension = ?', [whose.extension]]);
  if (whose.accountId !== null) conditions.push(['account_id = ?', [whose.accountId]]);
  const { number } = whose;
  if (number !== null)
    conditions.push(['(called_e164 = ? OR called_number = ? OR keyed_number = ?)', [number, number, number]]);
  return { where: conditions.map(([text]) => ` AND ${text}`).join(''), values: conditions.flatMap(([, some]) => some) };
};

/** There is something left of the person. */
const isThere = (whose: Whose): string =>
  `(${emptiedColumns.map(({ column, value }) => `${column} IS NOT ${value}`).join(' OR ')}${
    whose.accountId === null ? '' : ` OR account_name IS NOT '${erasedName}'`
  })`;

const erasable = (whose: Whose) => {
  const { where, values } = isWhose(whose);
  return { from: `FROM call_records WHERE ended_at IS NOT NULL AND ${isThere(whose)}${where}`, values };
};

/** Reads on the calling thread. */
export function readErasable(db: Database): Pick<ErasingStore, 'countErasable'> {
  return {
    countErasable: (whose) =>
      reading(db, () => {
        const { from, values } = erasable(whose);
        return (
          db
            .prepare<SqlValue[], number>(`SELECT count(*) ${from}`)
            .pluck()
            .get(...values) ?? 0
        );
      }),
  };
}

type Call = Pick<CallRecord, 'callId' | 'calleeLegId' | 'calledE164'> & { country: string | null };
type Erased = Awaited<ReturnType<ErasingStore['eraseSome']>>;

/** Makes the operation of the writer, to be run inside its transaction. */
export function prepareErasing(db: Database): (asked: { whose: Whose; limit: number }) => Erased {
  const nameMoves = db.prepare<{ accountId: number; callId: string; name: string }>(
    `UPDATE call_moves SET from_account_name = iif(from_account_id = @accountId, @name, from_account_name),
  to_account_name = iif(to_account_id = @accountId, @name, to_account_name) WHERE call_id = @callId`,
  );
  const erase = db.prepare(
    `UPDATE call_records SET ${emptiedColumns.map(({ column, value }) => `${column} = ${value}`).join(', ')},
  account_name = coalesce(@name, account_name), country = @country, shortened_at = @nowMs, code_forgotten_at = @nowMs
WHERE call_id = @callId`,
  );
  const rewrite = prepareRewriting(db);
  const forgetAlerts = prepareForgettingAlerts(db);
  const forgetHooks = prepareForgettingHooks(db);
  const countryOf = countryFinder();
  return ({ whose, limit }) => {
    const { accountId } = whose;
    const name = accountId === null ? null : erasedName;
    const { from, values } = erasable(whose);
    const calls = db
      .prepare<SqlValue[], Call>(
        `SELECT call_id AS callId, callee_leg_id AS calleeLegId, called_e164 AS calledE164, country ${from} LIMIT ?`,
      )
      .all(...values, limit);
    for (const call of calls) {
      const { callId } = call;
      // First: a call that was moved has its account from there.
      if (accountId !== null) nameMoves.run({ accountId, callId, name: erasedName });
      erase.run({ callId, name, country: keptCountry(call, countryOf), nowMs: Date.now() });
      forgetAlerts(callId);
      forgetHooks(callId);
      rewrite(callId, (record) => ({ ...record, ...emptied, accountName: name ?? record.accountName }));
    }
    const legIds = calls.flatMap(({ callId, calleeLegId }) =>
      calleeLegId === null ? [callId] : [callId, calleeLegId],
    );
    return { calls: calls.length, legIds };
  };
}
