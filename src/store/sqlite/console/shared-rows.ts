import type { Database } from 'better-sqlite3';
import type { SharedContent, SharedKind, SharedRow } from '../../ports/console-replica.ts';
import type { Columns } from './columns.ts';

/**
 * Rows of the console as they are shared: values by the names of their fields, as the file keeps them, but for ids, which other
 * controllers do not have: a token and a report have the key of their user, a use has that of its template.
 */
export type SharedTable = {
  /** As it is here; null: it is not. */
  read(key: string): SharedContent | null;
  /** Makes the row of this key so. Throws where it cannot be. */
  write(row: SharedRow): void;
};

type Agreed = { content: string; version: number };
export const contentIn = (json: string): SharedContent => JSON.parse(json) as SharedContent;

/** A row as both sides had it last. */
export const prepareAgreed = (db: Database) =>
  db.prepare<[SharedKind, string], Agreed>('SELECT content, version FROM shared_rows WHERE kind = ? AND key = ?');

export type Content = Record<string, string | number | null>;

/** Fields that this version has; what is missing of them is as it is here, or null. */
export const known = (columns: Columns, content: SharedContent, here: SharedContent | null): Content =>
  Object.fromEntries(
    Object.keys(columns).map((name) => [name, content[name] ?? (name in content ? null : (here?.[name] ?? null))]),
  );

/** Finds the user of a shared row; `here`: the row as it is. Throws where the user is not here; `what`: what is theirs, "the token". */
export function prepareOwner(db: Database, what: string) {
  const find = db.prepare<[string], number>('SELECT id FROM console_users WHERE shared_key = ?').pluck();
  return (content: SharedContent, here: SharedContent | null): { user: string; userId: number } => {
    const user = String(content['user'] ?? here?.['user'] ?? '');
    const userId = find.get(user);
    if (userId === undefined) throw new RangeError(`${what} is of a user that is not here (${user})`);
    return { user, userId };
  };
}

type Named = { key: string; name: string | number | null; identity?: string | number | null };

/**
 * Of rows whose names are unique. `adopt`: a row that was made here before the two sides met becomes the one of this key. `giveBack`: of two
 * names that became the same while neither side knew of the other, the one that was agreed upon last comes back to the row here.
 */
export function prepareNames(db: Database, kind: SharedKind, table: string, alsoBy = '') {
  const isAgreed = `EXISTS (SELECT 1 FROM shared_rows s WHERE s.kind = '${kind}' AND s.key = shared_key)`;
  const adopt = db.prepare<[Named]>(
    `UPDATE ${table} SET shared_key = @key WHERE id = (
SELECT id FROM ${table} WHERE (name = @name${alsoBy}) AND NOT ${isAgreed} ORDER BY name = @name DESC LIMIT 1)`,
  );
  const forget = db.prepare(
    `DELETE FROM shared_changes WHERE kind = '${kind}' AND NOT EXISTS (SELECT 1 FROM ${table} WHERE shared_key = shared_changes.key)
  AND NOT EXISTS (SELECT 1 FROM shared_rows s WHERE s.kind = '${kind}' AND s.key = shared_changes.key)`,
  );
  const giveBack = db.prepare<[Named]>(
    `UPDATE ${table} SET name = (SELECT json_extract(s.content, '$.name') FROM shared_rows s WHERE s.kind = '${kind}' AND s.key = shared_key)
WHERE name = @name AND shared_key <> @key AND ${isAgreed}`,
  );
  return {
    /** Whether there was one. */
    adopt(named: Named): boolean {
      if (adopt.run(named).changes === 0) return false;
      forget.run();
      return true;
    },
    giveBack: (named: Named): void => void giveBack.run(named),
  };
}
