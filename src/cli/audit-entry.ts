import type { NewAuditEntry } from '../words/console.ts';
import { loginName } from './login-name.ts';

/** A line of the audit trail about what is done here on the command line, by whoever is signed in to this machine. */
export const entryByCommand = (
  action: NewAuditEntry['action'],
  subject: string,
  { nowMs, before = null, after = null }: { nowMs: number } & Partial<Pick<NewAuditEntry, 'before' | 'after'>>,
): NewAuditEntry => ({ atMs: nowMs, who: loginName(), address: 'command line', action, subject, before, after });
