import type { Database } from 'better-sqlite3';
import { roles } from '../../../words/console.ts';
import { isSame } from '../../replication/merge-shared.ts';
import type { SharedRow } from '../../ports/console-replica.ts';
import { consoleUserFields, tokenFields } from '../../tables/console.ts';
import { assigned, insertInto, listed, type Columns } from './columns.ts';
import { known, prepareNames, prepareOwner, type Content, type SharedTable } from './shared-rows.ts';

const userColumns: Columns = {
  ...consoleUserFields,
  sessionsEnded: { sqlite: 'sessions_ended' },
};
const tokenColumns = Object.fromEntries(Object.entries(tokenFields).filter(([name]) => name !== 'userId')) as Columns;

/** Whoever they were given to may no longer use the sessions that are open. */
const endsSessions = ['role', 'passwordHash', 'totpSecret', 'identity', 'sessionsEnded'] as const;

export function sharedUsers(db: Database): SharedTable {
  const byKey = db.prepare<[string], Content>(`SELECT ${listed(userColumns)} FROM console_users WHERE shared_key = ?`);
  // Made here and there by a sign-in through the provider, or as the first administrator of each.
  const names = prepareNames(db, 'user', 'console_users', ' OR identity = @identity');
  const insert = db.prepare(insertInto('console_users', { ...userColumns, key: { sqlite: 'shared_key' } }));
  const update = db.prepare(`UPDATE console_users SET ${assigned(userColumns)} WHERE shared_key = @key`);
  const endSessions = db.prepare<[string]>(
    'DELETE FROM console_sessions WHERE user_id = (SELECT id FROM console_users WHERE shared_key = ?)',
  );
  const read = (key: string): Content | null => byKey.get(key) ?? null;
  const make = ({ key, content }: SharedRow): void => {
    const values = known(userColumns, content, null);
    const named = { key, name: values['name'] ?? null, identity: values['identity'] ?? null };
    if (!names.adopt(named)) insert.run({ ...values, key });
  };
  return {
    read,
    write({ kind, key, content }) {
      const { role } = known(userColumns, content, read(key));
      // Typed by hand: nobody knows what it may do.
      if (!roles.some((one) => one === role)) throw new RangeError(`${JSON.stringify(role)} is not a role`);
      names.giveBack({ key, name: content['name'] ?? null });
      if (read(key) === null) make({ kind, key, content });
      const here = read(key);
      const next = known(userColumns, content, here);
      if (here !== null && isSame(here, next)) return;
      update.run({ ...next, key });
      if (next['isEnabled'] !== 1 || endsSessions.some((name) => next[name] !== here?.[name])) endSessions.run(key);
    },
  };
}

export function sharedTokens(db: Database): SharedTable {
  const byHash = db.prepare<[string], Content>(
    `SELECT ${listed(tokenColumns, 't.')}, u.shared_key AS user FROM console_tokens t JOIN console_users u ON u.id = t.user_id WHERE t.token_hash = ?`,
  );
  const ownerOf = prepareOwner(db, 'the token');
  const insert = db.prepare(insertInto('console_tokens', { ...tokenColumns, userId: { sqlite: 'user_id' } }));
  const update = db.prepare(
    `UPDATE console_tokens SET ${assigned(tokenColumns)}, user_id = @userId WHERE token_hash = @tokenHash`,
  );
  const read = (key: string): Content | null => byHash.get(key) ?? null;
  return {
    read,
    write({ key, content }) {
      const here = read(key);
      const { user, userId } = ownerOf(content, here);
      const next = known(tokenColumns, content, here);
      if (here !== null && isSame(here, { ...next, user })) return;
      (here === null ? insert : update).run({ ...next, tokenHash: key, userId });
    },
  };
}
