import type { Database } from 'better-sqlite3';
import { isSame } from '../../replication/merge-shared.ts';
import type { SharedContent, SharedKind, SharedRow } from '../../ports/console-replica.ts';
import { consoleUserFields, tokenFields } from '../../tables/console.ts';

/**
 * Rows of the console as they are shared: values by the names of their fields, as the file keeps them, but for a token's user, whose key stands
 * for an id that other controllers do not have.
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

type Column = { readonly sqlite: string };
type Content = Record<string, string | number | null>;

const userColumns: Readonly<Record<string, Column>> = {
  ...consoleUserFields,
  sessionsEnded: { sqlite: 'sessions_ended' },
};
const tokenColumns = Object.fromEntries(
  Object.entries<Column>(tokenFields).filter(([name]) => name !== 'userId'),
) as Readonly<Record<string, Column>>;

const listed = (columns: Readonly<Record<string, Column>>): string =>
  Object.entries(columns)
    .map(([name, { sqlite }]) => `${sqlite} AS ${name}`)
    .join(', ');
const set = (columns: Readonly<Record<string, Column>>): string =>
  Object.entries(columns)
    .map(([name, { sqlite }]) => `${sqlite} = @${name}`)
    .join(', ');
const inserted = (table: string, columns: Readonly<Record<string, Column>>): string =>
  `INSERT INTO ${table} (${Object.values(columns)
    .map(({ sqlite }) => sqlite)
    .join(', ')}) VALUES (${Object.keys(columns)
    .map((name) => `@${name}`)
    .join(', ')})`;

/** Fields that this version has; what is missing of them is as it is here, or null. */
const known = (
  columns: Readonly<Record<string, Column>>,
  content: SharedContent,
  here: SharedContent | null,
): Content =>
  Object.fromEntries(
    Object.keys(columns).map((name) => [name, content[name] ?? (name in content ? null : (here?.[name] ?? null))]),
  );

/** Whoever they were given to may no longer use the sessions that are open. */
const endsSessions = ['role', 'passwordHash', 'totpSecret', 'identity', 'sessionsEnded'] as const;

export const sharedTables = (db: Database): Readonly<Record<SharedKind, SharedTable>> => ({
  user: sharedUsers(db),
  token: sharedTokens(db),
});

function sharedUsers(db: Database): SharedTable {
  const byKey = db.prepare<[string], Content>(`SELECT ${listed(userColumns)} FROM console_users WHERE shared_key = ?`);
  /** Made here and there before the two met: by a sign-in through the provider, or as the first administrator of each. */
  const adopt = db.prepare<{ key: string; name: string; identity: string | number | null }>(
    `UPDATE console_users SET shared_key = @key WHERE id = (
SELECT id FROM console_users u WHERE (u.name = @name OR u.identity = @identity)
  AND NOT EXISTS (SELECT 1 FROM shared_rows s WHERE s.kind = 'user' AND s.key = u.shared_key) ORDER BY u.name = @name DESC LIMIT 1)`,
  );
  /** Two names that became the same while neither knew of the other: the one that was agreed upon last comes back. */
  const giveBack = db.prepare<{ key: string; name: string | number | null }>(
    `UPDATE console_users SET name = (SELECT json_extract(s.content, '$.name') FROM shared_rows s WHERE s.kind = 'user' AND s.key = shared_key)
WHERE name = @name AND shared_key <> @key AND EXISTS (SELECT 1 FROM shared_rows s WHERE s.kind = 'user' AND s.key = shared_key)`,
  );
  const forget = db.prepare(
    "DELETE FROM shared_changes WHERE kind = 'user' AND NOT EXISTS (SELECT 1 FROM console_users u WHERE u.shared_key = shared_changes.key)",
  );
  const insert = db.prepare(inserted('console_users', { ...userColumns, key: { sqlite: 'shared_key' } }));
  const update = db.prepare(`UPDATE console_users SET ${set(userColumns)} WHERE shared_key = @key`);
  const endSessions = db.prepare<[string]>(
    'DELETE FROM console_sessions WHERE user_id = (SELECT id FROM console_users WHERE shared_key = ?)',
  );
  const read = (key: string): Content | null => byKey.get(key) ?? null;
  const make = ({ key, content }: SharedRow): void => {
    const values = known(userColumns, content, null);
    const named = { key, name: String(values['name']), identity: values['identity'] ?? null };
    if (adopt.run(named).changes === 0) insert.run({ ...values, key });
    else forget.run();
  };
  return {
    read,
    write({ kind, key, content }) {
      giveBack.run({ key, name: content['name'] ?? null });
      if (read(key) === null) make({ kind, key, content });
      const here = read(key);
      const next = known(userColumns, content, here);
      if (here !== null && isSame(here, next)) return;
      update.run({ ...next, key });
      if (next['isEnabled'] !== 1 || endsSessions.some((name) => next[name] !== here?.[name])) endSessions.run(key);
    },
  };
}

function sharedTokens(db: Database): SharedTable {
  const byHash = db.prepare<[string], Content>(
    `SELECT ${Object.entries(tokenColumns)
      .map(([name, { sqlite }]) => `t.${sqlite} AS ${name}`)
      .join(
        ', ',
      )}, u.shared_key AS user FROM console_tokens t JOIN console_users u ON u.id = t.user_id WHERE t.token_hash = ?`,
  );
  const userOf = db.prepare<[string], number>('SELECT id FROM console_users WHERE shared_key = ?').pluck();
  const insert = db.prepare(inserted('console_tokens', { ...tokenColumns, userId: { sqlite: 'user_id' } }));
  const update = db.prepare(
    `UPDATE console_tokens SET ${set(tokenColumns)}, user_id = @userId WHERE token_hash = @tokenHash`,
  );
  const read = (key: string): Content | null => byHash.get(key) ?? null;
  return {
    read,
    write({ key, content }) {
      const here = read(key);
      const user = String(content['user'] ?? here?.['user'] ?? '');
      const userId = userOf.get(user);
      if (userId === undefined) throw new RangeError(`the token is of a user that is not here (${user})`);
      const next = known(tokenColumns, content, here);
      if (here !== null && isSame(here, { ...next, user })) return;
      (here === null ? insert : update).run({ ...next, tokenHash: key, userId });
    },
  };
}
