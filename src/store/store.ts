import type { CallRecord } from '../cdr/record.ts';
import type { Account, Department, Extension, Restriction } from '../policy/directory.ts';
import type { RateStore } from './rate-store.ts';

/** What a call asks of the directory. Answers come from the local replica and never wait for a network. */
export type DirectoryLookup = {
  findAccountByCode(code: string): Promise<Account | null>;
  findExtension(number: string): Promise<Extension | null>;
};

/** Where call records go. */
export type CallRecordStore = {
  /**
   * Writes the record as it stands and resolves once it is durable (fsync done). Saving the same call again replaces what is
   * there while it is open. A closed record gives way only to better knowledge of its end (`supersedes` in
   * cdr/closing.ts), never one that an event closed. Rejects with a `StoreError` if it could not be written.
   * `soon`: no call waits for it, so it may wait a few milliseconds to share a transaction with others.
   */
  save(record: CallRecord, when?: 'now' | 'soon'): Promise<void>;
};

/** An account as a person types it; departments are named and made when missing. */
export type AccountInput = {
  code: string;
  name: string;
  department: string | null;
  customerNumbers: readonly string[];
  enabled: boolean;
  validFromMs: number | null;
  validUntilMs: number | null;
  restriction: Restriction;
};

export type AccountFilter = {
  /** Part of code or name. */
  search?: string;
  enabled?: boolean;
  limit?: number;
};

/** Administration of the directory: CLI and console, never a call. */
export type DirectoryAdmin = {
  addAccount(input: AccountInput): Promise<Account>;
  /** Changes only what is given; null: no such account. */
  updateAccount(code: string, changes: Partial<AccountInput>): Promise<Account | null>;
  listAccounts(filter?: AccountFilter): Promise<Account[]>;
  /** All or nothing: adds new codes, updates known ones. */
  importAccounts(inputs: readonly AccountInput[]): Promise<{ added: number; updated: number }>;
  saveExtension(input: Omit<Extension, 'id' | 'departmentId'> & { department: string | null }): Promise<Extension>;
  listExtensions(): Promise<Extension[]>;
  listDepartments(): Promise<Department[]>;
};

/** Reading call records: CLI, demo, reports. */
export type CallRecordReader = {
  findCallRecord(callId: string): Promise<CallRecord | null>;
  /** Newest first. */
  listCallRecords(filter?: {
    fromMs?: number;
    untilMs?: number;
    open?: boolean;
    limit?: number;
  }): Promise<CallRecord[]>;
};

export type Store = DirectoryLookup &
  DirectoryAdmin &
  CallRecordStore &
  CallRecordReader &
  RateStore & {
    close(): Promise<void>;
  };

/** The store could not do what was asked; `message` is one line for the person who can act. */
export class StoreError extends Error {
  readonly code: 'full' | 'unavailable' | 'duplicate' | 'invalid';
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
