import type { DirectoryAdmin } from './directory-admin.ts';
import type { MoveStore } from './move-store.ts';
import type { PhoneLockStore } from './phone-locks.ts';
import type { RateStore } from './rate-store.ts';
import type { SavedReportStore } from './saved-reports.ts';
import type { TemplateStore } from './templates.ts';
import type {
  ApiToken,
  AuditEntry,
  ConsoleSession,
  ConsoleUser,
  Credentials,
  NewAuditEntry,
} from '../../words/console.ts';

/** What can be done together with the line of the audit trail that says so. */
export type AuditableChanges = Pick<
  DirectoryAdmin,
  | 'addAccount'
  | 'updateAccount'
  | 'importAccounts'
  | 'addExtension'
  | 'updateExtension'
  | 'removeExtension'
  | 'importExtensions'
  | 'addDepartment'
  | 'updateDepartment'
  | 'importDepartments'
  | 'removeDepartment'
  | 'addDestination'
  | 'updateDestination'
  | 'importDestinations'
  | 'removeDestination'
> &
  Pick<MoveStore, 'moveCall'> &
  Pick<PhoneLockStore, 'releaseLocks'> &
  Pick<RateStore, 'saveRateTable' | 'assignRateTable'>;

export type KnownUser = ConsoleUser & Credentials;
export type NewUser = Omit<KnownUser, 'id'>;

export type AuditFilter = {
  /** Only lines before that one: the next page. */
  beforeId?: number;
  who?: string;
  /** Part of what it was done to. */
  subject?: string;
  action?: string;
  limit: number;
};

export type NewToken = Omit<ApiToken, 'id'>;

/** A request that a program may send twice, by the key that it chose. */
export type RequestKey = { tokenId: number; key: string };

/** What there is of such a request. */
export type KeptRequest = {
  /** Hash of what was asked. */
  fingerprint: string;
  /** Null: it was begun, and nobody knows what came of it. */
  answer: { status: number; json: string } | null;
};

/** Tokens of the API, and what requests with a key were answered. */
export type TokenStore = {
  /** The latest first. */
  listTokens(): Promise<ApiToken[]>;
  findToken(tokenHash: string): Promise<ApiToken | null>;
  addToken(token: NewToken, entry: NewAuditEntry): Promise<ApiToken>;
  revokeToken(id: number, atMs: number, entry: NewAuditEntry): Promise<void>;
  seeToken(id: number, atMs: number): Promise<void>;
  /** Null: there was none with this key, and it is begun now. What is older than `forgetBeforeMs` is forgotten. */
  beginRequest(
    request: RequestKey & { fingerprint: string; atMs: number; forgetBeforeMs: number },
  ): Promise<KeptRequest | null>;
  keepAnswer(request: RequestKey, answer: { status: number; json: string }): Promise<void>;
  /** It came to nothing: it may be sent again. */
  forgetRequest(request: RequestKey): Promise<void>;
};

/** People, browsers and the audit trail of the web console. Everything rejects with a `StoreError`. */
export type ConsoleStore = TokenStore &
  SavedReportStore &
  TemplateStore & {
    /** By name. */
    listUsers(): Promise<KnownUser[]>;
    findUser(name: string): Promise<KnownUser | null>;
    findUserById(id: number): Promise<KnownUser | null>;
    findUserByIdentity(identity: string): Promise<KnownUser | null>;
    /** Rejects with `duplicate` where somebody has this name, whatever its case. */
    addUser(user: NewUser, entry: NewAuditEntry): Promise<ConsoleUser>;
    /** Null: nobody has this id. `entry` null: nothing that anybody would ask about. */
    changeUser(id: number, changes: Partial<NewUser>, entry: NewAuditEntry | null): Promise<ConsoleUser | null>;
    openSession(session: ConsoleSession, entry: NewAuditEntry): Promise<void>;
    findSession(tokenHash: string): Promise<ConsoleSession | null>;
    listSessions(userId: number): Promise<ConsoleSession[]>;
    seeSession(tokenHash: string, atMs: number): Promise<void>;
    /** Ends the sessions of this person, or one of them; those that were not seen since `idleSinceMs` end as well. */
    endSessions(of: { userId: number; tokenHash: string | null; idleSinceMs: number }): Promise<number>;
    /** What links in reminders are signed with. */
    linkKey(): Promise<Uint8Array>;
    appendAudit(entry: NewAuditEntry): Promise<void>;
    /** The latest first. */
    listAudit(filter: AuditFilter): Promise<AuditEntry[]>;
  };
