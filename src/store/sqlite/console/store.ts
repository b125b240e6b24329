import type { Database } from 'better-sqlite3';
import type { AuditFilter, ConsoleStore } from '../../ports/console-store.ts';
import { containing } from '../containing.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { linkKeyOf, selectLinkKey } from '../reports/reminders.ts';
import type { SqlValue } from '../records/rows.ts';
import { savedReportStore } from './saved-report-store.ts';
import { templateStore } from './template-store.ts';
import { tokenStore } from './token-store.ts';
import {
  auditOf,
  selectAudit,
  selectSessions,
  selectUsers,
  userOf,
  type AuditRow,
  type SessionRow,
  type UserRow,
} from './rows.ts';

/** Read on the calling thread, written by the writer's. */
export function consoleStore(db: Database, perform: Perform): ConsoleStore {
  const users = db.prepare<[], UserRow>(`${selectUsers} ORDER BY name`);
  const byName = db.prepare<[string], UserRow>(`${selectUsers} WHERE name = ?`);
  const byId = db.prepare<[number], UserRow>(`${selectUsers} WHERE id = ?`);
  const byIdentity = db.prepare<[string], UserRow>(`${selectUsers} WHERE identity = ?`);
  const session = db.prepare<[string], SessionRow>(`${selectSessions} WHERE token_hash = ?`);
  const sessions = db.prepare<[number], SessionRow>(`${selectSessions} WHERE user_id = ? ORDER BY seen_at DESC`);
  const key = db.prepare<[], Uint8Array>(selectLinkKey).pluck();
  const one = (row: UserRow | undefined) => (row === undefined ? null : userOf(row));
  return {
    listUsers: () => reading(db, () => users.all().map(userOf)),
    findUser: (name) => reading(db, () => one(byName.get(name))),
    findUserById: (id) => reading(db, () => one(byId.get(id))),
    findUserByIdentity: (identity) => reading(db, () => one(byIdentity.get(identity))),
    addUser: (user, entry) => perform('addUser', { user, entry }),
    changeUser: (id, changes, entry) => perform('changeUser', { id, changes, entry }),
    openSession: async (opened, entry) => {
      await perform('openSession', { session: opened, entry });
    },
    findSession: (tokenHash) => reading(db, () => session.get(tokenHash) ?? null),
    listSessions: (userId) => reading(db, () => sessions.all(userId)),
    seeSession: async (tokenHash, atMs) => {
      await perform('seeSession', { tokenHash, atMs });
    },
    endSessions: (of) => perform('endSessions', of),
    appendAudit: async (entry) => {
      await perform('appendAudit', entry);
    },
    linkKey: () => reading(db, () => linkKeyOf(key.get(), db.name)),
    ...tokenStore(db, perform),
    ...savedReportStore(db, perform),
    ...templateStore(db, perform),
    listAudit: (filter) => reading(db, () => listAudit(db, filter)),
  };
}

function listAudit(db: Database, { beforeId, who, subject, action, limit }: AuditFilter) {
  const conditions: [condition: string, value: SqlValue | undefined][] = [
    // Lines of other controllers come later than they were written.
    ['(at, id) < (SELECT at, id FROM console_audit WHERE id = ?)', beforeId],
    ['who = ? COLLATE NOCASE', who],
    ["subject LIKE ? ESCAPE '\\'", subject === undefined ? undefined : containing(subject)],
    ['action = ?', action],
  ];
  const given = conditions.filter((one): one is [string, SqlValue] => one[1] !== undefined);
  const where = given.length === 0 ? '' : ` WHERE ${given.map(([condition]) => condition).join(' AND ')}`;
  return db
    .prepare<SqlValue[], AuditRow>(`${selectAudit}${where} ORDER BY at DESC, id DESC LIMIT ?`)
    .all(...given.map(([, value]) => value), limit)
    .map(auditOf);
}
