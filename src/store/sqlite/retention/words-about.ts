import type { Database } from 'better-sqlite3';
import { spellingsOf } from '../../../words/spellings.ts';
import { forgottenAlert } from './alerts.ts';
import { erasedName } from './emptied.ts';

/** What became of another controller's alert, as `alert_deliveries` says it of this one's. */
const withoutErrors = `iif(json_valid(deliveries), (
  SELECT json_group_array(json(iif(value ->> '$.error' IS NULL, value, json_set(value, '$.error', '${erasedName}'))))
  FROM json_each(deliveries) WHERE type = 'object'), '[]')`;

/** What people or other programs wrote down, in which any number may stand; each with what is left of it. */
const words: readonly { table: string; column: string; left: string }[] = [
  { table: 'call_moves', column: 'why', left: `why = '${erasedName}'` },
  { table: 'alerts', column: 'text', left: forgottenAlert },
  { table: 'alerts', column: 'fields', left: forgottenAlert },
  { table: 'alerts', column: 'deliveries', left: `deliveries = ${withoutErrors}` },
  // Where it stood elsewhere, by hand.
  { table: 'alerts', column: 'deliveries', left: "deliveries = '[]'" },
  { table: 'alert_deliveries', column: 'error', left: `error = '${erasedName}'` },
  { table: 'outbox_refused', column: 'reason', left: `reason = '${erasedName}'` },
  { table: 'report_deliveries', column: 'error', left: `error = '${erasedName}'` },
  { table: 'report_recipients', column: 'error', left: `error = '${erasedName}'` },
  // Sent again, the same request has the same effect and another answer: none.
  { table: 'console_requests', column: 'answer', left: "answer = '{}'" },
];

/** Makes the operation of the writer that takes a number out of what is not of a call, to be run inside its transaction. */
export function prepareErasingWords(db: Database): (asked: { number: string }) => undefined {
  const changes = words.map(({ table, column, left }) =>
    db.prepare<[string]>(`UPDATE ${table} SET ${left} WHERE instr(${column}, ?) > 0`),
  );
  const others = [
    // The sums of hours name a phone by the id of its number.
    "UPDATE report_words SET word = '(erased ' || id || ')' WHERE word IN ('+' || @digits, @digits)",
    `DELETE FROM phone_locks WHERE phone IN ('+' || @digits, @digits) AND until < @nowMs`,
    'DELETE FROM hook_events WHERE instr(told, @digits) > 0',
  ].map((statement) => db.prepare(statement));
  return ({ number }) => {
    const { ending } = spellingsOf(number);
    if (ending === null) return;
    for (const change of changes) change.run(ending);
    for (const other of others) other.run({ digits: ending, nowMs: Date.now() });
  };
}
