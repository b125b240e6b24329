import type { NewAuditEntry } from '../../words/console.ts';
import type { RestrictionTemplate } from '../../words/directory/restriction-template.ts';

/**
 * Restriction templates, and which account was given which of them last. Each change is made together with a line of the audit trail.
 * Everything rejects with a `StoreError`.
 */
export type TemplateStore = {
  /** By name. `uses`: how many accounts were given it. */
  listTemplates(): Promise<(RestrictionTemplate & { uses: number })[]>;
  /** Null: the account was given none, or it is gone. */
  templateOf(accountId: number): Promise<RestrictionTemplate | null>;
  /** Ids of the accounts that were given it. */
  usersOfTemplate(id: number, limit: number): Promise<number[]>;
  /** Id null: a new one. Answers its id. Rejects with `duplicate` where there is one of this name. */
  saveTemplate(id: number | null, template: Omit<RestrictionTemplate, 'id'>, entry: NewAuditEntry): Promise<number>;
  /** Accounts that were given it keep their restrictions. */
  removeTemplate(id: number, entry: NewAuditEntry): Promise<void>;
  /** Notes that this account was given it; null: that it has none any more. */
  noteTemplate(accountId: number, id: number | null): Promise<void>;
};
