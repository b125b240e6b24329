import {
  accountFields,
  extensionFields,
  type Account,
  type AccountInput,
  type Extension,
  type ExtensionInput,
} from '../words/directory.ts';
import type { FieldTable } from '../words/directory/field.ts';
import type { Changes, Member } from '../words/directory/member.ts';
import type { DirectoryAdmin, Imported } from '../store/ports/directory-admin.ts';
import type { DirectoryLookup } from '../store/ports/directory-lookup.ts';
import type { Problems } from './reading.ts';

export type Directory = DirectoryLookup & DirectoryAdmin;

/** What commands, files and pages need to know of accounts, and of extensions, to keep them in the same way. */
export type Noun<Entity extends Member, Input> = {
  readonly one: string;
  readonly many: string;
  readonly fields: FieldTable;
  /** The field that names one. */
  readonly key: keyof Input & string;
  readonly keyOf: (entity: Entity) => string;
  /** Two keys that are the same to a store are the same text here. */
  readonly keyText: (key: string) => string;
  /** What does not fit together in a whole one, besides names and restriction. */
  readonly check: (input: Required<Input>, problems: Problems) => void;
  readonly find: (directory: Directory, key: string) => Promise<Entity | null>;
  readonly list: (directory: Directory) => Promise<Entity[]>;
  readonly add: (directory: Directory, input: Input) => Promise<Entity>;
  readonly update: (directory: Directory, key: string, changes: Changes<Input>) => Promise<Entity | null>;
  readonly import: (directory: Directory, inputs: readonly Input[]) => Promise<Imported>;
  /** For people who change it; never a billing code. */
  readonly called: (entity: Entity) => string;
};

export const accounts: Noun<Account, AccountInput> = {
  ...{ one: 'account', many: 'accounts', fields: accountFields, key: 'code' },
  keyOf: ({ code }) => code,
  keyText: (code) => code,
  check({ validFromMs, validUntilMs }, problems) {
    if (validFromMs === null || validUntilMs === null || validFromMs < validUntilMs) return;
    problems.push('valid from is not before valid until');
  },
  find: (directory, code) => directory.findAccountByCode(code),
  list: (directory) => directory.listAccounts(),
  add: (directory, input) => directory.addAccount(input),
  update: (directory, code, changes) => directory.updateAccount(code, changes),
  import: (directory, inputs) => directory.importAccounts(inputs),
  called: ({ name }) => name,
};

export const extensions: Noun<Extension, ExtensionInput> = {
  ...{ one: 'extension', many: 'extensions', fields: extensionFields, key: 'number' },
  keyOf: ({ number }) => number,
  // SQL Server's usual collations know no case.
  keyText: (number) => number.toLowerCase(),
  check: () => undefined,
  find: (directory, number) => directory.findExtension(number),
  list: (directory) => directory.listExtensions(),
  add: (directory, input) => directory.addExtension(input),
  update: (directory, number, changes) => directory.updateExtension(number, changes),
  import: (directory, inputs) => directory.importExtensions(inputs),
  called: (extension) => phoneText(extension),
};

export const phoneText = ({ number, name }: Pick<Extension, 'number' | 'name'>): string =>
  name === '' ? number : `${number} (${name})`;
