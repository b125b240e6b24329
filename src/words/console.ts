/** Who may see and change what in the web console. */
export const roles = ['caller', 'viewer', 'reporter', 'manager', 'administrator', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** A person who signs in to the console. Times are UTC milliseconds. */
export type ConsoleUser = {
  id: number;
  /** To sign in with; unique, whatever its case. */
  name: string;
  role: Role;
  /** What this person sees is limited to one department; null: to none. A viewer without one sees nothing. */
  departmentId: number | null;
  /** Number of this person's phone; empty: none. */
  extension: string;
  isEnabled: boolean;
  createdAtMs: number;
  /** Null: never. */
  signedInAtMs: number | null;
};

/** What proves who somebody is; never shown. */
export type Credentials = {
  /** As `hashPassword` writes it (web/access/password.ts); null: no password was chosen yet. */
  passwordHash: string | null;
  /** Base32; null: no second factor. */
  totpSecret: string | null;
  /** The last 30 seconds whose code was used: none is good twice. */
  totpStep: number;
  /** Hashes of recovery codes that are left, separated by spaces (web/access/recovery-codes.ts). */
  recoveryCodes: string;
  /** Issuer and subject at the identity provider, separated by a space; null: this person signs in here alone. */
  identity: string | null;
  /** Hash of the one-time link by which a password is chosen; null: there is none. */
  inviteHash: string | null;
  inviteUntilMs: number | null;
};

/** How somebody signed in: here, or at the identity provider. */
export const signInMethods = ['password', 'provider'] as const;
export type SignInMethod = (typeof signInMethods)[number];

/** Whose password alone is not enough to sign in. */
export const secondFactorPolicies = ['optional', 'administrators', 'everyone'] as const;
export type SecondFactorPolicy = (typeof secondFactorPolicies)[number];

/** One browser in which somebody is signed in. */
export type ConsoleSession = {
  /** Hash of the token that the browser has. */
  tokenHash: string;
  userId: number;
  method: SignInMethod;
  createdAtMs: number;
  seenAtMs: number;
  /** Address and browser, to recognise it by. */
  address: string;
  agent: string;
};

/** What a token of the API may be used for. It only narrows what its user may do. */
export const scopes = [
  'accounts:read',
  'accounts:write',
  'extensions:read',
  'extensions:write',
  'departments:read',
  'departments:write',
  'destinations:read',
  'destinations:write',
  'calls:read',
  'calls:write',
  'live:read',
  'live:write',
  'dial:write',
  'reports:read',
  'rates:read',
  'health:read',
] as const;
export type Scope = (typeof scopes)[number];

/** What a program has to come in by, in the name of a user. Times are UTC milliseconds. */
export type ApiToken = {
  id: number;
  userId: number;
  /** For people: which program has it. */
  name: string;
  tokenHash: string;
  scopes: readonly Scope[];
  createdAtMs: number;
  /** From then on it is refused. */
  expiresAtMs: number;
  /** Null: never. */
  usedAtMs: number | null;
  /** Null: it was not revoked. */
  revokedAtMs: number | null;
};

/** Everything that is done in the console and that somebody may ask about later. */
export const auditActions = [
  'signed-in',
  'sign-in-refused',
  'signed-out',
  'first-administrator',
  'password-chosen',
  'second-factor-set',
  'second-factor-removed',
  'second-factor-reset',
  'second-factor-refused',
  'recovery-codes-made',
  'recovery-code-used',
  'user-added',
  'user-changed',
  'sessions-ended',
  'code-revealed',
  'account-added',
  'account-changed',
  'accounts-imported',
  'accounts-exported',
  'template-added',
  'template-changed',
  'template-removed',
  'extension-added',
  'extension-changed',
  'extension-removed',
  'department-added',
  'department-changed',
  'department-removed',
  'destination-added',
  'destination-changed',
  'destination-removed',
  'call-moved',
  'call-assigned',
  'call-ended',
  'call-account-set',
  'lock-released',
  'report-downloaded',
  'rates-imported',
  'rates-restored',
  'report-saved',
  'report-deleted',
  'report-scheduled',
  'report-unscheduled',
  'guide-call-placed',
  'call-placed',
  'token-added',
  'token-revoked',
  'person-erased',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** One line of the audit trail, to which lines are only added. */
export type AuditEntry = {
  id: number;
  /** UTC milliseconds. */
  atMs: number;
  /** Name of the person, as it was then. */
  who: string;
  /** Where from. */
  address: string;
  action: AuditAction;
  /** What it was done to, in words; never a billing code. */
  subject: string;
  /** What changed, by label; codes are masked. Null: there was, or is, nothing. */
  before: AuditValues | null;
  after: AuditValues | null;
  /** Name of the controller on whose console it was done; null: on this one. */
  controller: string | null;
};
export type AuditValues = Readonly<Record<string, string>>;
export type NewAuditEntry = Omit<AuditEntry, 'id' | 'controller'>;
/** As it is kept: `before` and `after` as JSON. */
export type KeptAudit = Omit<NewAuditEntry, 'before' | 'after'> & { before: string | null; after: string | null };
