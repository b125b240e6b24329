import { jsonObject } from '../../../words/json-object.ts';
import {
  scopes,
  type ApiToken,
  type AuditEntry,
  type AuditValues,
  type ConsoleSession,
  type KeptAudit,
  type NewAuditEntry,
} from '../../../words/console.ts';
import type { KnownUser } from '../../ports/console-store.ts';
import {
  auditFields,
  consoleSessionFields,
  consoleUserFields,
  tokenFields,
  type KeptToken,
} from '../../tables/console.ts';
import { flagReader } from '../column.ts';
import { listed } from './columns.ts';

/** Rows of the console's tables, made of their columns. */

export const selectUsers = `SELECT id, ${listed(consoleUserFields)} FROM console_users`;
export const selectSessions = `SELECT ${listed(consoleSessionFields)} FROM console_sessions`;
export const selectAudit = `SELECT id, controller, ${listed(auditFields)} FROM console_audit`;

export type UserRow = Omit<KnownUser, 'isEnabled'> & { isEnabled: number };
export type SessionRow = ConsoleSession;
export type AuditRow = KeptAudit & Pick<AuditEntry, 'id' | 'controller'>;

const readFlags = flagReader(Object.entries(consoleUserFields).map(([name, { type }]) => [name, type]));
export const userOf = (row: UserRow): KnownUser => readFlags(row) as KnownUser;

const longest = 4000;
const kept = (values: AuditValues | null): string | null => {
  if (values === null) return null;
  const text = JSON.stringify(values);
  return text.length <= longest
    ? text
    : JSON.stringify({ '…': `${Object.keys(values).length} values, too long to keep` });
};
export const keptAudit = (entry: NewAuditEntry): KeptAudit => ({
  ...entry,
  subject: entry.subject.slice(0, 400),
  before: kept(entry.before),
  after: kept(entry.after),
});

/** A line that somebody wrote into SQL Server by hand may have anything: it is shown as it is, beside the others. */
function valuesIn(json: string | null): AuditValues | null {
  if (json === null) return null;
  const read = jsonObject(json);
  if (read === null) return { '…': json };
  return Object.fromEntries(
    Object.entries(read).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
export const auditOf = (row: AuditRow): AuditEntry => ({
  ...row,
  before: valuesIn(row.before),
  after: valuesIn(row.after),
});

export const selectTokens = `SELECT id, ${listed(tokenFields)} FROM console_tokens`;
export type TokenRow = KeptToken & { id: number };
/** A scope that this version does not know allows nothing. */
export const tokenOf = (row: TokenRow): ApiToken => {
  const kept = row.scopes.split(' ');
  return { ...row, scopes: scopes.filter((scope) => kept.includes(scope)) };
};
