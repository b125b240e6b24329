import { ascii, flag, integer, long, moment, text, type ColumnFor } from '../../words/column.ts';
import type { ConsoleSession, KeptAudit } from '../../words/console.ts';
import type { NewToken, NewUser } from '../ports/console-store.ts';

type ColumnsOf<Entity> = { readonly [Name in keyof Entity]-?: ColumnFor<Entity[Name]> };

/** As it is kept: scopes separated by spaces. */
export type KeptToken = Omit<NewToken, 'scopes'> & { scopes: string };

export const consoleUserFields = {
  name: { sqlite: 'name', sqlServer: 'Name', type: text(100) },
  role: { sqlite: 'role', sqlServer: 'Role', type: ascii(20) },
  departmentId: { sqlite: 'department_id', sqlServer: 'DepartmentId', type: integer },
  extension: { sqlite: 'extension', sqlServer: 'Extension', type: text(40) },
  isEnabled: { sqlite: 'enabled', sqlServer: 'Enabled', type: flag },
  createdAtMs: { sqlite: 'created_at', sqlServer: 'CreatedAt', type: moment },
  signedInAtMs: { sqlite: 'signed_in_at', sqlServer: 'SignedInAt', type: moment },
  passwordHash: { sqlite: 'password_hash', sqlServer: 'PasswordHash', type: ascii(200) },
  totpSecret: { sqlite: 'totp_secret', sqlServer: 'TotpSecret', type: ascii(80) },
  totpStep: { sqlite: 'totp_step', sqlServer: 'TotpStep', type: long },
  recoveryCodes: { sqlite: 'recovery_codes', sqlServer: 'RecoveryCodes', type: ascii(1000) },
  identity: { sqlite: 'identity', sqlServer: 'Identity', type: text(800) },
  inviteHash: { sqlite: 'invite_hash', sqlServer: 'InviteHash', type: ascii(64) },
  inviteUntilMs: { sqlite: 'invite_until', sqlServer: 'InviteUntil', type: moment },
} as const satisfies ColumnsOf<NewUser>;

export const consoleSessionFields = {
  tokenHash: { sqlite: 'token_hash', sqlServer: 'TokenHash', type: ascii(64) },
  userId: { sqlite: 'user_id', sqlServer: 'UserId', type: integer },
  method: { sqlite: 'method', sqlServer: 'Method', type: ascii(20) },
  createdAtMs: { sqlite: 'created_at', sqlServer: 'CreatedAt', type: moment },
  seenAtMs: { sqlite: 'seen_at', sqlServer: 'SeenAt', type: moment },
  address: { sqlite: 'address', sqlServer: 'Address', type: ascii(60) },
  agent: { sqlite: 'agent', sqlServer: 'Agent', type: text(200) },
} as const satisfies ColumnsOf<ConsoleSession>;

export const auditFields = {
  atMs: { sqlite: 'at', sqlServer: 'At', type: moment },
  who: { sqlite: 'who', sqlServer: 'Who', type: text(100) },
  address: { sqlite: 'address', sqlServer: 'Address', type: ascii(60) },
  action: { sqlite: 'action', sqlServer: 'Action', type: ascii(40) },
  subject: { sqlite: 'subject', sqlServer: 'Subject', type: text(400) },
  before: { sqlite: 'before', sqlServer: 'BeforeJson', type: text(4000) },
  after: { sqlite: 'after', sqlServer: 'AfterJson', type: text(4000) },
} as const satisfies ColumnsOf<KeptAudit>;

export const tokenFields = {
  userId: { sqlite: 'user_id', sqlServer: 'UserId', type: integer },
  name: { sqlite: 'name', sqlServer: 'Name', type: text(100) },
  tokenHash: { sqlite: 'token_hash', sqlServer: 'TokenHash', type: ascii(64) },
  scopes: { sqlite: 'scopes', sqlServer: 'Scopes', type: ascii(1000) },
  createdAtMs: { sqlite: 'created_at', sqlServer: 'CreatedAt', type: moment },
  expiresAtMs: { sqlite: 'expires_at', sqlServer: 'ExpiresAt', type: moment },
  usedAtMs: { sqlite: 'used_at', sqlServer: 'UsedAt', type: moment },
  revokedAtMs: { sqlite: 'revoked_at', sqlServer: 'RevokedAt', type: moment },
} as const satisfies ColumnsOf<KeptToken>;
