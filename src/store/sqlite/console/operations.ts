import type { Database } from 'better-sqlite3';
import type { ConsoleSession, ConsoleUser, NewAuditEntry } from '../../../words/console.ts';
import type { NewUser } from '../../ports/console-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { auditFields, consoleSessionFields, consoleUserFields } from '../../tables/console.ts';
import { assigned, insertInto, valuesOf } from './columns.ts';
import { prepareSavedReports, type SavedReportOperations } from './saved-reports.ts';
import { prepareTemplates, type TemplateOperations } from './templates.ts';
import { prepareTokens, type TokenOperations } from './tokens.ts';
import { keptAudit, selectUsers, userOf, type UserRow } from './rows.ts';
import type { PerformersOf } from '../performers.ts';

export type ConsoleOperations = TokenOperations &
  SavedReportOperations &
  TemplateOperations & {
    addUser: { input: { user: NewUser; entry: NewAuditEntry }; result: ConsoleUser };
    changeUser: {
      input: { id: number; changes: Partial<NewUser>; entry: NewAuditEntry | null };
      result: ConsoleUser | null;
    };
    openSession: { input: { session: ConsoleSession; entry: NewAuditEntry }; result: null };
    seeSession: { input: { tokenHash: string; atMs: number }; result: null };
    endSessions: { input: { userId: number; tokenHash: string | null; idleSinceMs: number }; result: number };
    appendAudit: { input: NewAuditEntry; result: null };
  };

type Performers = PerformersOf<ConsoleOperations>;

/** Makes the operations of the writer, to be run inside its transaction. They throw. */
export function prepareConsole(db: Database): Performers {
  const byId = db.prepare<[number | bigint], UserRow>(`${selectUsers} WHERE id = ?`);
  const insertUser = db.prepare(insertInto('console_users', consoleUserFields));
  const replaceUser = db.prepare(`UPDATE console_users SET ${assigned(consoleUserFields)} WHERE id = @id`);
  const hasName = db
    .prepare<[string, number], number>('SELECT 1 FROM console_users WHERE name = ? AND id <> ?')
    .pluck();
  const insertAudit = db.prepare(insertInto('console_audit', auditFields));

  const note = (entry: NewAuditEntry): void => void insertAudit.run(valuesOf(auditFields, keptAudit(entry)));
  const refuseTwice = (name: string, id: number): void => {
    if (hasName.get(name, id) === undefined) return;
    throw new StoreError('duplicate', `Somebody signs in as "${name}" already: choose another name.`);
  };
  return {
    addUser({ user, entry }) {
      refuseTwice(user.name, 0);
      const { lastInsertRowid } = insertUser.run(valuesOf(consoleUserFields, user));
      note(entry);
      const row = byId.get(lastInsertRowid);
      if (row === undefined) throw new StoreError('unavailable', `${db.name}: the user just written is not there.`);
      return userOf(row);
    },
    changeUser({ id, changes, entry }) {
      const row = byId.get(id);
      if (row === undefined) return null;
      const changed = { ...userOf(row), ...changes };
      refuseTwice(changed.name, id);
      replaceUser.run({ ...valuesOf(consoleUserFields, changed), id });
      if (entry !== null) note(entry);
      return changed;
    },
    ...prepareSessions(db, note),
    ...prepareTokens(db, note),
    ...prepareSavedReports(db, note),
    ...prepareTemplates(db, note),
    appendAudit(entry) {
      note(entry);
      return null;
    },
  };
}

function prepareSessions(
  db: Database,
  note: (entry: NewAuditEntry) => void,
): Pick<Performers, 'openSession' | 'seeSession' | 'endSessions'> {
  const insertSession = db.prepare(insertInto('console_sessions', consoleSessionFields));
  const see = db.prepare<[number, string]>('UPDATE console_sessions SET seen_at = ? WHERE token_hash = ?');
  const endOne = db.prepare<[number, string]>('DELETE FROM console_sessions WHERE user_id = ? AND token_hash = ?');
  const endAll = db.prepare<[number]>('DELETE FROM console_sessions WHERE user_id = ?');
  // So that other controllers end theirs.
  const noteEnd = db.prepare<[number]>(
    'UPDATE console_users SET sessions_ended = lower(hex(randomblob(8))) WHERE id = ?',
  );
  const endIdle = db.prepare<[number]>('DELETE FROM console_sessions WHERE seen_at < ?');
  return {
    openSession({ session, entry }) {
      insertSession.run(valuesOf(consoleSessionFields, session));
      note(entry);
      return null;
    },
    seeSession({ tokenHash, atMs }) {
      see.run(atMs, tokenHash);
      return null;
    },
    endSessions({ userId, tokenHash, idleSinceMs }) {
      const ended = tokenHash === null ? endAll.run(userId) : endOne.run(userId, tokenHash);
      if (tokenHash === null) noteEnd.run(userId);
      endIdle.run(idleSinceMs);
      return ended.changes;
    },
  };
}
