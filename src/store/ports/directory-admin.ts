import type {
  Account,
  Changes,
  AccountInput,
  Department,
  DepartmentInput,
  Destination,
  DestinationInput,
  Extension,
  ExtensionInput,
} from '../../words/directory.ts';

export type AccountFilter = {
  /** Part of code or name. */
  search?: string;
  enabled?: boolean;
  limit?: number;
};

/** Whose code it is. */
export type CodeHolder = Pick<Account, 'code' | 'name' | 'enabled'>;

/** A page of accounts, by name. */
export type AccountPage = {
  /** Part of name, client or matter, whatever its case; or the whole code, where that may be asked for. */
  search?: string;
  searchesCodes?: true;
  departmentId?: number;
  enabled?: boolean;
  /** The last one of the page before. */
  after?: Pick<Account, 'name' | 'id'>;
  limit: number;
};

export type RemovedExtension = Pick<Extension, 'id' | 'number' | 'name'>;

/** A department, and how many accounts and extensions are in it. */
export type DepartmentUse = Department & { accounts: number; extensions: number };

/** How many of what was imported were new, and how many of those known were something else. */
export type Imported = { added: number; updated: number };

/** Administration of the directory: CLI and console, never a call. */
export type DirectoryAdmin = {
  /** Rejects with `duplicate` where the code is known. */
  addAccount(input: AccountInput): Promise<Account>;
  /** Changes only what is given; null: no such account. */
  updateAccount(code: string, changes: Changes<AccountInput>): Promise<Account | null>;
  listAccounts(filter?: AccountFilter): Promise<Account[]>;
  pageAccounts(page: AccountPage): Promise<Account[]>;
  /** Those of this name, in any case: as a rule one. */
  accountsNamed(name: string): Promise<Account[]>;
  /** All codes, by code: a million of them take seconds. */
  listCodes(): Promise<CodeHolder[]>;
  countAccounts(): Promise<number>;
  /** Which of some hundreds of codes are somebody's. */
  codesAmong(codes: readonly string[]): Promise<string[]>;
  /** All or nothing: adds new codes, replaces what is known of others. */
  importAccounts(inputs: readonly AccountInput[]): Promise<Imported>;
  /** Rejects with `duplicate` where the number is known. */
  addExtension(input: ExtensionInput): Promise<Extension>;
  /** Changes only what is given; null: no such extension. */
  updateExtension(number: string, changes: Changes<ExtensionInput>): Promise<Extension | null>;
  /** What was removed; null: no such extension. Call records keep its number and id, and no other one gets that id. */
  removeExtension(number: string): Promise<RemovedExtension | null>;
  /** All or nothing: adds new numbers, replaces what is known of others. */
  importExtensions(inputs: readonly ExtensionInput[]): Promise<Imported>;
  listExtensions(): Promise<Extension[]>;
  listDepartments(): Promise<Department[]>;
  /** By name. */
  listDepartmentUse(): Promise<DepartmentUse[]>;
  /** Rejects with `duplicate` where there is one of this name, whatever its case. */
  addDepartment(input: DepartmentInput): Promise<Department>;
  /** Changes only what is given; null: no such department. Rejects with `duplicate` where another one has the new name. */
  updateDepartment(name: string, changes: Partial<DepartmentInput>): Promise<Department | null>;
  /** All or nothing: makes those that are missing, and changes what is given of others; `changed`: where it was something else. */
  importDepartments(inputs: readonly DepartmentInput[]): Promise<{ added: number; changed: number }>;
  /**
   * What was removed, and its rate table's assignment with it; null: no such department. Rejects with `invalid` while an
   * account or extension is in it. Call records keep its id, and no other one gets that.
   */
  removeDepartment(name: string): Promise<Department | null>;
  listDestinations(): Promise<Destination[]>;
  /** Rejects with `duplicate` where there is one of this name, whatever its case, and with `invalid` where it is nowhere. */
  addDestination(input: DestinationInput): Promise<Destination>;
  /** Changes only what is given; null: no such destination. Rejects like `addDestination`. */
  updateDestination(name: string, changes: Partial<DestinationInput>): Promise<Destination | null>;
  /** All or nothing, like `importDepartments`. */
  importDestinations(inputs: readonly DestinationInput[]): Promise<{ added: number; changed: number }>;
  /** What was removed; null: no such destination. No other one gets its id. */
  removeDestination(name: string): Promise<Destination | null>;
};
