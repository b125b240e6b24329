import type { CallRecord } from '../../words/call-record.ts';
import type { Account, Department, Extension, Restriction } from '../../words/directory.ts';
import type { RateStore } from './rate-store.ts';

/** What a call asks of the directory. Answers come from the local replica and never wait for a network. */
export type DirectoryLookup = {
  findAccountByCode(code: string): Promise<Account | null>;
  /** E.g. the account that pays for what an extension forwards. */
  findAccountById(id: number): Promise<Account | null>;
  findExtension(number: string): Promise<Extension | null>;
};

/** What a call asks besides, of the copy that is here. */
export type CallDirectory = DirectoryLookup & {
  /** Whether a billing code or an extension begins with these digits and goes on. */
  isBeginning(digits: string): Promise<boolean>;
};

/** Where call records go. */
export type CallRecordStore = {
  /**
   * Writes the record as it stands and resolves once it is durable (fsync done). Saving the same call again replaces what is
   * there while it is open. A closed record gives way only to better knowledge of its end (`supersedes` in
   * records/closing.ts), never one that an event closed. Rejects with a `StoreError` if it could not be written.
   * Saves are carried out in the order in which they were asked for.
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
  /** E.164 with `+`; absent: none. */
  callerNumber?: string | null;
  /** Absent: no. */
  anonymous?: boolean;
};

/** What an account has that nothing more was said of. */
export const accountDefaults = { callerNumber: null, anonymous: false } as const satisfies Partial<AccountInput>;

export type AccountFilter = {
  /** Part of code or name. */
  search?: string;
  enabled?: boolean;
  limit?: number;
};

/** An extension as a person types it; its department is named and made when missing. */
export type ExtensionInput = Pick<Extension, 'number' | 'name' | 'restriction'> & { department: string | null } &
  /** Absent: none. */
  Partial<Pick<Extension, 'callerNumber' | 'callbackNumber' | 'place' | 'defaultAccountId'>>;

/** What an extension has that nothing more was said of. */
export const extensionDefaults = {
  ...{ callerNumber: null, callbackNumber: null, place: '', defaultAccountId: null },
} as const satisfies Partial<ExtensionInput>;

export type RemovedExtension = Pick<Extension, 'id' | 'number' | 'name'>;

/** A department as a person types it. */
export type DepartmentInput = {
  name: string;
  /** E.164 with `+`; null: none. Absent: as it is. */
  callerNumber?: string | null;
};

/** A department, and how many accounts and extensions are in it. */
export type DepartmentUse = Department & { accounts: number; extensions: number };

/** Administration of the directory: CLI and console, never a call. */
export type DirectoryAdmin = {
  addAccount(input: AccountInput): Promise<Account>;
  /** Changes only what is given; null: no such account. */
  updateAccount(code: string, changes: Partial<AccountInput>): Promise<Account | null>;
  listAccounts(filter?: AccountFilter): Promise<Account[]>;
  /** All or nothing: adds new codes, updates known ones. */
  importAccounts(inputs: readonly AccountInput[]): Promise<{ added: number; updated: number }>;
  /** Adds it, or replaces what is known of this number. */
  saveExtension(input: ExtensionInput): Promise<Extension>;
  /** Rejects with `duplicate` where the number is known. */
  addExtension(input: ExtensionInput): Promise<Extension>;
  /** Changes only what is given; null: no such extension. */
  updateExtension(number: string, changes: Partial<ExtensionInput>): Promise<Extension | null>;
  /** What was removed; null: no such extension. Call records keep its number and id, and no other one gets that id. */
  removeExtension(number: string): Promise<RemovedExtension | null>;
  /** All or nothing: adds new numbers, replaces what is known of others. */
  importExtensions(inputs: readonly ExtensionInput[]): Promise<{ added: number; updated: number }>;
  listExtensions(): Promise<Extension[]>;
  listDepartments(): Promise<Department[]>;
  /** By name. */
  listDepartmentUse(): Promise<DepartmentUse[]>;
  /** Rejects with `duplicate` where there is one of this name, whatever its case. */
  addDepartment(name: string, callerNumber?: string | null): Promise<Department>;
  /** All or nothing: makes those that are missing, and changes the number of others where one is given. */
  importDepartments(inputs: readonly DepartmentInput[]): Promise<{ added: number; changed: number }>;
  /** Null: no such department. Rejects with `duplicate` where another one has the new name. */
  renameDepartment(name: string, newName: string): Promise<Department | null>;
  /** The number that its calls show, null: none. Null: no such department. */
  setDepartmentCallerNumber(name: string, callerNumber: string | null): Promise<Department | null>;
  /**
   * What was removed, and its rate table's assignment with it; null: no such department. Rejects with `invalid` while an
   * account or extension is in it. Call records keep its id, and no other one gets that.
   */
  removeDepartment(name: string): Promise<Department | null>;
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
