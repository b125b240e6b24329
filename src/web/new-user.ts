import type { NewUser } from '../store/ports/console-store.ts';
import type { AuditValues, ConsoleUser } from '../words/console.ts';
import { userTexts as texts } from './texts/admin.ts';

/** Somebody of whom no more is known than a name. */
export const newUser = (name: string, nowMs: number): NewUser => ({
  ...{ name, role: 'caller', departmentId: null, extension: '', isEnabled: true },
  ...{ createdAtMs: nowMs, signedInAtMs: null, passwordHash: null, totpSecret: null, totpStep: 0, recoveryCodes: '' },
  ...{ identity: null, inviteHash: null, inviteUntilMs: null },
});

/** What an administrator says of a user. */
export type TypedUser = Pick<ConsoleUser, 'name' | 'role' | 'departmentId' | 'extension' | 'isEnabled'>;

/** What is wrong with it, by field. */
export const userProblems = ({ name, role, departmentId }: TypedUser): { field: string; text: string }[] => [
  ...(name === '' || name.length > 100 ? [{ field: 'name', text: texts.nameNeeded }] : []),
  ...(role === 'viewer' && departmentId === null ? [{ field: 'department', text: texts.departmentNeeded }] : []),
];

/** As the audit trail has it. */
export const auditedUser = ({ name, role, departmentId, extension, isEnabled }: TypedUser): AuditValues => ({
  ...{ name, role, extension, department: departmentId === null ? '' : String(departmentId) },
  enabled: isEnabled ? 'yes' : 'no',
});
