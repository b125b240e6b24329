import type { Database } from 'better-sqlite3';
import type { ErasingStore, RetentionStore, Tidied } from '../../ports/retention.ts';
import { prepareErasing } from './erasing.ts';
import { prepareForgettingHooks } from '../hooks/noting.ts';
import { prepareRemoving } from './removing.ts';
import { prepareShortening } from './shortening.ts';
import { prepareTurn } from './turn.ts';
import type { PerformersOf } from '../performers.ts';

type InputOf<Name extends keyof (RetentionStore & ErasingStore)> = Parameters<(RetentionStore & ErasingStore)[Name]>[0];

export type RetentionOperations = {
  shortenSome: { input: InputOf<'shortenSome'>; result: Tidied };
  forgetSomeCodes: { input: InputOf<'forgetSomeCodes'>; result: Tidied };
  removeSome: { input: InputOf<'removeSome'>; result: Tidied };
  eraseCalls: { input: InputOf<'eraseCalls'>; result: readonly string[] };
  eraseCallingNumbers: { input: InputOf<'eraseCallingNumbers'>; result: undefined };
  eraseWords: { input: InputOf<'eraseWords'>; result: undefined };
  eraseStatements: { input: InputOf<'eraseStatements'>; result: number };
};
type Performers = PerformersOf<RetentionOperations>;

/** Makes the operations of the writer, to be run inside its transaction. */
export function prepareRetention(db: Database): Performers {
  return {
    shortenSome: prepareShortening(db),
    forgetSomeCodes: prepareForgettingCodes(db),
    removeSome: prepareRemoving(db),
    ...prepareErasing(db),
  };
}

function prepareForgettingCodes(db: Database): Performers['forgetSomeCodes'] {
  const turn = prepareTurn(db, 'retention.codes');
  const next = db.prepare<[number, number, number], { callId: string; startedAtMs: number }>(
    `SELECT call_id AS callId, started_at AS startedAtMs FROM call_records
WHERE started_at >= ? AND started_at < ? AND ended_at IS NOT NULL AND code <> '' ORDER BY started_at LIMIT ?`,
  );
  const forget = db.prepare("UPDATE call_records SET code = '', code_forgotten_at = ? WHERE call_id = ?");
  const rewrite = db.prepare(
    `UPDATE call_record_corrections SET before = json_set(before, '$.code', ''), after = json_set(after, '$.code', '') WHERE call_id = ?`,
  );
  const forgetHooks = prepareForgettingHooks(db);
  return ({ beforeMs, limit }) =>
    turn(beforeMs, limit, (fromMs) => {
      const calls = next.all(fromMs, beforeMs, limit);
      for (const { callId } of calls) {
        forget.run(Date.now(), callId);
        rewrite.run(callId);
        forgetHooks(callId);
      }
      return calls;
    });
}
