import type { Database } from 'better-sqlite3';
import type { ErasableCalls, Whose } from '../../ports/retention.ts';
import type { SqlValue } from '../records/rows.ts';
import { spellingsOf } from '../../../words/spellings.ts';
import { erasedName, emptiedColumns } from './emptied.ts';

type Condition = { text: string; values: readonly SqlValue[] };

const anyOf = (column: string, values: readonly string[]): Condition => ({
  text: `${column} IN (${values.map(() => '?').join(', ')})`,
  values,
});

/** A call of one column's number: to it, from it, or keyed with something before it that made it no E.164 number. */
function isOf(number: string): Condition {
  const { spelled, ending } = spellingsOf(number);
  const conditions = [
    ...['called_e164', 'called_number', 'keyed_number', 'caller_name', 'extension'].map((column) =>
      anyOf(column, spelled),
    ),
    ...(ending === null ? [] : [{ text: "(called_e164 IS NULL AND keyed_number LIKE '%' || ?)", values: [ending] }]),
    // What it once said, where it was corrected.
    {
      text: `call_id IN (SELECT call_id FROM call_record_corrections WHERE ${spelled
        .map(() => 'instr(before, ?) > 0 OR instr(after, ?) > 0')
        .join(' OR ')})`,
      values: spelled.flatMap((one) => [JSON.stringify(one), JSON.stringify(one)]),
    },
  ];
  return {
    text: `(${conditions.map(({ text }) => text).join(' OR ')})`,
    values: conditions.flatMap(({ values }) => values),
  };
}

/** There is something left of the person. */
function isLeft(accountId: number | null): string {
  const name = accountId === null ? '' : ` OR (account_id = ${accountId} AND account_name IS NOT '${erasedName}')`;
  return `(${emptiedColumns.map(({ column, value }) => `${column} IS NOT ${value}`).join(' OR ')}${name})`;
}

function select(db: Database, conditions: readonly Condition[]): string[] {
  const where = conditions.map(({ text }) => ` AND ${text}`).join('');
  return db
    .prepare<SqlValue[], string>(`SELECT call_id FROM call_records WHERE ended_at IS NOT NULL${where}`)
    .pluck()
    .all(...conditions.flatMap(({ values }) => values));
}

/** As dbo.usp_EraseCalls looks for them (sql/sqlserver). Reads every record where a number is given. */
export function findErasable(db: Database, { extension, number, accountId }: Whose): ErasableCalls {
  const others: Condition[] = [
    ...(extension === null ? [] : [{ text: 'extension = ?', values: [extension] }]),
    ...(accountId === null
      ? []
      : [{ text: '(account_id = ? OR authorized_by_id = ?)', values: [accountId, accountId] }]),
  ];
  if (number === null) return { own: select(db, [...others, { text: isLeft(accountId), values: [] }]), wentOut: [] };
  const own = select(db, [...others, isOf(number)]);
  const found = new Set(own);
  const wentOut = select(db, [...others, anyOf('calling_number', spellingsOf(number).spelled)]);
  return { own, wentOut: wentOut.filter((callId) => !found.has(callId)) };
}
