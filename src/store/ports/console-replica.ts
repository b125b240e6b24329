import type { KeptAudit } from '../../words/console.ts';
import type { DatabaseIdentity } from './copy-store.ts';

/** What controllers have in common of the console. A token and a report are of a user, a use is of a template: those come first. */
export const sharedKinds = ['user', 'template', 'token', 'template-use', 'saved-report', 'alert'] as const;
export type SharedKind = (typeof sharedKinds)[number];

/** Values of a row by the names of its fields, as they are kept. */
export type SharedContent = Readonly<Record<string, string | number | null>>;

/** A row that was removed: it stays so. */
export const gone = { gone: 1 } as const;

/** `key`: of a user, template, report or alert, the same on every controller; of a token, its hash; of a use, the account's id. */
export type SharedRow = { kind: SharedKind; key: string; content: SharedContent };

/** As the system of record has it; the later its change, the higher the version. */
export type VersionedRow = SharedRow & { version: number };

/** As it is here. `agreed`: as both sides had it last; null: it was never there. */
export type ChangedRow = SharedRow & { agreed: Pick<VersionedRow, 'content' | 'version'> | null };

/** `sent`: as it was here when it was sent; null: it comes unasked. */
export type TakenRow = VersionedRow & { sent: SharedContent | null };

/** A row that could not be taken, and why, for people. */
export type RefusedRow = Pick<SharedRow, 'kind' | 'key'> & { reason: string };

/** Lines of one controller are numbered by their ids there. */
export type AuditLine = KeptAudit & { id: number };

/** How far the two sides know each other: version of rows, and lines of the audit trail. */
export type SharedPositions = { version: number; auditSent: number; auditRead: number };

/** The people and the audit trail of a local file, which also come from, and go to, the system of record. */
export type ConsoleReplica = {
  /** Of another database nothing is known; of one that was restored, everything is compared again. */
  beginSharing(database: DatabaseIdentity): Promise<SharedPositions>;
  /** Rows that may be other there, in the order of their kinds. */
  changedRows(limit: number): Promise<ChangedRow[]>;
  /** Takes rows, and notes the version up to which everything was read. */
  takeRows(rows: readonly TakenRow[], version: number): Promise<RefusedRow[]>;
  /** Lines that were written here, from the first after `after` on. */
  auditAfter(after: number, limit: number): Promise<AuditLine[]>;
  noteAuditSent(upTo: number): Promise<void>;
  /** Takes lines of other controllers, and notes the one up to which everything was read. */
  takeAudit(lines: readonly (KeptAudit & { controller: string })[], upTo: number): Promise<void>;
};

/** The other side. Everything rejects with a `StoreError`. */
export type SharedConsole = {
  /** The latest version, and the latest line of the audit trail; 0: there is none. */
  latest(): Promise<{ version: number; audit: number }>;
  /** Some of the rows whose version is later than the latest, or before the first. */
  rowsBeyond(): Promise<VersionedRow[]>;
  /** By version. */
  rowsAfter(version: number, limit: number): Promise<VersionedRow[]>;
  /** Merges what changed here into what is there, in one transaction. A row is not answered where another has its name: it stays here. */
  agree(rows: readonly ChangedRow[]): Promise<TakenRow[]>;
  appendAudit(lines: readonly AuditLine[]): Promise<void>;
  /** Of all controllers, by number there; `isOwn`: this file's. */
  auditAfter(after: number, limit: number): Promise<(AuditLine & { controller: string; isOwn: boolean })[]>;
};
