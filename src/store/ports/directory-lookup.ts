import type { Account, Extension } from '../../words/directory.ts';

/** What a call asks of the directory. Answers come from the local replica and never wait for a network. */
export type DirectoryLookup = {
  findAccountByCode(code: string): Promise<Account | null>;
  /** E.g. the account that pays for what an extension forwards. */
  findAccountById(id: number): Promise<Account | null>;
  findExtension(number: string): Promise<Extension | null>;
};

/** What a call also asks, of the copy that is here. */
export type CallDirectory = DirectoryLookup & {
  /** Whether a billing code or an extension begins with these digits and goes on. */
  isBeginning(digits: string): Promise<boolean>;
};
